/** `runstead backup`: copies a data folder, while its server runs or not. */
import { rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { checkBackupName, isArchiveName, packArchive } from '../archive.ts';
import { defineCommand } from '../command.ts';
import { DATA_OPTION, dataFolderOf } from '../data-folder.ts';
import { checkFolderCanBeMade } from '../folders.ts';
import { print } from '../terminal.ts';

export const command = defineCommand({
	summary: 'Copy the data to a folder or a file, while the server runs or not',
	usage: 'FOLDER|FILE.tar|FILE.tar.gz',
	words: { min: 1, max: 1 },
	options: {
		data: DATA_OPTION,
		database: {
			type: 'string',
			value: 'URL',
			description: 'PostgreSQL whose contents these are (default: RUNSTEAD_DATABASE, else what the data folder was used with).',
		},
	},
	examples: [
		{ command: 'runstead backup /backups/runstead', explanation: 'the next one into the same folder copies only what is new' },
		{ command: 'runstead backup monday.tar.gz', explanation: 'in one file' },
	],
	async run({ options, words }) {
		const target = resolve(words[0]!);
		checkBackupName(target);
		checkFolderCanBeMade(dirname(target), 'folder', 'Name another place for the backup.');
		if (!isArchiveName(target)) checkFolderCanBeMade(target, 'folder', 'Name another place for the backup.');
		const { backUp, databaseOfFolder } = await import('@runstead/server');
		const dataFolder = dataFolderOf(options);
		const database = databaseOfFolder(dataFolder, options.database ?? (process.env.RUNSTEAD_DATABASE || undefined)) ?? null;
		const folder = isArchiveName(target) ? `${target}.unfinished` : target;
		const { manifest, copiedFiles, copiedBytes, isChecked } = await backUp(dataFolder, folder, packageJson.version, database);
		if (folder !== target) {
			await packArchive(folder, `${target}.new`);
			await rename(`${target}.new`, target);
			await rm(folder, { recursive: true });
		}
		print(
			`Backed up to ${target}: ${copiedFiles} ${copiedFiles === 1 ? 'file' : 'files'}, ${copiedBytes.toLocaleString('en')} bytes copied.`,
		);
		if (!manifest.withDatabase) print('The tables are in PostgreSQL and not in this backup: dump them with pg_dump, before this.');
		if (!isChecked)
			print(
				'Whether all that they name is in it was not looked at, since the address of the database is not known: --database or RUNSTEAD_DATABASE.',
			);
		return 0;
	},
});
