/** Searches over many runs, as clients see them: filters of several selectivities, orders, first pages and deep ones, on both engines. */
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@runstead/client';
import { ROOT } from '../../scripts/run-program.ts';
import { findPostgresOrNull } from '../../scripts/suites/peers.ts';
import { startServerProcess } from '../../tests/support/server-process.ts';
import type { Measurement, MeasurementOptions, Row } from '../harness/measurement.ts';
import { scratchFolder } from '../harness/processes.ts';
import { scratchPostgres } from '../harness/scratch-postgres.ts';
import { seedPostgres, seedSqlite } from '../harness/seed-database.ts';

const TARGET_MS = 50;
const RUNS = { whole: 100_000, quick: 2_000 } as const;
const REPETITIONS = { whole: 15, quick: 3 } as const;
const PAGE = 50;
const EXPERIMENT = 'search';
/** Pages to go before the deep one is measured. */
const DEEP_PAGES = 20;
/** Change it when the seeded rows change: seeded folders are kept by this name. */
const SEED_VERSION = 2;

interface Query {
	readonly name: string;
	readonly body: { readonly filter?: string; readonly orderBy?: { readonly by: string; readonly direction: 'ascending' | 'descending' } };
	readonly deep?: boolean;
}

const descending = (by: string) => ({ by, direction: 'descending' as const });
const ascending = (by: string) => ({ by, direction: 'ascending' as const });

const QUERIES: readonly Query[] = [
	{ name: 'newest', body: {} },
	{ name: 'newest, page 21', body: {}, deep: true },
	{ name: 'half of all by a metric', body: { filter: 'metrics.metric_0 < 0.5' } },
	{ name: 'half by a metric, ordered by it', body: { filter: 'metrics.metric_0 < 0.5', orderBy: ascending('metrics.metric_0') } },
	{ name: '... page 21', body: { filter: 'metrics.metric_0 < 0.5', orderBy: ascending('metrics.metric_0') }, deep: true },
	{ name: '... from its other end', body: { filter: 'metrics.metric_0 < 0.5', orderBy: descending('metrics.metric_0') } },
	{
		name: '1 in 100 by a metric, ordered by another',
		body: { filter: 'metrics.metric_0.min < 0.005', orderBy: descending('metrics.metric_1.max') },
	},
	{ name: '1 in 1,000 by a metric', body: { filter: 'metrics.metric_0 < 0.001', orderBy: ascending('metrics.metric_0') } },
	{
		name: 'a metric and a param',
		body: { filter: "metrics.metric_2 < 0.3 and params.optimizer = 'adam'", orderBy: ascending('metrics.metric_2') },
	},
	{
		name: 'two metrics, two params, a status',
		body: {
			filter:
				"metrics.metric_1 > 0.9 and metrics.metric_2 < 0.1 and params.optimizer = 'sgd' and params.learning_rate < 0.001 and status = 'Completed'",
			orderBy: ascending('metrics.metric_2'),
		},
	},
	{ name: 'one seed of 10,000', body: { filter: 'params.seed = 4711' } },
	{ name: 'a tag of 1 in 100', body: { filter: "tags.quality = 'fantastic run'", orderBy: descending('startTime') } },
	{ name: 'a tag of all but 1 in 100', body: { filter: "tags.quality = 'so so'", orderBy: descending('createdTime') } },
	{ name: 'either of two', body: { filter: "metrics.metric_3 > 0.999 or tags.quality = 'fantastic run'" } },
	{ name: 'not a status, ordered by duration', body: { filter: "not status = 'Completed'", orderBy: descending('durationMs') } },
	{ name: 'text in the name', body: { filter: "displayName like '%777%'" } },
	{ name: 'nothing is found', body: { filter: "metrics.metric_0 > 2 or params.optimizer = 'none'" } },
	{ name: 'ordered by a param', body: { orderBy: descending('params.learning_rate') } },
	{ name: 'ordered by name', body: { orderBy: ascending('displayName') } },
	{ name: 'running', body: { filter: "status = 'Running'" } },
];

async function timeQuery(client: Client, { body, deep = false }: Query, repetitions: number): Promise<number[]> {
	const search = (cursor?: string) => client.call('searchRuns', { params: { workspace: 'lab' }, body: { ...body, limit: PAGE, cursor } });
	let cursor: string | undefined;
	for (let page = 0; deep && page < DEEP_PAGES; page++) cursor = (await search(cursor)).nextCursor ?? undefined;
	await search(cursor);
	const samples: number[] = [];
	for (let repetition = 0; repetition < repetitions; repetition++) {
		const startedMs = performance.now();
		await search(cursor);
		samples.push(performance.now() - startedMs);
	}
	return samples;
}

async function timeQueries(engine: string, client: Client, { quick, tell }: MeasurementOptions): Promise<Row[]> {
	const rows: Row[] = [];
	for (const query of QUERIES) {
		tell(`${engine}: ${query.name}`);
		const samples = await timeQuery(client, query, quick ? REPETITIONS.quick : REPETITIONS.whole);
		rows.push({ name: `${engine}: ${query.name}`, unit: 'ms', samples, target: { atMost: TARGET_MS } });
	}
	return rows;
}

/** Makes the tables and what the runs belong to. */
async function prepare(dataFolder: string, args: readonly string[] = []): Promise<void> {
	await using server = await startServerProcess(dataFolder, { args });
	await server.client.call('createWorkspace', { body: { name: 'lab' } });
	await server.client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: EXPERIMENT } });
	await server.stop();
}

/** A data folder with the runs in it, kept from one time to the next. */
async function seededFolder(runs: number, tell: (text: string) => void): Promise<string> {
	const folder = join(ROOT, '.cache', 'bench', `search-${SEED_VERSION}-${runs}`);
	if (existsSync(folder)) return folder;
	tell(`making ${runs} runs in SQLite, once`);
	const unfinished = `${folder}.making`;
	rmSync(unfinished, { recursive: true, force: true });
	mkdirSync(unfinished, { recursive: true });
	await prepare(unfinished);
	seedSqlite(join(unfinished, 'runstead.db'), { experiment: EXPERIMENT, runs });
	renameSync(unfinished, folder);
	return folder;
}

async function measureSqlite(options: MeasurementOptions): Promise<Row[]> {
	const runs = options.quick ? RUNS.quick : RUNS.whole;
	const seeded = await seededFolder(runs, options.tell);
	using folder = scratchFolder();
	cpSync(seeded, folder.path, { recursive: true });
	await using server = await startServerProcess(folder.path);
	return await timeQueries('SQLite', server.client, options);
}

async function measurePostgres(address: string, options: MeasurementOptions): Promise<Row[]> {
	await using database = await scratchPostgres(address);
	using folder = scratchFolder();
	const args = ['--database', database.url];
	await prepare(folder.path, args);
	options.tell('making the runs in PostgreSQL');
	await seedPostgres(database.url, { experiment: EXPERIMENT, runs: options.quick ? RUNS.quick : RUNS.whole });
	await using server = await startServerProcess(folder.path, { args });
	return await timeQueries('PostgreSQL', server.client, options);
}

async function run(options: MeasurementOptions): Promise<Row[]> {
	const postgres = await findPostgresOrNull();
	if (postgres === null) options.tell('no PostgreSQL answers: SQLite alone');
	return [...(await measureSqlite(options)), ...(postgres === null ? [] : await measurePostgres(postgres, options))];
}

export const measurement: Measurement = {
	title: `${RUNS.whole.toLocaleString('en')} runs x 10 metrics x 10 params: a page of ${PAGE} runs by the API`,
	run,
};
