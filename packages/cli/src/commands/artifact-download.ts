/** `runstead artifact download`: fetches one file of a run. */
import { basename } from 'node:path';
import { defineCommand } from '../command.ts';
import { WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { documentAnswer } from '../output/answer.ts';
import { writeReply } from '../run/download.ts';
import { openRun } from '../run/find-run.ts';
import { sizeText, wholeNumber } from '../run/values.ts';

export const command = defineCommand({
	summary: 'Download one file of a run; whole folders with run download',
	usage: 'RUN PATH',
	words: { min: 2, max: 2 },
	options: {
		to: { type: 'string', value: 'FILE', description: 'File to write (default: its name, in this folder).' },
		version: { type: 'string', value: 'NUMBER', description: 'An earlier version (default: the newest).' },
		...WORKSPACE_OPTIONS,
	},
	answers: 'document',
	examples: [{ command: 'runstead artifact download testexp outputs/model.pkl --version 1', explanation: 'as it was first' }],
	async run({ options, words }) {
		const [given, path] = words as [string, string];
		const version = wholeNumber('version', options.version);
		const { client, run } = await openRun(options, given);
		const reply = await client.open('readRunFile', { params: { run: run.id, '*': path }, query: { version } });
		const file = options.to ?? basename(path);
		let sizeBytes = 0;
		await writeReply(reply, file, (count) => {
			sizeBytes += count;
		});
		return documentAnswer({ file, sizeBytes }, `Downloaded ${path} to ${file}: ${sizeText(sizeBytes)}.`);
	},
});
