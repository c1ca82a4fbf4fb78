/** `runstead monitor alerts rule update`: switches a rule on or off, or silences it. */
import { ruleAnswer } from '../alert-answer.ts';
import { defineCommand, UsageError } from '../command.ts';
import { secondsOf } from '../duration.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';

export const command = defineCommand({
	summary: 'Switch an alert rule on or off, or silence it for a time',
	usage: 'RULE',
	words: { min: 1, max: 1 },
	options: {
		enabled: { type: 'string', value: 'yes|no', choices: ['yes', 'no'], description: 'Whether it looks at all.' },
		silence: { type: 'string', value: 'DURATION', description: 'Nobody is told for so long, such as 2h; 0m ends it.' },
		...WORKSPACE_OPTIONS,
	},
	answers: 'document',
	examples: [
		{ command: 'runstead monitor alerts rule update "Failed runs" --silence 2h', explanation: 'alerts are raised, and nobody is told' },
	],
	async run({ options, words }) {
		const [rule] = words as [string];
		if (options.enabled === undefined && options.silence === undefined)
			throw new UsageError('There is nothing to change: give --enabled or --silence.');
		const seconds = options.silence === undefined ? null : secondsOf(options.silence);
		const { client, workspace } = await openWorkspace(options);
		const body = {
			...(options.enabled !== undefined && { enabled: options.enabled === 'yes' }),
			...(seconds !== null && { silencedUntil: seconds === 0 ? null : new Date(Date.now() + seconds * 1_000).toISOString() }),
		};
		return ruleAnswer(await client.call('updateAlertRule', { params: { workspace, rule }, body }));
	},
});
