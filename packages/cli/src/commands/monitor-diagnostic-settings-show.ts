/** `runstead monitor diagnostic-settings show`: one diagnostic setting. */
import { defineCommand } from '../command.ts';
import { settingAnswer } from '../diagnostic-setting-answer.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';

export const command = defineCommand({
	summary: 'Show a diagnostic setting, what waits and what its destinations hold',
	usage: 'NAME',
	words: { min: 1, max: 1 },
	options: WORKSPACE_OPTIONS,
	answers: 'document',
	examples: [
		{ command: 'runstead monitor diagnostic-settings show log-analytics', explanation: 'the one that every workspace begins with' },
	],
	async run({ options, words }) {
		const [setting] = words as [string];
		const { client, workspace } = await openWorkspace(options);
		return settingAnswer(await client.call('getDiagnosticSetting', { params: { workspace, setting } }));
	},
});
