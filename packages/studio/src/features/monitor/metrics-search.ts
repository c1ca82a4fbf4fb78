/** What the metrics explorer shows, as it stands in its address: shared by sharing the address. */
import { METRIC_AGGREGATIONS, METRIC_GRAINS_SECONDS, type MetricAggregation } from '@runstead/contract';
import { type MonitorScope, parseScope } from './monitor-scope.ts';

export const METRIC_RANGES = ['1h', '6h', '24h', '7d', '30d', '90d'] as const;
export type MetricRange = (typeof METRIC_RANGES)[number];
export const RANGE_MS: Readonly<Record<MetricRange, number>> = {
	'1h': 3_600_000,
	'6h': 6 * 3_600_000,
	'24h': 86_400_000,
	'7d': 7 * 86_400_000,
	'30d': 30 * 86_400_000,
	'90d': 90 * 86_400_000,
};
const METRICS_MAX = 8;

/** One metric of the chart. */
export interface ShownMetric {
	readonly metric: string;
	readonly aggregation?: MetricAggregation;
	readonly split?: string;
	/** A dimension and one of its values, `*` for any characters. */
	readonly filter?: readonly [dimension: string, value: string];
	readonly top?: number;
}

export interface MetricsSearch {
	readonly metrics?: readonly ShownMetric[];
	readonly range?: MetricRange;
	/** Milliseconds since 1970: what was dragged over; in place of the range. */
	readonly from?: number;
	readonly to?: number;
	readonly grain?: (typeof METRIC_GRAINS_SECONDS)[number];
	readonly scope?: MonitorScope;
}

export const DEFAULT_RANGE: MetricRange = '24h';

function parseMetric(given: unknown): ShownMetric[] {
	if (typeof given !== 'object' || given === null) return [];
	const { metric, aggregation, split, filter, top } = given as Record<string, unknown>;
	if (typeof metric !== 'string') return [];
	const known = METRIC_AGGREGATIONS.find((one) => one === aggregation);
	const [dimension, value] = Array.isArray(filter) ? filter : [];
	return [
		{
			metric,
			...(known && { aggregation: known }),
			...(typeof split === 'string' && { split }),
			...(typeof dimension === 'string' && typeof value === 'string' && { filter: [dimension, value] as const }),
			...(typeof top === 'number' && Number.isInteger(top) && top >= 1 && top <= 100 && { top }),
		},
	];
}

export function parseMetricsSearch(given: Record<string, unknown>): MetricsSearch {
	const metrics = Array.isArray(given.metrics) ? given.metrics.slice(0, METRICS_MAX).flatMap(parseMetric) : [];
	const range = METRIC_RANGES.find((one) => one === given.range);
	const grain = METRIC_GRAINS_SECONDS.find((one) => one === given.grain);
	const { from, to } = given;
	const isZoomed = typeof from === 'number' && typeof to === 'number' && from < to;
	const scope = parseScope(given.scope);
	return {
		...(metrics.length > 0 && { metrics }),
		...(range && range !== DEFAULT_RANGE && { range }),
		...(isZoomed && { from, to }),
		...(grain && { grain }),
		...(scope !== 'workspace' && { scope }),
	};
}
