/**
 * The log tables that are no events: runs as they are, points of metrics, lines of logs, metrics of workspaces. They are read from their own places when a query
 * names them, as far as they have grown since; how far that was is kept with the rows.
 */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { isTerminal, LevelReader, type LogTableName, type LogValue, type RunStatus } from '@runstead/contract';
import type { Kysely } from 'kysely';
import { toWireTime, toWireTimeOrNull } from '../../http/time.ts';
import type { Tables } from '../../storage/tables.ts';
import type { LogStore, TableRow } from './log-store.ts';
import type { GrownRuns } from './messages.ts';
import { type MetricTableOptions, refreshMetrics } from './metric-table.ts';
import { createPointTable, type PointTableOptions } from './point-table.ts';
import { placesOf } from './run-places.ts';

export interface OwnTables {
	/** Brings those of the tables up to now that are no events. */
	refresh(tables: readonly string[]): Promise<void>;
	/** The metrics of these runs have grown. */
	noteGrown(runs: GrownRuns): void;
}

const RUNS_PER_STEP = 500;
const LOG_BYTES_PER_STEP = 4 * 1024 * 1024;
const NEWLINE = 0x0a;

export function createOwnTables(options: MetricTableOptions & PointTableOptions & { readonly logFolder: string }): OwnTables {
	const { db, store, logFolder } = options;
	const points = createPointTable(options);
	const refreshers: Readonly<Partial<Record<LogTableName, () => Promise<void>>>> = {
		RunsteadRuns: () => refreshRuns(db, store),
		RunsteadMetrics: points.refresh,
		RunsteadLogs: () => refreshLines(db, store, logFolder),
		AzureMetrics: () => refreshMetrics(options),
	};
	let turn: Promise<unknown> = Promise.resolve();
	return {
		noteGrown: points.noteGrown,
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
