/** `runstead datastore list`: the files of the workspace's datastore. */
import { type DatastoreFile, DEFAULT_DATASTORE } from '@runstead/contract';
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { listAnswer, pages } from '../output/answer.ts';
import { sizeText } from '../run/values.ts';

export const command = defineCommand({
	summary: 'List the files that jobs read from the datastore of a workspace',
	usage: '[PREFIX]',
	words: { min: 0, max: 1 },
	options: WORKSPACE_OPTIONS,
	answers: 'list',
	examples: [{ command: 'runstead datastore list iris/', explanation: 'those that begin so' }],
	async run({ options, words }) {
		const [prefix] = words as [string | undefined];
		const { client, workspace } = await openWorkspace(options);
		const files = pages<DatastoreFile>(async (cursor) => {
			const params = { workspace, datastore: DEFAULT_DATASTORE };
			const page = await client.call('listDatastoreFiles', { params, query: { prefix, limit: 1_000, cursor } });
			return { items: page.files, nextCursor: page.nextCursor };
		});
		return listAnswer(files, {
			empty: `${DEFAULT_DATASTORE} has no files${prefix === undefined ? '' : ` that begin with ${prefix}`}.`,
			columns: [
				{ heading: 'PATH', of: ({ path }) => path, whole: true },
				{ heading: 'SIZE', of: ({ sizeBytes }) => sizeText(sizeBytes) },
				{ heading: 'MODIFIED', of: ({ modifiedTime }) => modifiedTime.slice(0, 19).replace('T', ' ') },
			],
		});
	},
});
