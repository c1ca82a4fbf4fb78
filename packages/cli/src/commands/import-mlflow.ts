/** `runstead import mlflow`: brings what MLflow keeps over, from a server, a database or a folder. */
import { stat } from 'node:fs/promises';
import { CommandError, defineCommand } from '../command.ts';
import { importModels } from '../import/import-models.ts';
import { addModels, beginModelReport, type ImportReport, modelRow, reportAnswer, reportRows, traceRow } from '../import/import-report.ts';
import { beginRun, type ImportedRun } from '../import/import-run.ts';
import { importTraces } from '../import/import-traces.ts';
import type { MlflowSource, SourceExperiment, SourceRun } from '../import/mlflow-source.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { createProgressBar } from '../run/progress-bar.ts';

/** Runs that are brought over at the same time. */
const RUNS_AT_ONCE = 4;

async function openSource(given: string, artifacts: string | undefined): Promise<MlflowSource> {
	if (/^https?:\/\//.test(given)) return (await import('../import/mlflow-server.ts')).openMlflowServer(given);
	const isDatabase = /^(sqlite|postgres(ql)?(\+\w+)?):\/\//.test(given) || ((await stat(given).catch(() => null))?.isFile() ?? false);
	if (isDatabase) return (await import('../import/mlflow-database.ts')).openMlflowDatabase(given, artifacts);
	return (await import('../import/mlflow-folder.ts')).openMlflowFolder(given, artifacts);
}

/** Begins one run after the other, and fills a few at a time; what fails is told, and holds up nothing else. */
async function fillEach(
	runs: AsyncIterable<SourceRun> | Iterable<SourceRun>,
	begin: (run: SourceRun) => Promise<(() => Promise<ImportedRun>) | null>,
	report: ImportReport,
): Promise<void> {
	const busy = new Set<Promise<void>>();
	const tell = (run: SourceRun, error: unknown): void => {
		// Without the source, nothing of what follows would come over either.
		if (error instanceof CommandError) throw error;
		report.problems.push(`Run ${run.id}: ${(error as Error).message}`);
	};
	for await (const run of runs) {
		const fill = await begin(run).catch((error: unknown) => {
			tell(run, error);
			return null;
		});
		if (fill === null) continue;
		const task: Promise<void> = fill()
			.then(({ points, files, unreachable }) => {
				report.runs += 1;
				report.points += points;
				report.files += files;
				if (unreachable !== null)
					report.problems.push(`Run ${run.id}: its artifacts lie at ${unreachable}, which this command does not read.`);
			})
			.catch((error: unknown) => tell(run, error))
			.finally(() => busy.delete(task));
		busy.add(task);
		if (busy.size >= RUNS_AT_ONCE) await Promise.race(busy);
	}
	await Promise.all(busy);
}

export const command = defineCommand({
	summary: 'Bring experiments, runs, models and traces of MLflow over, from a server, a database or an mlruns folder',
	usage: 'http://SERVER|sqlite:///FILE|postgresql://…|FOLDER',
	words: { min: 1, max: 1 },
	options: {
		artifacts: {
			type: 'string',
			value: 'FOLDER',
			description: 'Where artifacts with an address mlflow-artifacts:/… lie (default: mlartifacts beside the database).',
		},
		...WORKSPACE_OPTIONS,
	},
	answers: 'document',
	examples: [
		{ command: 'runstead import mlflow ./mlruns', explanation: 'a folder that MLflow wrote without a server' },
		{
			command: 'runstead import mlflow sqlite:///mlflow.db --artifacts ./mlartifacts',
			explanation: 'the database and the artifacts of a server that is stopped',
		},
		{ command: 'runstead import mlflow http://127.0.0.1:5000', explanation: 'a server that runs; again later, it brings what is new' },
	],
	async run({ options, words }) {
		const { client, workspace } = await openWorkspace(options);
		const source = await openSource(words[0]!, options.artifacts);
		const report = { source: source.name, ...beginModelReport() };
		const bar = createProgressBar(await source.countRuns(), (count) => `${count} runs`);
		const bringExperiment = async ({ id, name, tags, isDeleted }: SourceExperiment): Promise<void> => {
			const { 'mlflow.note.content': description = '', ...own } = tags;
			const made = await client.call('createExperiment', {
				params: { workspace },
				body: { name, existOk: true, ...(description !== '' && { description }), tags: own },
			});
			report.experiments += 1;
			const orphans: SourceRun[] = [];
			const bring = async (run: SourceRun, mayWait: boolean): Promise<(() => Promise<ImportedRun>) | null> => {
				const begun = await beginRun(client, source, made.id, run, mayWait);
				if (begun === 'later') orphans.push(run);
				if (begun === 'there') report.runsThere += 1;
				if (begun !== 'later') bar.advance(1, name);
				return typeof begun === 'string' ? null : begun;
			};
			await fillEach(source.runs(id), (run) => bring(run, true), report);
			// The parents of these are not in this experiment, or gone.
			await fillEach(orphans.splice(0), (run) => bring(run, false), report);
			await importTraces(client, made.id, source.traces(id), report);
			if (isDeleted) await client.call('updateExperiment', { params: { experiment: made.id }, body: { lifecycle: 'trashed' } });
		};
		try {
			for (const experiment of await source.experiments()) await bringExperiment(experiment);
			const models = await importModels(client, workspace, source, (name) => bar.advance(0, name));
			addModels(report, models);
			report.problems.push(
				...models.unreachable.map((one) => `Model ${one}: its files are out of reach; it is registered by their address.`),
			);
		} finally {
			bar.clear();
			await source.close();
		}
		return reportAnswer(report, [...reportRows(report, source.name), modelRow(report), traceRow(report)]);
	},
});
