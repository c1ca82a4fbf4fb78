/** `runstead restore`: makes a data folder of a backup. */
import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { checkBackupName, isArchiveName, unpackArchive } from '../archive.ts';
import { defineCommand } from '../command.ts';
import { RUNSTEAD } from '../command-line.ts';
import { DATA_OPTION, dataFolderOf } from '../data-folder.ts';
import { checkFolderCanBeMade } from '../folders.ts';
import { print } from '../terminal.ts';

export const command = defineCommand({
	summary: 'Make a data folder of a backup',
	usage: 'FOLDER|FILE.tar|FILE.tar.gz',
	words: { min: 1, max: 1 },
	options: { data: DATA_OPTION },
	examples: [
		{ command: 'runstead restore /backups/runstead', explanation: 'into ./.runstead, which must be empty or absent' },
		{ command: 'runstead restore monday.tar.gz --data /tmp/try', explanation: 'elsewhere, to look into it' },
	],
	async run({ options, words }) {
		const backup = resolve(words[0]!);
		const dataFolder = dataFolderOf(options);
		checkBackupName(backup);
		checkFolderCanBeMade(dataFolder, 'data folder', 'Choose another one with --data.');
		const { restore } = await import('@runstead/server');
		const unpacked = isArchiveName(backup) ? await mkdtemp(join(dirname(backup), 'runstead-restore-')) : null;
		try {
			if (unpacked !== null) await unpackArchive(backup, unpacked);
			const manifest = await restore(unpacked ?? backup, dataFolder);
			print(`Restored the backup of ${manifest.createdTime} to ${dataFolder}. Start it: ${RUNSTEAD} up --data ${dataFolder}`);
			if (!manifest.withDatabase) print('The tables were in PostgreSQL: restore them with pg_restore, and start with --database.');
		} finally {
			if (unpacked !== null) await rm(unpacked, { recursive: true });
		}
		return 0;
	},
});
