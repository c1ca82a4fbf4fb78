/** What the server is asked for a metric of the explorer. */
import type { WorkspaceMetricQuery } from '@runstead/contract';
import type { Definition } from './metric-row.tsx';
import { DEFAULT_RANGE, type MetricsSearch, RANGE_MS, type ShownMetric } from './metrics-search.ts';

export function queryOfMetric(
	shown: ShownMetric,
	definitions: readonly Definition[],
	search: MetricsSearch,
	nowMs: number,
): WorkspaceMetricQuery {
	const { from = nowMs - RANGE_MS[search.range ?? DEFAULT_RANGE], to = nowMs, grain } = search;
	const aggregation = shown.aggregation ?? definitions.find(({ name }) => name === shown.metric)?.primaryAggregation;
	return {
		metric: shown.metric,
		...(aggregation && { aggregations: [aggregation] }),
		from: new Date(from).toISOString(),
		to: new Date(to).toISOString(),
		...(grain && { grainSeconds: grain }),
		...(shown.filter && { filter: [{ dimension: shown.filter[0], operator: 'eq', values: [shown.filter[1]] }] }),
		...(shown.split && { splitBy: [shown.split], top: shown.top ?? 10 }),
	};
}
