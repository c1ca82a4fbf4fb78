/** `runstead monitor alerts change`: acknowledges, closes or reopens an alert, or says something to it. */
import { ALERT_STATES } from '@runstead/contract';
import { alertAnswer, allAlerts } from '../alert-answer.ts';
import { defineCommand, UsageError } from '../command.ts';
import { withIdThatBegins } from '../find-by-id.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';

export const command = defineCommand({
	summary: 'Acknowledge, close or reopen an alert, or say something to it',
	usage: 'ALERT [--state STATE] [--comment TEXT]',
	words: { min: 1, max: 1 },
	options: {
		state: { type: 'string', value: 'STATE', choices: ALERT_STATES, description: 'acknowledged, closed, or fired to open it again.' },
		comment: { type: 'string', value: 'TEXT', description: 'What is known of it.' },
		...WORKSPACE_OPTIONS,
	},
	answers: 'document',
	examples: [
		{
			command: 'runstead monitor alerts change 6b1f… --state acknowledged --comment "I look"',
			explanation: 'the id is one of runstead monitor alerts list, or the beginning of one',
		},
	],
	async run({ options, words }) {
		const [alert] = words as [string];
		const state = ALERT_STATES.find((known) => known === options.state);
		if (options.state !== undefined && state === undefined)
			throw new UsageError(`"${options.state}" is not a state: give one of ${ALERT_STATES.join(', ')}.`);
		if (state === undefined && !options.comment) throw new UsageError('There is nothing to change: give --state or --comment.');
		const { client, workspace } = await openWorkspace(options);
		const body = { ...(state && { state }), ...(options.comment && { comment: options.comment }) };
		return withIdThatBegins(
			alert,
			async (id) => alertAnswer(await client.call('changeAlert', { params: { workspace, alert: id }, body })),
			() => allAlerts(client, workspace),
		);
	},
});
