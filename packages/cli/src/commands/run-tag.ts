/** `runstead run tag`: tags a run. */
import { defineCommand } from '../command.ts';
import { WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { openRun } from '../run/find-run.ts';
import { runAnswer } from '../run/run-answer.ts';
import { tagsOf } from '../run/values.ts';

export const command = defineCommand({
	summary: 'Tag a run, with values or with keys alone',
	usage: 'RUN KEY[=VALUE] …',
	words: { min: 2, max: 101 },
	options: WORKSPACE_OPTIONS,
	answers: 'document',
	examples: [
		{ command: 'runstead run tag testexp quality=good "worth another look"', explanation: 'two tags, the second without a value' },
	],
	async run({ options, words }) {
		const [given = '', ...tags] = words;
		const change = tagsOf(tags, 'A tag');
		const { client, run } = await openRun(options, given);
		return runAnswer(client, await client.call('updateRun', { params: { run: run.id }, body: { tags: change } }));
	},
});
