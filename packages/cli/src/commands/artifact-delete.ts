/** `runstead artifact delete`: deletes a file of a run. */
import { defineCommand } from '../command.ts';
import { WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { documentAnswer } from '../output/answer.ts';
import { openRun } from '../run/find-run.ts';

export const command = defineCommand({
	summary: 'Delete a file of a run, all its versions',
	usage: 'RUN PATH',
	words: { min: 2, max: 2 },
	options: WORKSPACE_OPTIONS,
	answers: 'document',
	examples: [{ command: 'runstead artifact delete testexp outputs/checkpoint.bin', explanation: 'gives its room back' }],
	async run({ options, words }) {
		const [given, path] = words as [string, string];
		const { client, run } = await openRun(options, given);
		await client.call('deleteRunFile', { params: { run: run.id, '*': path } });
		return documentAnswer({ run: run.id, path }, `Deleted ${path} of run ${run.id}.`);
	},
});
