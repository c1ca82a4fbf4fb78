import type { Run } from '@runstead/contract';
import { expect, test } from 'vitest';
import { sortRuns } from './sort-runs.ts';

const run = (id: string, alpha: string | null, mse: number | null) =>
	({
		id,
		number: Number(id),
		params: alpha === null ? {} : { alpha },
		tags: {},
		properties: {},
		metrics: mse === null ? {} : { 'val/mse': { columns: { 'val/mse': { last: mse, min: mse - 1 } } } },
	}) as unknown as Run;

const runs = [run('1', '0.5', 20), run('2', '10', null), run('3', null, 3), run('4', 'auto', 3)];
const idsBy = (by: string, isAscending: boolean) => sortRuns(runs, { by, isAscending }).map(({ id }) => id);

test('metrics are ordered as numbers, runs without one come last, equals keep their place', () => {
	expect(idsBy('metrics."val/mse".last', true)).toEqual(['3', '4', '1', '2']);
	expect(idsBy('metrics."val/mse".min', false)).toEqual(['1', '3', '4', '2']);
});

test('params that are numbers come before texts and are not ordered as texts', () => {
	expect(idsBy('params.alpha', true)).toEqual(['1', '2', '4', '3']);
});

test('attributes are ordered', () => {
	expect(idsBy('number', false)).toEqual(['4', '3', '2', '1']);
});
