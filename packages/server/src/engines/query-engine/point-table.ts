/** The table of points: one row a point and column of the metrics of runs. */
import type { Kysely } from 'kysely';
import { unpackChunk } from '../../capabilities/metrics/chunk.ts';
import { numberAt, wireValueAt } from '../../capabilities/metrics/values.ts';
import type { Tables } from '../../storage/tables.ts';
import { changedSince, createGrowth, type GrowingTable, type GrowthOptions } from './growth.ts';
import type { LogStore, TableRow } from './log-store.ts';
import { placesOf, type RunPlace } from './run-places.ts';

const RUNS_PER_STEP = 500;
const SERIES_PER_STEP = 200;
const SERIES_PER_PAGE = 5_000;

interface FoundSeries {
	readonly key: number;
	readonly run_key: number;
	readonly name: string;
	readonly point_count: number;
}

/** Adds the points that have come since; a series only grows. */
export function createPointTable({ db, engine, store }: GrowthOptions & { readonly store: LogStore }): GrowingTable {
	const growth = createGrowth({ db, engine });
	return {
		noteGrown: growth.note,
		refresh: () =>
			growth.take(async (grown) => {
				if (grown === null) await readAll(db, store);
				else if ('transaction' in grown) await readSeries(db, store, await allSeries(db).where(changedSince(grown.transaction)).execute());
				else await readOfRuns(db, store, grown.runs);
			}),
	};
}

async function readAll(db: Kysely<Tables>, store: LogStore): Promise<void> {
	for (let after = 0; ; ) {
		const page = await allSeries(db).where('key', '>', after).orderBy('key').limit(SERIES_PER_PAGE).execute();
		await readSeries(db, store, page);
		if (page.length < SERIES_PER_PAGE) return;
		after = (page.at(-1) as FoundSeries).key;
	}
}

async function readOfRuns(db: Kysely<Tables>, store: LogStore, keys: readonly number[]): Promise<void> {
	for (let from = 0; from < keys.length; from += RUNS_PER_STEP) {
		const some = keys.slice(from, from + RUNS_PER_STEP);
		await readSeries(db, store, await allSeries(db).where('run_key', 'in', some).execute());
	}
}

const allSeries = (db: Kysely<Tables>) => db.selectFrom('metric_series').select(['key', 'run_key', 'name', 'point_count']);

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
		const shared = { WorkspaceId: place.workspaceId, WorkspaceName: place.workspaceName, RunId: place.id, Name: name };
		const rows: TableRow[] = [];
		for (let index = Math.max(0, at - chunk.first_arrival); index < points.count; index++) {
			const step = points.steps?.[index];
			for (const [ordinal, values] of points.columns) {
				const value = wireValueAt(values, index);
				if (value === null) continue;
				const number = numberAt(values, index);
				rows.push({
					workspaceKey: place.workspaceKey,
					time: points.times[index] as number,
					shared,
					columns: {
						Column: columns.get(ordinal) ?? name,
						Step: step === undefined || Number.isNaN(step) ? null : step,
						Value: number,
						Text:
							number === null
								? String(typeof value === 'string' ? value : JSON.stringify(value))
								: Number.isFinite(number)
									? ''
									: String(number),
					},
				});
			}
		}
		at = chunk.first_arrival + points.count;
		await store.add('RunsteadMetrics', rows, 'points', [[key, at]]);
	}
}
