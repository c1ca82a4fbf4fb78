/** `runstead run show`: one run. */
import { defineCommand } from '../command.ts';
import { WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { openRun } from '../run/find-run.ts';
import { runAnswer } from '../run/run-answer.ts';

export const command = defineCommand({
	summary: 'Show a run: status, times, tags, metrics',
	usage: 'RUN',
	words: { min: 1, max: 1 },
	options: WORKSPACE_OPTIONS,
	answers: 'document',
	examples: [
		{ command: 'runstead run show testexperiment_1700000000_1f0c2a9e', explanation: 'the beginning of an id will do' },
		{ command: 'runstead run show testexp --query status -o tsv', explanation: 'the status alone' },
	],
	async run({ options, words }) {
		const { client, run } = await openRun(options, words[0]!);
		return runAnswer(client, run);
	},
});
