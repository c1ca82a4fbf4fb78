/** `runstead run watch`: attends a run until it ends. */
import { defineCommand } from '../command.ts';
import { WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { attendRun, logSink } from '../run/attend-run.ts';
import { openRun } from '../run/find-run.ts';

export const command = defineCommand({
	summary: 'Watch a run until it ends; Ctrl-C asks whether to detach or to cancel',
	usage: 'RUN',
	words: { min: 1, max: 1 },
	options: { stream: { type: 'boolean', description: 'Show its log as it grows.' }, ...WORKSPACE_OPTIONS },
	answers: 'document',
	examples: [
		{ command: 'runstead run watch testexp', explanation: 'exit code 0 when it completes, 1 when it fails or is canceled' },
		{ command: 'runstead run watch testexp --stream', explanation: 'with its log' },
	],
	async run({ options, words, format }) {
		const { client, run } = await openRun(options, words[0]!);
		return attendRun(client, run.id, options.stream ? logSink(format) : null);
	},
});
