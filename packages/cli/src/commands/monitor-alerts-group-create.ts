/** `runstead monitor alerts group create`: who is told of alerts. */
import type { ActionReceiver } from '@runstead/contract';
import { defineCommand, UsageError } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { documentAnswer } from '../output/answer.ts';

export const command = defineCommand({
	summary: 'Make an action group: webhooks, Slack, mail',
	usage: 'NAME',
	words: { min: 1, max: 1 },
	options: {
		webhook: { type: 'string', value: 'URL', multiple: true, description: "Gets Azure's common alert schema, signed." },
		slack: { type: 'string', value: 'URL', multiple: true, description: 'An incoming webhook of Slack.' },
		email: { type: 'string', value: 'ADDRESS', multiple: true, description: 'Gets a mail; the server needs --smtp.' },
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
		const receivers: ActionReceiver[] = [
			...(options.webhook ?? []).map((url) => ({ type: 'webhook' as const, url })),
			...(options.slack ?? []).map((url) => ({ type: 'slack' as const, url })),
			...(options.email ? [{ type: 'email' as const, to: [...options.email] }] : []),
		];
		if (receivers.length === 0) throw new UsageError('Say who is told: --webhook, --slack or --email.');
		const { client, workspace } = await openWorkspace(options);
		const group = await client.call('createActionGroup', { params: { workspace }, body: { name, receivers } });
		return documentAnswer(group, [
			['Group', group.name],
			...group.receivers.map(({ type, address, secret }): [string, string] => [
				type,
				secret === undefined ? address : `${address}, signed with ${secret}`,
			]),
		]);
	},
});
