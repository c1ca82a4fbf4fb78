/** `runstead monitor alerts rule delete`: its alerts stay. */
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { documentAnswer } from '../output/answer.ts';

export const command = defineCommand({
	summary: 'Delete an alert rule; its alerts stay, resolved',
	usage: 'RULE',
	words: { min: 1, max: 1 },
	options: WORKSPACE_OPTIONS,
	answers: 'document',
	examples: [{ command: 'runstead monitor alerts rule delete "Failed runs"', explanation: 'by its name or its id' }],
	async run({ options, words }) {
		const [rule] = words as [string];
		const { client, workspace } = await openWorkspace(options);
		await client.call('deleteAlertRule', { params: { workspace, rule } });
		return documentAnswer({ rule, deleted: true }, `Rule ${rule} is deleted.`);
	},
});
