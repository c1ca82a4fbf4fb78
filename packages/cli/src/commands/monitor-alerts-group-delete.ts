/** `runstead monitor alerts group delete`: takes an action group away. */
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { documentAnswer } from '../output/answer.ts';

export const command = defineCommand({
	summary: 'Delete an action group that no rule uses',
	usage: 'GROUP',
	words: { min: 1, max: 1 },
	options: WORKSPACE_OPTIONS,
	answers: 'document',
	examples: [{ command: 'runstead monitor alerts group delete ops', explanation: 'nobody of it is told any more' }],
	async run({ options, words }) {
		const [group] = words as [string];
		const { client, workspace } = await openWorkspace(options);
		await client.call('deleteActionGroup', { params: { workspace, group } });
		return documentAnswer({ group, deleted: true }, `Deleted the action group ${group}.`);
	},
});
