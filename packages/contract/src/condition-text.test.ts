import { expect, it } from 'vitest';
import { conditionText } from './condition-text.ts';

it('conditions are told in a line', () => {
	expect(
		conditionText({
			type: 'metric',
			metric: 'Active Cores',
			aggregation: 'average',
			operator: 'greaterOrEqual',
			threshold: 4,
			filter: [{ dimension: 'ClusterName', operator: 'eq', values: ['cpu', 'gpu'] }],
			splitBy: ['ClusterName'],
		}),
	).toBe('average Active Cores where ClusterName eq cpu or gpu by ClusterName ≥ 4');
	const query = 'AmlComputeJobEvent\n| where EventType == "JobFailed"';
	expect(conditionText({ type: 'logQuery', query, operator: 'greaterThan', threshold: 2 })).toBe(
		'rows of AmlComputeJobEvent | where EventType == "JobFailed" > 2',
	);
	const long = `print ${'x'.repeat(90)}`;
	expect(conditionText({ type: 'logQuery', query: long, measure: 'n', splitBy: ['RunId'], operator: 'lessThan', threshold: 1 })).toBe(
		`n of print ${'x'.repeat(74)}… < 1 for each RunId`,
	);
	expect(conditionText({ type: 'runStatus', statuses: ['Failed', 'NotResponding'], experiment: 'ridge' })).toBe(
		'a run of ridge is Failed or NotResponding',
	);
	expect(conditionText({ type: 'runMetric', metric: 'loss', operator: 'lessThan', threshold: 0.5 })).toBe('loss of a run < 0.5');
	expect(conditionText({ type: 'runNotANumber' })).toBe('a run logs NaN');
	expect(conditionText({ type: 'runStalled', seconds: 600 })).toBe('a run logs nothing for 10 min');
});
