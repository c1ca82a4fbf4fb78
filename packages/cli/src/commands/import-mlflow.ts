/** `runstead import mlflow`: brings what MLflow keeps over, from a server, a database or a folder. */
import { stat } from 'node:fs/promises';
import { CommandError, defineCommand } from '../command.ts';
import { importEvaluationDatasets } from '../import/import-evaluation-datasets.ts';
import { importExperiment } from '../import/import-experiment.ts';
import { importLoggedModels } from '../import/import-logged-models.ts';
import { openMarks } from '../import/import-marks.ts';
import { importModels } from '../import/import-models.ts';
import {
	addModels,
	beginModelReport,
	evaluationDatasetRow,
	type ImportReport,
	loggedModelRow,
	type ModelImportReport,
	modelRow,
	replacedRows,
	reportAnswer,
	reportRows,
	traceRow,
} from '../import/import-report.ts';
import { beginRun, type ImportContext, type ImportedRun } from '../import/import-run.ts';
import { importTraces } from '../import/import-traces.ts';
import { type MlflowSource, type SourceExperiment, SourceRefusal, type SourceRun } from '../import/mlflow-source.ts';
import { sourceWorkspaceOrNull } from '../import/source-workspace.ts';
import { openServer, openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { createProgressBar, type ProgressBar } from '../run/progress-bar.ts';

/** Runs that are brought over at the same time. */
const RUNS_AT_ONCE = 4;

const OUTCOMES = { new: 'runs', changed: 'runsChanged', same: 'runsThere' } as const;

/** What a server without a workspace gets, as from MLflow's own clients. */
const FIRST_WORKSPACE = 'default';

async function openSource(
	given: string,
	artifacts: string | undefined,
	workspace: string | undefined,
	ownServerId: string,
): Promise<MlflowSource> {
	if (artifacts !== undefined && !(await stat(artifacts).catch(() => null))?.isDirectory())
		throw new CommandError(`There is no folder ${artifacts}.`, 'Name the one that "mlflow server --artifacts-destination" was given.');
	if (/^https?:\/\//.test(given)) return (await import('../import/mlflow-server.ts')).openMlflowServer(given, workspace, ownServerId);
	const isDatabase = /^(sqlite|postgres(ql)?(\+\w+)?):\/\//.test(given) || ((await stat(given).catch(() => null))?.isFile() ?? false);
	if (isDatabase) return (await import('../import/mlflow-database.ts')).openMlflowDatabase(given, artifacts, workspace);
	const [, scheme] = /^([a-z][a-z0-9+.-]*):\/\//i.exec(given) ?? [];
	if (scheme !== undefined && scheme !== 'file')
		throw new CommandError(
			`Nothing is read from ${scheme}: here, only from SQLite, PostgreSQL, folders and servers.`,
			`Start MLflow's own server over it (mlflow server --backend-store-uri ${scheme}://…), and name the address of that.`,
		);
	sourceWorkspaceOrNull(given, [], workspace);
	return (await import('../import/mlflow-folder.ts')).openMlflowFolder(given, artifacts);
}

/** Begins one run after the other, and fills a few at a time; what fails is told, and holds up nothing else. */
async function fillEach(
	runs: AsyncIterable<SourceRun> | Iterable<SourceRun>,
	begin: (run: SourceRun) => Promise<(() => Promise<ImportedRun>) | null>,
	report: ImportReport,
): Promise<void> {
	const busy = new Set<Promise<void>>();
	/** Without the source, nothing of what follows would come over either. */
	let lost: CommandError | null = null;
	const tell = (run: SourceRun, error: unknown): void => {
		if (error instanceof CommandError) lost ??= error;
		else report.problems.push(`Run ${run.id}: ${(error as Error).message}`);
	};
	for await (const run of runs) {
		const fill = await begin(run).catch((error: unknown) => {
			tell(run, error);
			return null;
		});
		if (lost !== null) break;
		if (fill === null) continue;
		const task: Promise<void> = fill()
			.then(({ outcome, points, files, replaced, unreachable }) => {
				report[OUTCOMES[outcome]] += 1;
				report.replaced.push(...replaced.map((text) => `Run ${run.id}: ${text}`));
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
	if (lost !== null) throw lost;
}

/** A part that the source refuses is told, and holds up no other. */
async function bringPart(what: string, work: Promise<void>, report: ImportReport): Promise<void> {
	await work.catch((error: unknown) => {
		if (!(error instanceof SourceRefusal)) throw error;
		report.problems.push(`${what}: ${error.message}`);
	});
}

export const command = defineCommand({
	summary: 'Bring experiments, runs, models, traces and evaluation datasets of MLflow over, from a server, a database or an mlruns folder',
	usage: 'http://SERVER|sqlite:///FILE|postgresql://…|FOLDER',
	words: { min: 1, max: 1 },
	options: {
		artifacts: {
			type: 'string',
			value: 'FOLDER',
			description: 'Where artifacts with an address mlflow-artifacts:/… lie (default: mlartifacts beside the database).',
		},
		'from-workspace': {
			type: 'string',
			value: 'NAME',
			description: 'Workspace of MLflow to bring, where it has several (default: MLFLOW_WORKSPACE, else the only one there is).',
		},
		thorough: {
			type: 'boolean',
			description: 'Compare everything with what is here, as if it were the first time: what is lacking here is brought.',
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
		const { serverId } = await (await openServer(options)).call('getHealth', {});
		const named = options['from-workspace'] ?? (process.env.MLFLOW_WORKSPACE || undefined);
		const source = await openSource(words[0]!, options.artifacts, named, serverId);
		const report = { source: source.name, ...beginModelReport() };
		let bar: ProgressBar | null = null;
		try {
			const { client, workspace } = await openWorkspace(options, FIRST_WORKSPACE);
			const marks = await openMarks(client, workspace, options.thorough ?? false);
			bar = createProgressBar(await source.countRuns(), (count) => `${count} runs`);
			const show = bar.advance;
			const experiments = new Map<string, string>();
			for (const experiment of await source.experiments())
				experiments.set(experiment.id, await bringExperiment({ client, workspace, source, marks, report, show }, experiment));
			const context = { client, workspace, source, marks: { of: source.name, all: marks } };
			addModels(report, await importModels(context, (name) => show(0, name)));
			const datasets = importEvaluationDatasets({ client, workspace, experiments, marks }, source.evaluationDatasets(), report);
			await bringPart('Evaluation datasets', datasets, report);
			report.problems.push(...source.problems());
		} finally {
			bar?.clear();
			await source.close();
		}
		return reportAnswer(report, [
			...reportRows(report, source.name),
			modelRow(report),
			loggedModelRow(report),
			traceRow(report),
			evaluationDatasetRow(report),
			...replacedRows(report),
		]);
	},
});

interface Bringing extends ImportContext {
	readonly workspace: string;
	readonly report: ModelImportReport;
	readonly show: ProgressBar['advance'];
}

/** The id that it has here. */
async function bringExperiment({ report, show, ...context }: Bringing, given: SourceExperiment): Promise<string> {
	const { client, source, marks } = context;
	const { id, replaced, end } = await importExperiment(context, given);
	report.experiments += 1;
	report.replaced.push(...replaced.map((text) => `Experiment ${given.name}: ${text}`));
	const orphans: SourceRun[] = [];
	const bring = async (run: SourceRun, mayWait: boolean): Promise<(() => Promise<ImportedRun>) | null> => {
		const begun = await beginRun(context, id, run, mayWait);
		if (begun !== 'later') show(1, given.name);
		else orphans.push(run);
		return begun === 'later' ? null : begun;
	};
	await fillEach(source.runs(given.id), (run) => bring(run, true), report);
	// The parents of these are not in this experiment, or gone.
	await fillEach(orphans.splice(0), (run) => bring(run, false), report);
	const to = { client, experiment: id, marks };
	await bringPart(`Logged models of ${given.name}`, importLoggedModels(to, source.loggedModels(given.id), report), report);
	await bringPart(`Traces of ${given.name}`, importTraces(to, source.traces(given.id), report), report);
	await end();
	return id;
}
