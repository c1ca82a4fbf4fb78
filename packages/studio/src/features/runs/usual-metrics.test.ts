import type { Run } from '@runstead/contract';
import { expect, it } from 'vitest';
import { usualMetricsOf } from './usual-metrics.ts';

/** Runs with metrics by name, each logged so often. */
function runsOf(...counts: readonly Record<string, number>[]): Pick<Run, 'metrics'>[] {
	return counts.map((logged) => ({
		metrics: Object.fromEntries(
			Object.entries(logged).map(([name, count]) => [
				name,
				{ name, kind: 'scalar', count, direction: null, columns: { [name]: { count, last: 1 } } },
			]),
		) as unknown as Run['metrics'],
	}));
}

it('the most common come first, and those with a course are told', () => {
	expect(usualMetricsOf(runsOf({ loss: 10, seed: 1 }, { loss: 12 }, { accuracy: 1 }))).toEqual({
		names: ['loss', 'accuracy', 'seed'],
		courses: ['loss'],
	});
});

it('the course of one run among many is none of theirs', () => {
	const runs = runsOf({ mse: 1, r2: 1 }, { mse: 1, r2: 1 }, { mse: 1 }, { mse: 1 }, { trial_id: 20 });
	expect(usualMetricsOf(runs)).toEqual({ names: ['mse', 'r2', 'trial_id'], courses: [] });
});

it('metrics that the system logs, and those that are no numbers, stand for nothing', () => {
	const [run] = runsOf({ 'system/cpu': 5, text: 3 });
	Object.assign(run!.metrics.text!.columns.text!, { last: 'abc' });
	expect(usualMetricsOf([run!]).names).not.toContain('text');
	expect(usualMetricsOf([])).toEqual({ names: [], courses: [] });
});
