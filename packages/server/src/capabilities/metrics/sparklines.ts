/** The course of one metric in several runs, each in a few points: what rows of a table draw. */
import type { Sparkline } from '@runstead/contract';
import type { Kysely } from 'kysely';
import type { Tables } from '../../storage/tables.ts';
import { readChart } from './chart.ts';
import * as store from './store.ts';

/** Runs without the metric, and those whose values are no numbers, are left out. */
export async function readSparklines(
	db: Kysely<Tables>,
	query: { readonly workspaceKey: number; readonly runs: readonly string[]; readonly metric: string; readonly points: number },
): Promise<Sparkline[]> {
	const { metric, points } = query;
	const series = await store.seriesOfRuns(db, query.workspaceKey, query.runs, metric);
	const lines = await Promise.all(
		series.map(async ({ run, key }): Promise<Sparkline | null> => {
			const chart = await readChart(db, key, { ordinal: 0, x: 'step', startTime: 0, from: null, to: null, buckets: points });
			const drawn = chart.buckets.flatMap(({ x, last, min, max }) =>
				typeof last === 'number' && Number.isFinite(last) ? [{ x, last, min: min ?? last, max: max ?? last }] : [],
			);
			const numbers = drawn.flatMap(({ min, max }) => [min, max]).filter(Number.isFinite);
			if (drawn.length === 0 || numbers.length === 0) return null;
			return { run, min: Math.min(...numbers), max: Math.max(...numbers), points: drawn.map(({ x, last }) => [x, last]) };
		}),
	);
	return lines.filter((line) => line !== null);
}
