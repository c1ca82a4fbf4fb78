/**
 * The log tables that are no events: runs as they are, points of metrics, lines of logs, metrics of workspaces. They are read from their own places when a query
 * names them, as far as they have grown since; how far that was is kept with the rows.
 */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { isTerminal, LevelReader, type LogTableName, type LogValue, type RunStatus } from '@runstead/contract';
import type { Kysely } from 'kysely';
import { unpackChunk } from '../../capabilities/metrics/chunk.ts';
import { numberAt, wireValueAt } from '../../capabilities/metrics/values.ts';
import { toWireTime, toWireTimeOrNull } from '../../http/time.ts';
import type { Tables } from '../../storage/tables.ts';
import type { LogStore, TableRow } from './log-store.ts';
import type { GrownRuns } from './messages.ts';
import { type MetricTableOptions, refreshMetrics } from './metric-table.ts';

export interface OwnTables {
	/** Brings those of the tables up to now that are no events. */
	refresh(tables: readonly string[]): Promise<void>;
	/** The metrics of these runs have grown. */
	noteGrown(runs: GrownRuns): void;
}

interface RunPlace {
	readonly key: number;
	readonly id: string;
	readonly workspaceKey: number;
	readonly workspaceId: string;
	readonly workspaceName: string;
}

const RUNS_PER_STEP = 500;
const SERIES_PER_STEP = 200;
const SERIES_PER_PAGE = 5_000;
const LOG_BYTES_PER_STEP = 4 * 1024 * 1024;
const NEWLINE = 0x0a;

export function createOwnTables(options: MetricTableOptions & { readonly logFolder: string }): OwnTables {
	const { db, store, logFolder } = options;
	/** Runs whose points are to be looked for; null: all of them, as after a start. */
	let grown: Set<number> | null = null;
	const refreshPoints = async (): Promise<void> => {
		const runs = grown;
		grown = new Set();
		try {
			await readPoints(db, store, runs);
		} catch (error) {
			grown = null;
			throw error;
		}
	};
	const refreshers: Readonly<Partial<Record<LogTableName, () => Promise<void>>>> = {
		RunsteadRuns: () => refreshRuns(db, store),
		RunsteadMetrics: refreshPoints,
		RunsteadLogs: () => refreshLines(db, store, logFolder),
		AzureMetrics: () => refreshMetrics(options),
	};
	let turn: Promise<unknown> = Promise.resolve();
	return {
		noteGrown(runs) {
			if (runs === null) grown = null;
			else for (const run of runs) grown?.add(run);
		},
		async refresh(tables) {
			for (const table of tables) {
				const refresh = refreshers[table as LogTableName];
				if (!refresh) continue;
				const mine = turn.then(refresh);
				turn = mine.catch(() => undefined);
				await mine;
			}
		},
	};
}

/** Runs that have changed since, and those that live, whose metrics grow without an event. */
async function refreshRuns(db: Kysely<Tables>, store: LogStore): Promise<void> {
	const since = (await store.progress('runs')).get(0) ?? 0;
	const { newest } = await db
		.selectFrom('event')
		.select(({ fn }) => fn.max('sequence').as('newest'))
		.executeTakeFirstOrThrow();
	const changed = await db
		.selectFrom('event')
		.select('subject')
		.distinct()
		.where('sequence', '>', since)
		.where('type', 'like', 'run.%')
		.execute();
	const living = await db.selectFrom('run').select(['id', 'status']).where('end_time', 'is', null).execute();
	const ids = [
		...new Set([
			...changed.map(({ subject }) => subject),
			...living.filter(({ status }) => !isTerminal(status as RunStatus)).map(({ id }) => id),
		]),
	];
	for (let from = 0; from < ids.length; from += RUNS_PER_STEP) {
		const some = ids.slice(from, from + RUNS_PER_STEP);
		await store.replace('RunsteadRuns', { column: 'RunId', values: some }, await runRows(db, some));
	}
	await store.advance('runs', [[0, Number(newest ?? 0)]]);
}

async function runRows(db: Kysely<Tables>, ids: readonly string[]): Promise<TableRow[]> {
	const runs = await db
		.selectFrom('run')
		.innerJoin('experiment', 'experiment.key', 'run.experiment_key')
		.innerJoin('workspace', 'workspace.key', 'run.workspace_key')
		.innerJoin('run as root', 'root.key', 'run.root_key')
		.leftJoin('run as parent', 'parent.key', 'run.parent_key')
		.selectAll('run')
		.select(['experiment.id as experimentId', 'experiment.name as experimentName', 'root.id as rootId', 'parent.id as parentId'])
		.select(['workspace.id as workspaceId', 'workspace.name as workspaceName'])
		.where('run.id', 'in', ids)
		.execute();
	const keys = runs.map(({ key }) => key);
	if (keys.length === 0) return [];
	const attributes = Map.groupBy(
		await db.selectFrom('run_attribute').select(['run_key', 'kind', 'key', 'value']).where('run_key', 'in', keys).execute(),
		({ run_key }) => run_key,
	);
	const metrics = Map.groupBy(
		await db.selectFrom('metric_column').select(['run_key', 'search_name', 'last_number']).where('run_key', 'in', keys).execute(),
		({ run_key }) => run_key,
	);
	return runs.map((run) => {
		const of = (kind: string) =>
			Object.fromEntries((attributes.get(run.key) ?? []).filter((one) => one.kind === kind).map((one) => [one.key, one.value]));
		const lasts = (metrics.get(run.key) ?? []).filter(({ last_number: last }) => last !== null && Number.isFinite(last));
		const columns: Record<string, LogValue> = {
			TimeGenerated: toWireTime(run.created_time),
			WorkspaceId: run.workspaceId,
			WorkspaceName: run.workspaceName,
			RunId: run.id,
			RunNumber: run.number,
			ExperimentId: run.experimentId,
			ExperimentName: run.experimentName,
			ParentRunId: run.parentId ?? '',
			RootRunId: run.rootId,
			DisplayName: run.display_name,
			RunType: run.type,
			Origin: run.origin,
			SubmittedBy: run.submitted_by,
			Target: run.target ?? '',
			Status: run.status,
			StatusReason: run.status_reason ?? '',
			StartTime: toWireTimeOrNull(run.start_time),
			EndTime: toWireTimeOrNull(run.end_time),
			DurationMs: run.start_time === null || run.end_time === null ? null : (run.end_time - run.start_time) / 1_000,
			Lifecycle: run.lifecycle,
			Tags: of('tag'),
			Properties: of('property'),
			Params: of('param'),
			Metrics: Object.fromEntries(lasts.map(({ search_name: name, last_number: last }) => [name, last])),
			Type: 'RunsteadRuns',
		};
		return { workspaceKey: run.workspace_key, columns };
	});
}

async function placesOf(db: Kysely<Tables>, runKeys: readonly number[]): Promise<Map<number, RunPlace>> {
	if (runKeys.length === 0) return new Map();
	const rows = await db
		.selectFrom('run')
		.innerJoin('workspace', 'workspace.key', 'run.workspace_key')
		.select(['run.key', 'run.id', 'run.workspace_key', 'workspace.id as workspaceId', 'workspace.name as workspaceName'])
		.where('run.key', 'in', runKeys)
		.execute();
	return new Map(rows.map((row) => [row.key, { ...row, workspaceKey: row.workspace_key }]));
}

interface FoundSeries {
	readonly key: number;
	readonly run_key: number;
	readonly name: string;
	readonly point_count: number;
}

/**
 * Points that have come since; a series only grows. After a start every series is looked at, then those of runs that are said to have
 * grown, and of those that live: another server may have taken their points.
 */
async function readPoints(db: Kysely<Tables>, store: LogStore, runs: ReadonlySet<number> | null): Promise<void> {
	if (runs === null) {
		for (let after = 0; ; ) {
			const page = await seriesPage(db, after);
			await readSeries(db, store, page);
			if (page.length < SERIES_PER_PAGE) return;
			after = (page.at(-1) as FoundSeries).key;
		}
	}
	const living = await db.selectFrom('run').select('key').where('end_time', 'is', null).execute();
	const keys = [...new Set([...runs, ...living.map(({ key }) => key)])];
	for (let from = 0; from < keys.length; from += RUNS_PER_STEP) {
		const some = keys.slice(from, from + RUNS_PER_STEP);
		await readSeries(db, store, await allSeries(db).where('run_key', 'in', some).execute());
	}
}

const allSeries = (db: Kysely<Tables>) => db.selectFrom('metric_series').select(['key', 'run_key', 'name', 'point_count']);

const seriesPage = (db: Kysely<Tables>, after: number): Promise<FoundSeries[]> =>
	allSeries(db).where('key', '>', after).orderBy('key').limit(SERIES_PER_PAGE).execute();

async function readSeries(db: Kysely<Tables>, store: LogStore, all: readonly FoundSeries[]): Promise<void> {
	if (all.length === 0) return;
	const done = await store.progress(
		'points',
		all.map(({ key }) => key),
	);
	const grown = all.filter(({ key, point_count: count }) => count > (done.get(key) ?? 0));
	for (let from = 0; from < grown.length; from += SERIES_PER_STEP) {
		const some = grown.slice(from, from + SERIES_PER_STEP);
		const places = await placesOf(db, [...new Set(some.map(({ run_key }) => run_key))]);
		const names = Map.groupBy(
			await db
				.selectFrom('metric_column')
				.select(['series_key', 'ordinal', 'name'])
				.where(
					'series_key',
					'in',
					some.map(({ key }) => key),
				)
				.execute(),
			({ series_key }) => series_key,
		);
		for (const series of some) {
			const place = places.get(series.run_key);
			if (!place) continue;
			const columns = new Map((names.get(series.key) ?? []).map(({ ordinal, name }) => [ordinal, name]));
			await addPoints(db, store, { ...series, place, columns, from: done.get(series.key) ?? 0 });
		}
	}
}

interface GrownSeries {
	readonly key: number;
	readonly name: string;
	readonly point_count: number;
	readonly place: RunPlace;
	readonly columns: ReadonlyMap<number, string>;
	/** Points that are there already. */
	readonly from: number;
}

async function addPoints(db: Kysely<Tables>, store: LogStore, { key, name, place, columns, from }: GrownSeries): Promise<void> {
	let at = from;
	for (;;) {
		const chunk = await db
			.selectFrom('metric_chunk')
			.select(['first_arrival', 'point_count', 'data'])
			.where('series_key', '=', key)
			.where(({ eb }) => eb(eb('first_arrival', '+', eb.ref('point_count')), '>', at))
			.orderBy('first_arrival')
			.limit(1)
			.executeTakeFirst();
		if (!chunk) return;
		const points = unpackChunk(chunk.data);
		const rows: TableRow[] = [];
		for (let index = Math.max(0, at - chunk.first_arrival); index < points.count; index++) {
			const step = points.steps?.[index];
			for (const [ordinal, values] of points.columns) {
				const value = wireValueAt(values, index);
				if (value === null) continue;
				const number = numberAt(values, index);
				rows.push({
					workspaceKey: place.workspaceKey,
					columns: {
						TimeGenerated: toWireTime(points.times[index] as number),
						WorkspaceId: place.workspaceId,
						WorkspaceName: place.workspaceName,
						RunId: place.id,
						Name: name,
						Column: columns.get(ordinal) ?? name,
						Step: step === undefined || Number.isNaN(step) ? null : step,
						Value: number === null || !Number.isFinite(number) ? null : number,
						Text:
							number === null
								? String(typeof value === 'string' ? value : JSON.stringify(value))
								: Number.isFinite(number)
									? ''
									: String(number),
						Type: 'RunsteadMetrics',
					},
				});
			}
		}
		at = chunk.first_arrival + points.count;
		await store.add('RunsteadMetrics', rows, 'points', [[key, at]]);
	}
}

const LEADING_TIME = /^\[?(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:[.,](\d{1,6}))?/;

/** The time that a line begins with, if there is such a time: other digits may look like one. */
function leadingTimeOrNull(line: string): string | null {
	const [, day, clock, fraction = ''] = LEADING_TIME.exec(line) ?? [];
	if (day === undefined) return null;
	const time = new Date(`${day}T${clock}Z`);
	const isReal = !Number.isNaN(time.getTime()) && time.toISOString().startsWith(day);
	return isReal ? `${day}T${clock}.${fraction.padEnd(6, '0')}Z` : null;
}

/** Whole lines that have come to each log since; the last one without its end is taken when the log is sealed. */
async function refreshLines(db: Kysely<Tables>, store: LogStore, folder: string): Promise<void> {
	const done = await store.progress('lines');
	const numbers = await store.progress('line-numbers');
	const logs = await db
		.selectFrom('run_file')
		.select(['key', 'run_key', 'path', 'size_bytes', 'sealed_by', 'created_time'])
		.where('kind', '=', 'log')
		.execute();
	const grown = logs.filter(({ key, size_bytes: size }) => size > (done.get(key) ?? 0));
	const places = await placesOf(db, [...new Set(grown.map(({ run_key }) => run_key))]);
	for (const log of grown) {
		const place = places.get(log.run_key);
		if (!place) continue;
		let at = done.get(log.key) ?? 0;
		let line = numbers.get(log.key) ?? 0;
		const levels = new LevelReader();
		while (at < log.size_bytes) {
			const bytes = await readPart(
				join(folder, String(log.run_key), String(log.key)),
				at,
				Math.min(LOG_BYTES_PER_STEP, log.size_bytes - at),
			);
			if (bytes === null || bytes.length === 0) break;
			const isLast = at + bytes.length >= log.size_bytes && log.sealed_by !== null;
			const end = isLast ? bytes.length : bytes.lastIndexOf(NEWLINE) + 1 || (bytes.length === LOG_BYTES_PER_STEP ? bytes.length : 0);
			if (end === 0) break;
			const texts = bytes.subarray(0, end).toString('utf8').replace(/\n$/, '').split('\n');
			const rows = texts.map((text): TableRow => {
				line++;
				const message = text.replace(/\r+$/, '').replace(/^.*\r/, '');
				return {
					workspaceKey: place.workspaceKey,
					columns: {
						TimeGenerated: leadingTimeOrNull(message) ?? toWireTime(log.created_time),
						WorkspaceId: place.workspaceId,
						WorkspaceName: place.workspaceName,
						RunId: place.id,
						Path: log.path,
						LineNumber: line,
						Level: levels.next(message) ?? '',
						Message: message.replaceAll('\0', ''),
						Type: 'RunsteadLogs',
					},
				};
			});
			at += end;
			await store.add('RunsteadLogs', rows, 'lines', [[log.key, at]], 'line-numbers', [[log.key, line]]);
		}
	}
}

/** Null: the log was purged meanwhile. */
async function readPart(file: string, from: number, length: number): Promise<Buffer | null> {
	try {
		await using handle = await open(file, 'r');
		const buffer = Buffer.alloc(length);
		const { bytesRead } = await handle.read(buffer, 0, length, from);
		return buffer.subarray(0, bytesRead);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
		throw error;
	}
}
