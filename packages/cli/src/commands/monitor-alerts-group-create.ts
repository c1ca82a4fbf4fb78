/** `runstead monitor alerts group create`: who is told of alerts. */
import { newReceivers, RECEIVER_OPTIONS } from '../action-receivers.ts';
import { groupAnswer } from '../alert-answer.ts';
import { defineCommand, UsageError } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';

export const command = defineCommand({
	summary: 'Make an action group: webhooks, Slack, mail',
	usage: 'NAME',
	words: { min: 1, max: 1 },
	options: {
		...RECEIVER_OPTIONS,
		...WORKSPACE_OPTIONS,
	},
	answers: 'document',
	examples: [
		{
			command: 'runstead monitor alerts group create ops --webhook https://example.org/hook --email ada@example.org',
			explanation: 'the secret of the webhook is told once',
		},
	],
	async run({ options, words }) {
		const [name] = words as [string];
		const receivers = newReceivers(options);
		if (receivers.length === 0) throw new UsageError('Say who is told: --webhook, --slack or --email.');
		const { client, workspace } = await openWorkspace(options);
		const group = await client.call('createActionGroup', { params: { workspace }, body: { name, receivers } });
		return groupAnswer(group);
	},
});
