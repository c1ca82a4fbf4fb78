/** Reads MLflow's own database: SQLite with Node's reader, PostgreSQL with its driver. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CommandError } from '../command.ts';
import { type ArtifactWatch, watchArtifacts } from './local-artifacts.ts';
import { databaseEvaluationDatasets } from './mlflow-database-evaluation-datasets.ts';
import { databaseLoggedModels, modelsOfRuns, NO_MODELS } from './mlflow-database-logged-models.ts';
import { databaseTraces } from './mlflow-database-traces.ts';
import {
	type MlflowSource,
	PORTION_POINTS,
	type SourceDataset,
	type SourceExperiment,
	type SourceModel,
	type SourcePoint,
	type SourceRun,
} from './mlflow-source.ts';
import { timeOf } from './source-logged-model.ts';
import { nameWithin, sourceWorkspaceOrNull } from './source-workspace.ts';

type Row = Readonly<Record<string, unknown>>;

/** Queries with `?` for values. */
interface Reader {
	all(query: string, ...values: readonly (string | number)[]): Promise<Row[]>;
	close(): Promise<void>;
	/** Chooses the points of a run and a metric. */
	readonly pointsOfMetric: string;
}

const POINTS_OF_METRIC = 'run_uuid = ? and key = ?';

const RUNS_PER_PAGE = 500;

export async function openMlflowDatabase(
	uri: string,
	artifacts: string | undefined,
	namedWorkspace: string | undefined,
): Promise<MlflowSource> {
	const isPostgres = /^postgres(ql)?(\+\w+)?:\/\//.test(uri);
	const file = isPostgres ? null : resolve(uri.replace(/^sqlite:\/{2,3}/, ''));
	const reader = file === null ? await openPostgres(uri.replace(/^postgres(ql)?(\+\w+)?:/, 'postgres:')) : await openSqliteFile(file);
	const base = file === null ? process.cwd() : dirname(file);
	const masked = uri.replace(/:[^:@/]*@/, ':***@');
	const places = watchArtifacts({ base, artifacts: artifacts ?? join(base, 'mlartifacts') });
	try {
		const listed = await reader.all(isPostgres ? POSTGRES_TABLES : SQLITE_TABLES).catch((error: unknown) => {
			throw new CommandError(
				`${masked} is not a database of MLflow: ${(error as Error).message}.`,
				'Name the one that "mlflow server --backend-store-uri" was given.',
			);
		});
		const tables = new Set(listed.map(({ name }) => String(name)));
		if (RUNSTEAD_TABLES.every((name) => tables.has(name)))
			throw new CommandError(
				`${masked} is a database of Runstead, not of MLflow.`,
				'To bring what it holds into another server: runstead export there, and runstead import here.',
			);
		if (!tables.has('experiments') || !tables.has('runs'))
			throw new CommandError(
				`${masked} is not a database of MLflow: it has no experiments and runs.`,
				'Name the one that "mlflow server --backend-store-uri" was given.',
			);
		const workspaces = await workspacesIn(reader, tables);
		const workspace = sourceWorkspaceOrNull(file ?? masked, workspaces, namedWorkspace);
		return sourceOver(reader, { name: nameWithin(file ?? masked, workspace), tables, places, workspace });
	} catch (error) {
		await reader.close();
		throw error;
	}
}

/** Those that anything is kept in; none before MLflow 3.9. */
async function workspacesIn({ all }: Reader, tables: ReadonlySet<string>): Promise<string[]> {
	if (!tables.has('workspaces')) return [];
	const rows = await all('select workspace from experiments union select workspace from registered_models order by workspace');
	return rows.map(({ workspace }) => String(workspace));
}

/** Tables that every database of Runstead has, and none of MLflow. */
const RUNSTEAD_TABLES = ['server', 'counter', 'workspace', 'run'];
const SQLITE_TABLES = "select name from sqlite_master where type = 'table'";
const POSTGRES_TABLES = 'select table_name as name from information_schema.tables where table_schema = current_schema()';

async function openSqliteFile(file: string): Promise<Reader> {
	if (!existsSync(file))
		throw new CommandError(`There is no file ${file}.`, 'Name the database, such as sqlite:///mlflow.db or mlflow.db.');
	const { DatabaseSync } = await import('node:sqlite');
	const database = new DatabaseSync(file, { readOnly: true, timeout: 10_000 });
	return {
		all: async (query, ...values) => database.prepare(query).all(...values) as Row[],
		close: async () => database.close(),
		// Asked outright, SQLite goes through the points that all runs have of the metric: their index is the primary key.
		pointsOfMetric: `rowid in (select rowid from metrics where ${POINTS_OF_METRIC})`,
	};
}

async function openPostgres(url: string): Promise<Reader> {
	const { default: pg } = await import('pg');
	// Whole numbers of 64 bits are times and counts here: numbers hold them.
	pg.types.setTypeParser(20, Number);
	const client = new pg.Client({ connectionString: url });
	await client.connect().catch((error: Error) => {
		throw new CommandError(`The database cannot be reached: ${error.message}.`, 'Check its address, name and password.');
	});
	return {
		async all(query, ...values) {
			let place = 0;
			return (
				await client.query(
					query.replaceAll('?', () => `$${++place}`),
					[...values],
				)
			).rows as Row[];
		},
		close: () => client.end(),
		pointsOfMetric: POINTS_OF_METRIC,
	};
}

function sourceOver(
	{ all, close, pointsOfMetric }: Reader,
	{
		name,
		tables,
		places,
		workspace,
	}: { readonly name: string; readonly tables: ReadonlySet<string>; readonly places: ArtifactWatch; readonly workspace: string | null },
): MlflowSource {
	const within = workspace === null ? '1 = 1' : 'workspace = ?';
	const ofWorkspace = workspace === null ? [] : [workspace];
	/** Rows of a table by the id that a column holds, for some ids. */
	const byId = async (query: string, idColumn: string, ids: readonly string[], grouping = ''): Promise<Map<string, Row[]>> => {
		// PostgreSQL takes no empty list.
		if (ids.length === 0) return new Map();
		const rows = await all(`${query} where ${idColumn} in (${ids.map(() => '?').join(', ')}) ${grouping}`, ...ids);
		return Map.groupBy(rows, (row) => String(row.owner));
	};
	const pairs = (rows: readonly Row[] = []): Record<string, string> =>
		Object.fromEntries(rows.map(({ key, value }) => [String(key), String(value ?? '')]));

	const runsOf = async (rows: readonly Row[]): Promise<SourceRun[]> => {
		const ids = rows.map(({ run_uuid }) => String(run_uuid));
		const params = await byId('select run_uuid as owner, key, value from params', 'run_uuid', ids);
		const tags = await byId('select run_uuid as owner, key, value from tags', 'run_uuid', ids);
		const counts = await byId('select run_uuid as owner, key, count(*) as value from metrics', 'run_uuid', ids, 'group by run_uuid, key');
		const inputs = tables.has('inputs') ? await datasetsOf(ids) : new Map<string, SourceDataset[]>();
		const models = await modelsOfRuns({ byId, tables }, ids);
		return rows.map((row) => {
			const id = String(row.run_uuid);
			const ownTags = pairs(tags.get(id));
			return {
				id,
				name: String(row.name || ownTags['mlflow.runName'] || ''),
				status: String(row.status) as SourceRun['status'],
				startTimeMs: numberOrNull(row.start_time),
				endTimeMs: numberOrNull(row.end_time),
				isDeleted: row.lifecycle_stage === 'deleted',
				user: String(row.user_id ?? ''),
				params: pairs(params.get(id)),
				tags: ownTags,
				metrics: Object.fromEntries(Object.entries(pairs(counts.get(id))).map(([key, count]) => [key, `count ${count}`])),
				datasets: inputs.get(id) ?? [],
				models: models.get(id) ?? NO_MODELS,
				artifactUri: String(row.artifact_uri ?? ''),
			};
		});
	};

	const datasetsOf = async (runIds: readonly string[]): Promise<Map<string, SourceDataset[]>> => {
		const rows = await byId(
			`select i.destination_id as owner, i.input_uuid, d.name, d.digest, d.dataset_source_type, d.dataset_source, d.dataset_schema,
				d.dataset_profile from inputs i join datasets d on d.dataset_uuid = i.source_id and i.source_type = 'DATASET'`,
			'i.destination_id',
			runIds,
		);
		const inputIds = [...rows.values()].flat().map(({ input_uuid }) => String(input_uuid));
		const tags = await byId('select input_uuid as owner, name as key, value from input_tags', 'input_uuid', inputIds);
		return new Map(
			[...rows].map(([run, datasets]) => [
				run,
				datasets.map((row) => ({
					name: String(row.name),
					digest: String(row.digest),
					sourceType: String(row.dataset_source_type),
					source: String(row.dataset_source),
					schema: row.dataset_schema === null ? null : String(row.dataset_schema),
					profile: row.dataset_profile === null ? null : String(row.dataset_profile),
					tags: pairs(tags.get(String(row.input_uuid))),
				})),
			]),
		);
	};

	return {
		name,
		countRuns: async () => {
			const query = `select count(*) as count from runs where experiment_id in (select experiment_id from experiments where ${within})`;
			return Number((await all(query, ...ofWorkspace))[0]?.count);
		},

		async experiments(): Promise<SourceExperiment[]> {
			const tags = Map.groupBy(await all('select experiment_id as owner, key, value from experiment_tags'), ({ owner }) => String(owner));
			const query = `select experiment_id, name, lifecycle_stage from experiments where ${within} order by experiment_id`;
			return (await all(query, ...ofWorkspace)).map((row) => ({
				id: String(row.experiment_id),
				name: String(row.name),
				tags: pairs(tags.get(String(row.experiment_id))),
				isDeleted: row.lifecycle_stage === 'deleted',
			}));
		},

		async *runs(experimentId) {
			let last: Row | undefined;
			for (;;) {
				const after = last ? 'and (coalesce(start_time, 0) > ? or (coalesce(start_time, 0) = ? and run_uuid > ?))' : '';
				const start = Number(last?.start_time ?? 0);
				const rows = await all(
					`select run_uuid, name, user_id, status, start_time, end_time, lifecycle_stage, artifact_uri from runs
						where experiment_id = ? ${after} order by coalesce(start_time, 0), run_uuid limit ${RUNS_PER_PAGE}`,
					Number(experimentId),
					...(last ? [start, start, String(last.run_uuid)] : []),
				);
				yield* await runsOf(rows);
				last = rows.at(-1);
				if (rows.length < RUNS_PER_PAGE) return;
			}
		},

		modelsOf: (run) => Promise.resolve(run.models),

		async *points(runId, metric) {
			let offset = 0;
			for (;;) {
				const rows = await all(
					`select value, timestamp, step, is_nan from metrics where ${pointsOfMetric}
						order by timestamp, step, value limit ${PORTION_POINTS} offset ${offset}`,
					runId,
					metric,
				);
				if (rows.length > 0) yield rows.map(pointOf);
				if (rows.length < PORTION_POINTS) return;
				offset += rows.length;
			}
		},

		files: (uri) => places.filesOf(uri),

		async models(): Promise<SourceModel[]> {
			if (!tables.has('registered_models')) return [];
			const [tags, aliases, versionTags] = [
				Map.groupBy(await all(`select name as owner, key, value from registered_model_tags where ${within}`, ...ofWorkspace), ({ owner }) =>
					String(owner),
				),
				tables.has('registered_model_aliases')
					? Map.groupBy(
							await all(`select name as owner, alias, version from registered_model_aliases where ${within}`, ...ofWorkspace),
							({ owner }) => String(owner),
						)
					: new Map<string, Row[]>(),
				Map.groupBy(
					await all(`select name, version, key, value from model_version_tags where ${within}`, ...ofWorkspace),
					({ name: of, version }) => `${of}/${version}`,
				),
			];
			const versions = Map.groupBy(
				await all(
					`select * from model_versions where current_stage <> 'Deleted_Internal' and ${within} order by name, version`,
					...ofWorkspace,
				),
				({ name: of }) => String(of),
			);
			const query = `select name, description, creation_time from registered_models where ${within} order by name`;
			return (await all(query, ...ofWorkspace)).map((row) => {
				const model = String(row.name);
				return {
					name: model,
					description: textOrNull(row.description),
					tags: pairs(tags.get(model)),
					aliases: Object.fromEntries((aliases.get(model) ?? []).map(({ alias, version }) => [String(alias), Number(version)])),
					createdTime: row.creation_time === null ? null : timeOf(row.creation_time),
					versions: (versions.get(model) ?? []).map((one) => ({
						version: Number(one.version),
						description: textOrNull(one.description),
						stage: String(one.current_stage),
						source: String(one.source ?? ''),
						location: one.storage_location ? String(one.storage_location) : null,
						runId: one.run_id ? String(one.run_id) : null,
						tags: pairs(versionTags.get(`${model}/${one.version}`)),
						createdTimeMs: Number(one.creation_time),
					})),
				};
			});
		},

		loggedModels: (experimentId) => databaseLoggedModels({ all, byId, tables, places }, experimentId),

		traces: (experimentId) => databaseTraces({ all, byId, tables, places }, experimentId),

		evaluationDatasets: () => databaseEvaluationDatasets({ all, byId, tables }, workspace),

		problems: () => places.problems(),

		close,
	};
}

function pointOf({ value, timestamp, step, is_nan }: Row): SourcePoint {
	return { value: is_nan === 1 || is_nan === true ? Number.NaN : Number(value), timeMs: Number(timestamp), step: Number(step) };
}

function textOrNull(value: unknown): string | null {
	return typeof value === 'string' && value !== '' ? value : null;
}

function numberOrNull(value: unknown): number | null {
	return value === null || value === undefined ? null : Number(value);
}
