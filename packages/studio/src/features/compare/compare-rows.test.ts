import type { MetricSummary, Run } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import { compareRuns, shownGroups } from './compare-rows.ts';

function metric(name: string, last: number, min: number, direction: MetricSummary['direction'] = null): MetricSummary {
	const column = {
		count: 2,
		numberCount: 2,
		first: last,
		last,
		lastStep: 1,
		lastTime: '',
		min,
		minStep: 0,
		max: last,
		maxStep: 1,
		mean: last,
	};
	return { name, kind: 'scalar', count: 2, direction, columns: { [name]: column } };
}

function run(id: string, fields: Partial<Run>): Run {
	const whole: Partial<Run> = {
		id,
		status: 'Completed',
		experimentName: 'sweep',
		durationMs: 2_000,
		target: 'local',
		submittedBy: 'ada',
		snapshotId: null,
		job: null,
		tags: {},
		properties: {},
		params: {},
		metrics: {},
		...fields,
	};
	return whole as Run;
}

const runs = [
	run('a', { params: { alpha: '0.1', seed: '1' }, tags: { best: null }, metrics: { mse: metric('mse', 3, 2, 'minimize') } }),
	run('b', {
		params: { alpha: '0.5', seed: '1' },
		durationMs: 5_000,
		metrics: { mse: metric('mse', 4, 1, 'minimize'), acc: metric('acc', 1, 1) },
	}),
];

describe('runs side by side', () => {
	it('show by default only what differs', () => {
		const names = shownGroups(compareRuns(runs), false, '').map(({ name, rows }) => [name, rows.map((row) => row.name)]);
		expect(names).toEqual([
			['Run', ['Duration']],
			['Params', ['alpha']],
			['Metrics', ['acc', 'acc (min)', 'acc (max)', 'mse', 'mse (min)', 'mse (max)']],
			['Tags', ['best']],
		]);
	});

	it('hold each number against the baseline, better or worse by the direction of the metric', () => {
		const rows = new Map(compareRuns(runs).flatMap((group) => group.rows.map((row) => [row.key, row.cells[1]])));
		expect(rows.get('metrics.mse.last')).toEqual({ text: '4', exact: '4', delta: 1, isBetter: false });
		expect(rows.get('metrics.mse.min')).toEqual({ text: '1', exact: '1', delta: -1, isBetter: true });
		expect(rows.get('metrics.acc.last')).toEqual({ text: '1', exact: '1', delta: null, isBetter: null });
		expect(rows.get('params.alpha')).toMatchObject({ text: '0.5', delta: 0.4, isBetter: null });
		expect(rows.get('params.seed')).toMatchObject({ delta: 0 });
		expect(rows.get('tags.best')).toEqual({ text: '', exact: '', delta: null, isBetter: null });
	});

	it('take which way is better from the name of a metric of which nobody has said it', () => {
		const logged = [0.5, 0.25].map((last, index) =>
			run(String(index), { metrics: { val_loss: metric('val_loss', last, last), rounds: metric('rounds', last, last) } }),
		);
		const rows = new Map(compareRuns(logged).flatMap((group) => group.rows.map((row) => [row.key, row.cells[1]])));
		expect(rows.get('metrics.val_loss.last')).toEqual({ text: '0.25', exact: '0.25', delta: -0.25, isBetter: true, isGuess: true });
		expect(rows.get('metrics.rounds.last')).toEqual({ text: '0.25', exact: '0.25', delta: -0.25, isBetter: null });
	});

	it('are found by part of the name of a row, also among what is the same', () => {
		expect(shownGroups(compareRuns(runs), true, 'SEED').map(({ rows }) => rows.map(({ name }) => name))).toEqual([['seed']]);
	});
});
