/** `runstead artifact upload`: adds a file to a run. */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { CommandError, defineCommand } from '../command.ts';
import { WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { documentAnswer } from '../output/answer.ts';
import { openRun } from '../run/find-run.ts';
import { createProgressBar } from '../run/progress-bar.ts';
import { uploadArtifact } from '../run/upload-artifact.ts';
import { sizeText } from '../run/values.ts';

export const command = defineCommand({
	summary: 'Add a file to a run; one of the same path gets a next version; broken off, it goes on where it was',
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
		const bar = createProgressBar(found.size, sizeText);
		const local = { file, sizeBytes: found.size };
		const written = await uploadArtifact(client, run.id, path, local, (bytes) => bar.advance(bytes, path)).finally(bar.clear);
		return documentAnswer(written, `Added ${path} to run ${run.id}: version ${written.version}, ${sizeText(written.sizeBytes)}.`);
	},
});
