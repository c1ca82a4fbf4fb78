/** `runstead artifact list`: the files of a run. */
import type { RunFile } from '@runstead/contract';
import { defineCommand } from '../command.ts';
import { WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { listAnswer, pages } from '../output/answer.ts';
import { openRun } from '../run/find-run.ts';
import { sizeText } from '../run/values.ts';

export const command = defineCommand({
	summary: 'List the files of a run: what it wrote, and its logs',
	usage: 'RUN [PREFIX]',
	words: { min: 1, max: 2 },
	options: WORKSPACE_OPTIONS,
	answers: 'list',
	examples: [{ command: 'runstead artifact list testexp outputs/', explanation: 'those that begin so' }],
	async run({ options, words }) {
		const [given, prefix] = words as [string, string | undefined];
		const { client, run } = await openRun(options, given);
		const files = pages<RunFile>(async (cursor) => {
			const page = await client.call('listRunFiles', { params: { run: run.id }, query: { prefix, limit: 1_000, cursor } });
			return { items: page.files, nextCursor: page.nextCursor };
		});
		return listAnswer(files, {
			empty: `Run ${run.id} has no files${prefix === undefined ? '' : ` that begin with ${prefix}`}.`,
			columns: [
				{ heading: 'PATH', of: ({ path }) => path, whole: true },
				{ heading: 'KIND', of: ({ kind }) => kind },
				{ heading: 'SIZE', of: ({ sizeBytes }) => sizeText(sizeBytes) },
				{ heading: 'VERSION', of: ({ version }) => String(version) },
				{ heading: 'MODIFIED', of: ({ modifiedTime }) => modifiedTime.slice(0, 19).replace('T', ' ') },
			],
		});
	},
});
