/** `runstead monitor diagnostic-settings delete`: ends what a setting sends. */
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { print } from '../terminal.ts';

export const command = defineCommand({
	summary: 'Delete a diagnostic setting; what it has sent stays where it is',
	usage: 'NAME',
	words: { min: 1, max: 1 },
	options: WORKSPACE_OPTIONS,
	examples: [{ command: 'runstead monitor diagnostic-settings delete keep', explanation: 'events that wait for it are not sent any more' }],
	async run({ options, words }) {
		const [setting] = words as [string];
		const { client, workspace } = await openWorkspace(options);
		await client.call('deleteDiagnosticSetting', { params: { workspace, setting } });
		print(`Deleted ${setting}.`);
		return 0;
	},
});
