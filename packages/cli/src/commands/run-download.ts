/** `runstead run download`: fetches the files of a run, and its source. */
import type { RunFile } from '@runstead/contract';
import { CommandError, defineCommand } from '../command.ts';
import { RUNSTEAD } from '../command-line.ts';
import { WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { documentAnswer, pages } from '../output/answer.ts';
import { downloadFiles } from '../run/download.ts';
import { openRun } from '../run/find-run.ts';

export const command = defineCommand({
	summary: 'Download the files of a run: outputs, logs, and its source',
	usage: 'RUN [PREFIX]',
	words: { min: 1, max: 2 },
	options: {
		to: { type: 'string', value: 'FOLDER', description: 'Folder to put them in (default: one named like the run).' },
		snapshot: { type: 'boolean', description: 'The source that it was started from, in place of its files.' },
		...WORKSPACE_OPTIONS,
	},
	answers: 'document',
	examples: [
		{ command: 'runstead run download testexp', explanation: 'everything' },
		{ command: 'runstead run download testexp outputs/ --to models', explanation: 'what begins so' },
		{ command: 'runstead run download testexp --snapshot', explanation: 'the code as it was' },
	],
	async run({ options, words }) {
		const [given, prefix] = words as [string, string | undefined];
		const { client, run } = await openRun(options, given);
		const folder = options.to ?? run.id;
		const params = { workspace: run.workspaceId, snapshot: run.snapshotId ?? '' };
		if (options.snapshot && run.snapshotId === null)
			throw new CommandError(`Run ${run.id} has no source: it was not submitted.`, 'Its files can be downloaded without --snapshot.');
		const files: { path: string; sizeBytes: number }[] = [];
		if (options.snapshot) files.push(...(await client.call('getSnapshot', { params })).files);
		else {
			const listed = pages<RunFile>(async (cursor) => {
				const page = await client.call('listRunFiles', { params: { run: run.id }, query: { prefix, limit: 1_000, cursor } });
				return { items: page.files, nextCursor: page.nextCursor };
			});
			for await (const file of listed) files.push(file);
		}
		const wanted = options.snapshot && prefix !== undefined ? files.filter(({ path }) => path.startsWith(prefix)) : files;
		if (wanted.length === 0)
			throw new CommandError(
				`Run ${run.id} has no files${prefix === undefined ? '' : ` that begin with ${prefix}`}.`,
				`${RUNSTEAD} artifact list ${run.id} shows what it has.`,
			);
		const written = await downloadFiles(wanted, folder, (path) =>
			options.snapshot
				? client.open('readSnapshotFile', { params: { ...params, '*': path } })
				: client.open('readRunFile', { params: { run: run.id, '*': path } }),
		);
		return documentAnswer(
			{ folder, files: written },
			`Downloaded ${written.length === 1 ? '1 file' : `${written.length} files`} to ${folder}.`,
		);
	},
});
