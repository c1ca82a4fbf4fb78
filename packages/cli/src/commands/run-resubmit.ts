/** `runstead run resubmit`: submits a job again. */
import { defineCommand } from '../command.ts';
import { WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { attendRun, logSink } from '../run/attend-run.ts';
import { openRun } from '../run/find-run.ts';
import { runAnswer } from '../run/run-answer.ts';

export const command = defineCommand({
	summary: 'Submit a run again from the same source, with other arguments if they are given',
	usage: 'RUN [ARGUMENTS]',
	words: { min: 1, max: 10_000 },
	wordsEndOptions: true,
	options: {
		target: { type: 'string', value: 'NAME', description: 'Another compute target.' },
		detach: { type: 'boolean', description: 'Do not wait for its end.' },
		stream: { type: 'boolean', description: 'Show its log as it grows.' },
		...WORKSPACE_OPTIONS,
	},
	answers: 'document',
	examples: [{ command: 'runstead run resubmit testexp --alpha 0.2', explanation: 'what follows the run goes to the script' }],
	async run({ options, words, format }) {
		const [given = '', ...others] = words;
		const { client, run } = await openRun(options, given);
		const body = { target: options.target, arguments: others.length > 0 ? others : undefined };
		const { runId } = await client.call('resubmitJob', { params: { run: run.id }, body });
		if (!options.detach) return attendRun(client, runId, options.stream ? logSink(format) : null);
		return runAnswer(client, await client.call('getRun', { params: { run: runId } }));
	},
});
