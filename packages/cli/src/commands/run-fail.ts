/** `runstead run fail`: marks a run as failed. */
import { defineCommand } from '../command.ts';
import { WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { openRun } from '../run/find-run.ts';
import { runAnswer } from '../run/run-answer.ts';

export const command = defineCommand({
	summary: 'Mark a run as failed, even one that completed; one that runs is ended',
	usage: 'RUN',
	words: { min: 1, max: 1 },
	options: {
		'error-code': { type: 'string', value: 'CODE', description: 'What kind of error, for programs (default: UserError).' },
		reason: { type: 'string', value: 'TEXT', description: 'What was wrong, for the record.' },
		...WORKSPACE_OPTIONS,
	},
	answers: 'document',
	examples: [{ command: 'runstead run fail testexp --reason "trained on the wrong data"', explanation: 'it stays, and says why' }],
	async run({ options, words }) {
		const { client, run } = await openRun(options, words[0]!);
		const body = { errorCode: options['error-code'], errorDetails: options.reason };
		return runAnswer(client, await client.call('failRun', { params: { run: run.id }, body }));
	},
});
