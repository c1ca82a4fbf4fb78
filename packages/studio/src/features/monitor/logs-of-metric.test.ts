import { expect, it } from 'vitest';
import { logsOfMetric } from './logs-of-metric.ts';

it('a moment of a metric leads to the events that it counted', () => {
	const from = Date.UTC(2026, 10, 21, 8);
	const of = (metric: string, category: string) => logsOfMetric(metric, category, from, from + 60_000).split('\n');
	expect(of('Cancelled Runs', 'Run')).toEqual([
		'AmlRunStatusChangedEvent',
		'| where TimeGenerated >= datetime(2026-11-21T08:00:00.000Z) and TimeGenerated < datetime(2026-11-21T08:01:00.000Z)',
		'| where Status == "Canceled"',
		'| order by TimeGenerated desc',
		'| take 1000',
	]);
	expect(of('Errors', 'Run')[2]).toBe('| where Status == "Failed"');
	expect(of('Idle Nodes', 'Quota')[0]).toBe('AmlComputeClusterNodeEvent');
	expect(of('Ingest Lag', 'Server')[0]).toBe('RunsteadAudit');
});
