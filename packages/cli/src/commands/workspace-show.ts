/** `runstead workspace show`: one workspace. */
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { workspaceAnswer } from '../workspace-answer.ts';

export const command = defineCommand({
	summary: 'Show a workspace, by default the one that commands here mean',
	usage: '[NAME]',
	words: { min: 0, max: 1 },
	options: WORKSPACE_OPTIONS,
	answers: 'document',
	examples: [
		{ command: 'runstead workspace show', explanation: 'which one is meant in this folder' },
		{ command: 'runstead workspace show lab --query id -o tsv', explanation: 'its id alone' },
	],
	async run({ options, words }) {
		const { client, workspace } = await openWorkspace({ ...options, workspace: words[0] ?? options.workspace });
		return workspaceAnswer(await client.call('getWorkspace', { params: { workspace } }));
	},
});
