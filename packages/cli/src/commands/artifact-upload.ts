/** `runstead artifact upload`: adds a file to a run. */
import { openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { CommandError, defineCommand } from '../command.ts';
import { WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { documentAnswer } from '../output/answer.ts';
import { openRun } from '../run/find-run.ts';
import { sizeText } from '../run/values.ts';

export const command = defineCommand({
	summary: 'Add a file to a run; one of the same path gets a next version',
	usage: 'RUN FILE',
	words: { min: 2, max: 2 },
	options: {
		as: { type: 'string', value: 'PATH', description: 'Its path within the run (default: outputs/ and its name).' },
		...WORKSPACE_OPTIONS,
	},
	answers: 'document',
	examples: [
		{ command: 'runstead artifact upload testexp report.html --as outputs/report.html', explanation: 'also after the run has ended' },
	],
	async run({ options, words }) {
		const [given, file] = words as [string, string];
		const found = await stat(file).catch(() => null);
		if (found === null || !found.isFile()) throw new CommandError(`There is no file ${file}.`, 'Name a file, not a folder.');
		const { client, run } = await openRun(options, given);
		const path = options.as ?? `outputs/${basename(file)}`;
		const written = await client.call('writeRunFile', { params: { run: run.id, '*': path }, body: await openAsBlob(file) });
		return documentAnswer(written, `Added ${path} to run ${run.id}: version ${written.version}, ${sizeText(written.sizeBytes)}.`);
	},
});
