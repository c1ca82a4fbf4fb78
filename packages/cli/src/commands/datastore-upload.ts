/** `runstead datastore upload`: puts a file or a folder into the workspace's datastore. */
import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { DEFAULT_DATASTORE } from '@runstead/contract';
import { CommandError, defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { documentAnswer } from '../output/answer.ts';
import { createProgressBar } from '../run/progress-bar.ts';
import { type DataFile, uploadData } from '../run/upload-data.ts';
import { sizeText } from '../run/values.ts';

/** A file by its name, or what is below a folder by its path there. */
async function filesOf(source: string, target: string): Promise<DataFile[]> {
	const facts = await stat(source).catch(() => null);
	if (facts === null) throw new CommandError(`There is no file or folder ${source}.`, 'Check the name.');
	const below = (path: string): string => [...target.split('/').filter((part) => part !== ''), ...path.split(sep)].join('/');
	if (facts.isFile()) return [{ file: source, path: below(basename(source)), sizeBytes: facts.size }];
	const entries = await readdir(source, { recursive: true, withFileTypes: true });
	const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
	if (files.length === 0) throw new CommandError(`The folder ${source} has no files.`, 'Name another one.');
	return Promise.all(
		files.toSorted().map(async (file) => ({ file, path: below(relative(source, file)), sizeBytes: (await stat(file)).size })),
	);
}

export const command = defineCommand({
	summary: 'Put a file or a folder into the datastore of a workspace, for jobs to read; broken off, it goes on where it was',
	usage: 'FILE|FOLDER [PATH]',
	words: { min: 1, max: 2 },
	options: {
		overwrite: { type: 'boolean', description: 'Replace files that are there and differ; without it they stay as they are.' },
		...WORKSPACE_OPTIONS,
	},
	answers: 'document',
	examples: [
		{ command: 'runstead datastore upload data iris', explanation: 'what the folder data holds, below iris/' },
		{ command: 'runstead datastore upload train.csv iris --overwrite', explanation: 'as iris/train.csv, in place of the one there' },
	],
	async run({ options, words }) {
		const [source, target = ''] = words as [string, string | undefined];
		const files = await filesOf(source, target);
		const { client, workspace } = await openWorkspace(options);
		const bar = createProgressBar(
			files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
			sizeText,
		);
		const uploaded: string[] = [];
		const left: string[] = [];
		try {
			for (const file of files) {
				const isNew = await uploadData(client, workspace, file, options.overwrite ?? false, (bytes) => bar.advance(bytes, file.path));
				(isNew ? uploaded : left).push(file.path);
			}
		} finally {
			bar.clear();
		}
		const count = uploaded.length === 1 ? '1 file' : `${uploaded.length} files`;
		return documentAnswer({ datastore: DEFAULT_DATASTORE, uploaded, left }, `Uploaded ${count} to ${DEFAULT_DATASTORE}.`, {
			...(left.length > 0 && { remark: `Left as they are (--overwrite replaces them): ${left.slice(0, 20).join(', ')}.` }),
		});
	},
});
