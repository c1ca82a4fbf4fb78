/** `runstead export`: everything of a workspace, or some runs of it, in open formats. */
import { readdir, rename, rm } from 'node:fs/promises';
import type { Client } from '@runstead/client';
import type { Run } from '@runstead/contract';
import { CommandError, defineCommand } from '../command.ts';
import { withDescendants } from '../export/descendants.ts';
import { exportWorkspace } from '../export/export-workspace.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { documentAnswer, pages } from '../output/answer.ts';
import { findExperiment } from '../run/find-experiment.ts';
import { findRun } from '../run/find-run.ts';
import { createProgressBar } from '../run/progress-bar.ts';

interface Choice {
	readonly runs: AsyncIterable<Run>;
	readonly count: number;
	readonly experiments: ReadonlySet<string> | null;
}

async function* listed<Item>(items: readonly Item[]): AsyncGenerator<Item> {
	yield* items;
}

async function chosen(client: Client, workspace: string, runIds: readonly string[], experimentNames: readonly string[]): Promise<Choice> {
	if (runIds.length > 0) {
		const named = await Promise.all(runIds.map((one) => findRun(client, workspace, one)));
		const runs = await withDescendants(client, workspace, named);
		return { runs: listed(runs), count: runs.length, experiments: new Set(runs.map(({ experimentId }) => experimentId)) };
	}
	const found = await Promise.all(experimentNames.map((name) => findExperiment(client, workspace, name)));
	const experimentIds = found.length > 0 ? found.map(({ id }) => id) : undefined;
	const search = (limit: number, cursor?: string) =>
		client.call('searchRuns', {
			params: { workspace },
			body: { lifecycle: 'all', orderBy: { by: 'createdTime', direction: 'ascending' }, limit, experimentIds, cursor },
		});
	const runs = pages<Run>(async (cursor) => {
		const page = await search(100, cursor);
		return { items: page.runs, nextCursor: page.nextCursor };
	});
	const { experiments } = await client.call('listExperiments', { params: { workspace }, query: { limit: 1_000, lifecycle: 'all' } });
	const count = experiments.filter(({ id }) => experimentIds?.includes(id) ?? true).reduce((sum, { runCount }) => sum + (runCount ?? 0), 0);
	return { runs, count, experiments: experimentIds === undefined ? null : new Set(experimentIds) };
}

export const command = defineCommand({
	summary: 'Write a workspace, or some of it, in open formats: JSON lines, Parquet and files',
	usage: 'FOLDER',
	words: { min: 1, max: 1 },
	options: {
		runs: { type: 'string', value: 'RUN,…', multiple: true, description: 'Only these runs, and their children.' },
		'experiment-name': {
			type: 'string',
			value: 'NAME',
			short: 'e',
			multiple: true,
			description: 'Only this experiment, and others given so.',
		},
		...WORKSPACE_OPTIONS,
	},
	answers: 'document',
	examples: [
		{ command: 'runstead export everything', explanation: 'a folder that runstead import brings back, here or elsewhere' },
		{ command: 'runstead export ridge -e testexperiment', explanation: 'one experiment' },
	],
	async run({ options, words }) {
		const [folder] = words as [string];
		const there = await readdir(folder).catch(() => []);
		if (there.length > 0) throw new CommandError(`${folder} is not empty.`, 'Name a folder that is not there yet.');
		const { client, workspace } = await openWorkspace(options);
		const runIds = (options.runs ?? []).flatMap((list) => list.split(',')).filter((one) => one !== '');
		const names = options['experiment-name'] ?? [];
		const { runs, count, experiments } = await chosen(client, workspace, runIds, names);
		const bar = createProgressBar(count, (number) => `${number} runs`);
		// Whole or not there: what was interrupted is begun again.
		const beside = `${folder}.part`;
		await rm(beside, { recursive: true, force: true });
		try {
			const isWhole = experiments === null;
			const onRun = ({ displayName }: Run): void => bar.advance(1, displayName);
			const counts = await exportWorkspace(beside, { client, workspace, runs, experiments, isWhole, onRun });
			await rm(folder, { recursive: true, force: true });
			await rename(beside, folder);
			const pairs = Object.entries(counts).map(([name, number]): [string, string] => [name, number.toLocaleString('en')]);
			return documentAnswer({ folder, workspace, ...counts }, [['Folder', folder], ...pairs]);
		} finally {
			bar.clear();
			await rm(beside, { recursive: true, force: true });
		}
	},
});
