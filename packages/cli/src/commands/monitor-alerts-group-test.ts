/** `runstead monitor alerts group test`: sends a test to every receiver, or to one. */
import { findReceiver } from '../action-receivers.ts';
import { defineCommand } from '../command.ts';
import { findActionGroup } from '../find-action-group.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { listAnswer } from '../output/answer.ts';

export const command = defineCommand({
	summary: 'Send a test to every receiver of an action group, or to one, and say what became of it',
	usage: 'GROUP',
	words: { min: 1, max: 1 },
	options: {
		receiver: { type: 'string', value: 'RECEIVER', description: 'This one alone: its id or address.' },
		...WORKSPACE_OPTIONS,
	},
	answers: 'list',
	examples: [{ command: 'runstead monitor alerts group test ops', explanation: 'exits with 1 when one of them did not take it' }],
	async run({ options, words }) {
		const [group] = words as [string];
		const { client, workspace } = await openWorkspace(options);
		const receiver =
			options.receiver === undefined ? undefined : findReceiver(await findActionGroup(client, workspace, group), options.receiver).id;
		const { deliveries } = await client.call('testActionGroup', { params: { workspace, group }, query: { receiver } });
		return listAnswer(deliveries, {
			empty: 'The group has no receivers.',
			exitCode: deliveries.every(({ state }) => state === 'delivered') ? 0 : 1,
			columns: [
				{ heading: 'RECEIVER', of: ({ receiverType, address }) => `${receiverType} ${address}` },
				{ heading: 'STATE', of: ({ state }) => state },
				{ heading: 'WHY', of: ({ error }) => error ?? '-' },
			],
		});
	},
});
