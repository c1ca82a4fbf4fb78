/** Workspace metrics minute by minute, as they leave for elsewhere: dimensions put together. */
import type { Kysely } from 'kysely';
import type { Tables } from '../../storage/tables.ts';
import { readMetric } from './reading.ts';
import { type Aggregate, MICROS_PER_MINUTE } from './samples.ts';
import * as store from './store.ts';

/** Minutes leave when nothing comes to them any more. */
const SETTLE_MINUTES = 2;

/** One minute of one metric of a workspace, all its dimensions together. */
export interface MinuteRecord extends Aggregate {
	readonly metric: string;
	/** When the minute began, in microseconds. */
	readonly time: number;
}

/** When the first minute begins to which something may still come. */
export function settledUntil(now: number): number {
	return Math.floor(now / MICROS_PER_MINUTE - SETTLE_MINUTES) * MICROS_PER_MINUTE;
}

/** The whole minutes of a time, in their order. */
export async function minuteRecords(
	db: Kysely<Tables>,
	workspace: { readonly key: number; readonly name: string },
	from: number,
	to: number,
): Promise<MinuteRecord[]> {
	const first = Math.ceil(from / MICROS_PER_MINUTE) * MICROS_PER_MINUTE;
	const count = Math.floor((to - first) / MICROS_PER_MINUTE);
	if (count <= 0) return [];
	const grid = { from: first, grainMicros: MICROS_PER_MINUTE, count };
	const series = await store.recentSeries(db, { workspaceKeys: [workspace.key], since: first, alwaysOf: [] });
	const workspaces = new Map([[workspace.key, workspace.name]]);
	const records: MinuteRecord[] = [];
	for (const metric of new Set(series.map((one) => one.metric))) {
		for (const { grains } of await readMetric(db, { metric, workspaces, grid, filter: [], splitBy: [] })) {
			for (let minute = 0; minute < count; minute++) {
				const aggregate = grains.over(minute, minute + 1);
				if (aggregate) records.push({ metric, time: first + minute * MICROS_PER_MINUTE, ...aggregate });
			}
		}
	}
	return records.sort((left, right) => left.time - right.time);
}
