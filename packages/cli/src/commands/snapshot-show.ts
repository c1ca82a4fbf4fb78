/** `runstead snapshot show`: the files of a snapshot. */
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { listAnswer } from '../output/answer.ts';
import { sizeText } from '../run/values.ts';

export const command = defineCommand({
	summary: 'List the files of a snapshot',
	usage: 'SNAPSHOT',
	words: { min: 1, max: 1 },
	options: WORKSPACE_OPTIONS,
	answers: 'list',
	examples: [
		{
			command: 'runstead snapshot show $(runstead run show testexp --query snapshotId -o tsv)',
			explanation: 'what a run was started from',
		},
	],
	async run({ options, words }) {
		const { client, workspace } = await openWorkspace(options);
		const { files } = await client.call('getSnapshot', { params: { workspace, snapshot: words[0]! } });
		return listAnswer(files, {
			empty: 'The snapshot is of an empty folder.',
			columns: [
				{ heading: 'PATH', of: ({ path }) => path, whole: true },
				{ heading: 'SIZE', of: ({ sizeBytes }) => sizeText(sizeBytes) },
				{ heading: 'SHA-256', of: ({ sha256 }) => sha256 },
			],
		});
	},
});
