/** Reads a workspace metric: series that fit, put together by the dimensions that it is split by, in grains of time. */
import type { DimensionFilter } from '@runstead/contract';
import type { Kysely } from 'kysely';
import type { Tables } from '../../storage/tables.ts';
import { dimensionTest } from './dimension-filter.ts';
import { Grains, needsMinutes, type TimeGrid } from './grains.ts';
import type { Dimensions } from './samples.ts';
import * as store from './store.ts';

/** Series whose hours are read by one statement. */
const SERIES_PER_READ = 500;
/** The name that the workspace of a series goes by where there are several. */
export const WORKSPACE_DIMENSION = 'WorkspaceName';

export interface MetricReading {
	readonly metric: string;
	/** Names by the keys of the workspaces that are read. */
	readonly workspaces: ReadonlyMap<number, string>;
	readonly grid: TimeGrid;
	readonly filter: readonly DimensionFilter[];
	readonly splitBy: readonly string[];
}

export interface ReadSeries {
	/** Those that it was split by. */
	readonly dimensions: Dimensions;
	readonly grains: Grains;
}

/** In no order; nothing for what has no sample in this time. */
export async function readMetric(db: Kysely<Tables>, { metric, workspaces, grid, filter, splitBy }: MetricReading): Promise<ReadSeries[]> {
	const span = { from: grid.from, to: grid.from + grid.count * grid.grainMicros };
	const fits = dimensionTest(filter);
	const rows = await store.seriesOf(db, { metric, workspaceKeys: [...workspaces.keys()], ...span });
	const found = new Map<string, ReadSeries>();
	const seriesOf = new Map<number, ReadSeries>();
	for (const { key, workspace_key, dimensions: text } of rows) {
		const dimensions = { ...(JSON.parse(text) as Dimensions), [WORKSPACE_DIMENSION]: workspaces.get(workspace_key) as string };
		if (!fits(dimensions)) continue;
		const split = Object.fromEntries(splitBy.map((name) => [name, (dimensions as Dimensions)[name] ?? '']));
		seriesOf.set(
			key,
			found.getOrInsertComputed(JSON.stringify(split), () => ({ dimensions: split, grains: new Grains(grid) })),
		);
	}
	const touched = new Set<ReadSeries>();
	const keys = [...seriesOf.keys()];
	for (let at = 0; at < keys.length; at += SERIES_PER_READ) {
		const hours = await store.hoursOf(db, { seriesKeys: keys.slice(at, at + SERIES_PER_READ), ...span, withMinutes: needsMinutes(grid) });
		for (const hour of hours) {
			const series = seriesOf.get(hour.series_key) as ReadSeries;
			series.grains.addHour(hour);
			touched.add(series);
		}
	}
	return [...touched].filter(({ grains }) => grains.over(0, grid.count) !== null);
}
