/** `runstead datastore download`: fetches files of the workspace's datastore. */
import { type DatastoreFile, DEFAULT_DATASTORE } from '@runstead/contract';
import { CommandError, defineCommand } from '../command.ts';
import { RUNSTEAD } from '../command-line.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { documentAnswer, pages } from '../output/answer.ts';
import { downloadFiles } from '../run/download.ts';

export const command = defineCommand({
	summary: 'Download files of the datastore of a workspace',
	usage: '[PREFIX]',
	words: { min: 0, max: 1 },
	options: {
		to: { type: 'string', value: 'FOLDER', description: 'Folder to put them in (default: this one).' },
		...WORKSPACE_OPTIONS,
	},
	answers: 'document',
	examples: [{ command: 'runstead datastore download models/ --to fetched', explanation: 'what begins so' }],
	async run({ options, words }) {
		const [prefix] = words as [string | undefined];
		const { client, workspace } = await openWorkspace(options);
		const params = { workspace, datastore: DEFAULT_DATASTORE };
		const files: DatastoreFile[] = [];
		const listed = pages<DatastoreFile>(async (cursor) => {
			const page = await client.call('listDatastoreFiles', { params, query: { prefix, limit: 1_000, cursor } });
			return { items: page.files, nextCursor: page.nextCursor };
		});
		for await (const file of listed) files.push(file);
		if (files.length === 0)
			throw new CommandError(
				`${DEFAULT_DATASTORE} has no files${prefix === undefined ? '' : ` that begin with ${prefix}`}.`,
				`${RUNSTEAD} datastore list shows what it has.`,
			);
		const folder = options.to ?? '.';
		const written = await downloadFiles(files, folder, (path) => client.open('readDatastoreFile', { params: { ...params, '*': path } }));
		const count = written.length === 1 ? '1 file' : `${written.length} files`;
		return documentAnswer({ folder, files: written }, `Downloaded ${count} to ${folder}.`);
	},
});
