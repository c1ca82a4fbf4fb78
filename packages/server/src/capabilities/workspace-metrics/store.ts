/** Series of workspace metrics and their hours in SQL. What is written each minute is plain and prepared. */
import type { Kysely } from 'kysely';
import type { Tables } from '../../storage/tables.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import { mergeHour } from './minutes.ts';
import { MICROS_PER_HOUR, type MinuteSamples, type SeriesSamples } from './samples.ts';

/** Adds samples to a series, in the caller's transaction. */
export async function addSamples(unit: UnitOfWork, samples: SeriesSamples): Promise<void> {
	const times = [...samples.minutes.keys()];
	const [row] = await unit.execute(
		`insert into workspace_metric_series (workspace_key, metric, dimensions, first_time, last_time, last_value, total) values (?, ?, ?, ?, ?, ?, ?)
		on conflict (workspace_key, metric, dimensions) do update set
			first_time = case when excluded.first_time < workspace_metric_series.first_time then excluded.first_time else workspace_metric_series.first_time end,
			last_value = case when excluded.last_time < workspace_metric_series.last_time then workspace_metric_series.last_value else excluded.last_value end,
			last_time = case when excluded.last_time < workspace_metric_series.last_time then workspace_metric_series.last_time else excluded.last_time end,
			total = workspace_metric_series.total + excluded.total
		returning key`,
		[samples.workspaceKey, samples.metric, samples.dimensions, Math.min(...times), Math.max(...times), samples.last.value, samples.total],
	);
	const hours = Map.groupBy(samples.minutes.values(), ({ time }) => Math.floor(time / MICROS_PER_HOUR) * MICROS_PER_HOUR);
	for (const [hourTime, minutes] of hours) await addToHour(unit, Number(row?.key), hourTime, minutes);
}

async function addToHour(unit: UnitOfWork, seriesKey: number, hourTime: number, more: readonly MinuteSamples[]): Promise<void> {
	const [known] = await unit.execute('select minutes from workspace_metric_hour where series_key = ? and hour_time = ?', [
		seriesKey,
		hourTime,
	]);
	const { minutes, hour } = mergeHour((known?.minutes as Uint8Array | undefined) ?? null, hourTime, more);
	await unit.execute(
		`insert into workspace_metric_hour (series_key, hour_time, total, sample_count, minimum, maximum, minutes) values (?, ?, ?, ?, ?, ?, ?)
		on conflict (series_key, hour_time) do update set total = excluded.total, sample_count = excluded.sample_count,
			minimum = excluded.minimum, maximum = excluded.maximum, minutes = excluded.minutes`,
		[seriesKey, hourTime, hour.total, hour.count, hour.minimum, hour.maximum, minutes],
	);
}

export interface SeriesRow {
	readonly key: number;
	readonly workspace_key: number;
	readonly metric: string;
	readonly dimensions: string;
	readonly last_time: number;
	readonly last_value: number;
	readonly total: number;
}

const SERIES_COLUMNS = ['key', 'workspace_key', 'metric', 'dimensions', 'last_time', 'last_value', 'total'] as const;

/** The series of a metric that have something in a time. */
export function seriesOf(
	db: Kysely<Tables>,
	{ metric, workspaceKeys, from, to }: { metric: string; workspaceKeys: readonly number[]; from: number; to: number },
): Promise<SeriesRow[]> {
	return db
		.selectFrom('workspace_metric_series')
		.select(SERIES_COLUMNS)
		.where('workspace_key', 'in', workspaceKeys)
		.where('metric', '=', metric)
		.where('last_time', '>=', from)
		.where('first_time', '<', to)
		.orderBy('key')
		.execute();
}

/** Every series of some workspaces (null: of all) that has something since a time, and all that there are of some metrics. */
export function recentSeries(
	db: Kysely<Tables>,
	{ workspaceKeys, since, alwaysOf }: { workspaceKeys: readonly number[] | null; since: number; alwaysOf: readonly string[] },
): Promise<SeriesRow[]> {
	return db
		.selectFrom('workspace_metric_series')
		.select(SERIES_COLUMNS)
		.where((where) => where.or([where('last_time', '>=', since), ...(alwaysOf.length > 0 ? [where('metric', 'in', alwaysOf)] : [])]))
		.$if(workspaceKeys !== null, (query) => query.where('workspace_key', 'in', workspaceKeys as number[]))
		.orderBy('metric')
		.orderBy('workspace_key')
		.orderBy('dimensions')
		.execute();
}

export interface HourRow {
	readonly series_key: number;
	readonly hour_time: number;
	readonly total: number;
	readonly sample_count: number;
	readonly minimum: number;
	readonly maximum: number;
	readonly minutes: Uint8Array | null;
}

/** The hours of series that touch a time; with their minutes only where these are asked for. */
export async function hoursOf(
	db: Kysely<Tables>,
	{ seriesKeys, from, to, withMinutes }: { seriesKeys: readonly number[]; from: number; to: number; withMinutes: boolean },
): Promise<HourRow[]> {
	const rows = await db
		.selectFrom('workspace_metric_hour')
		.select((eb) => [
			'series_key',
			'hour_time',
			'total',
			'sample_count',
			'minimum',
			'maximum',
			withMinutes ? 'minutes' : eb.val<Uint8Array | null>(null).as('minutes'),
		])
		.where('series_key', 'in', seriesKeys)
		.where('hour_time', '>=', Math.floor(from / MICROS_PER_HOUR) * MICROS_PER_HOUR)
		.where('hour_time', '<', to)
		.execute();
	return rows as HourRow[];
}

/** Lets go of what is older than a time; a series goes with its last hour. */
export async function dropBefore(db: Kysely<Tables>, time: number): Promise<void> {
	await db
		.deleteFrom('workspace_metric_hour')
		.where('hour_time', '<', time - MICROS_PER_HOUR)
		.execute();
	await db.deleteFrom('workspace_metric_series').where('last_time', '<', time).execute();
}

/** Points of metrics of runs that have been taken already, by the key of their series. */
export async function usageTaken(db: Kysely<Tables>, seriesKeys: readonly number[]): Promise<Map<number, number>> {
	if (seriesKeys.length === 0) return new Map();
	const rows = await db.selectFrom('workspace_metric_usage').selectAll().where('series_key', 'in', seriesKeys).execute();
	return new Map(rows.map(({ series_key, point_count }) => [series_key, point_count]));
}

export async function setUsageTaken(unit: UnitOfWork, seriesKey: number, pointCount: number): Promise<void> {
	await unit.execute(
		'insert into workspace_metric_usage (series_key, point_count) values (?, ?) on conflict (series_key) do update set point_count = excluded.point_count',
		[seriesKey, pointCount],
	);
}

/** Whether a minute is the first of this name to be sampled: two servers, or one that was started again, sample it once. */
export async function takeMinute(unit: UnitOfWork, name: string, time: number): Promise<boolean> {
	const [row] = await unit.execute(
		`insert into event_cursor (name, sequence) values (?, ?)
		on conflict (name) do update set sequence = excluded.sequence where event_cursor.sequence < excluded.sequence returning sequence`,
		[name, time],
	);
	return row !== undefined;
}
