import type { Alert } from '@runstead/contract';
import { expect, test } from 'vitest';
import { alertMarks } from './alert-marks.ts';

const run = { id: 'run-1', target: 'cpu' };
const metric = {
	type: 'metric' as const,
	metric: 'Unusable Nodes',
	aggregation: 'total' as const,
	operator: 'greaterThan' as const,
	threshold: 0,
};
const alert = (fields: Partial<Alert>) => ({
	ruleName: 'rule',
	severity: 2 as const,
	condition: metric,
	dimensions: {},
	summary: 'what happened',
	runId: null,
	firedTime: '2026-11-21T08:00:05Z',
	...fields,
});
const textsOf = (...alerts: Partial<Alert>[]) => alertMarks(alerts.map(alert), run).map(({ text }) => text);

test('an alert is a mark at the time that it fired, its tone that of its severity', () => {
	expect(alertMarks([alert({ runId: 'run-1', severity: 1 }), alert({ dimensions: { RunId: 'run-1' } })], run)).toEqual([
		{ atMs: Date.parse('2026-11-21T08:00:05Z'), text: 'Alert rule: what happened', tone: 'bad' },
		{ atMs: Date.parse('2026-11-21T08:00:05Z'), text: 'Alert rule: what happened', tone: 'notice' },
	]);
});

test('an alert of the cluster concerns its runs, one of another run or of everything does not', () => {
	const ofCluster = { ...metric, filter: [{ dimension: 'ClusterName', operator: 'eq' as const, values: ['cpu'] }] };
	expect(
		textsOf(
			{ ruleName: 'split', dimensions: { ClusterName: 'cpu' } },
			{ ruleName: 'filtered', condition: ofCluster },
			{ ruleName: 'other cluster', dimensions: { ClusterName: 'gpu' } },
			{ ruleName: 'other run', runId: 'run-2', dimensions: { ComputeName: 'cpu' } },
			{ ruleName: 'other run there', dimensions: { RunId: 'run-2', ComputeName: 'cpu' } },
			{ ruleName: 'all' },
		),
	).toEqual(['Alert split: what happened', 'Alert filtered: what happened']);
});
