/** A query of a workspace metric, checked and made whole: what is meant where something is left out. */
import {
	checkLimit,
	METRIC_GRAINS_SECONDS,
	type MetricAggregation,
	RunsteadError,
	WORKSPACE_METRICS,
	type WorkspaceMetricDefinition,
	type WorkspaceMetricQuery,
	withNearest,
	workspaceMetricOrNull,
} from '@runstead/contract';
import { fromWireTime } from '../../http/time.ts';
import { gridOf, type TimeGrid } from './grains.ts';
import { WORKSPACE_DIMENSION } from './reading.ts';

const MICROS_PER_SECOND = 1_000_000;
const DEFAULT_SPAN_MICROS = 24 * 3_600 * MICROS_PER_SECOND;
/** A chart with more points than this shows no more. */
const READABLE_GRAINS = 300;
const TOP_DEFAULT = 10;
/** Minutes are kept as long as Azure keeps them. */
export const KEPT_DAYS = 93;

export interface CheckedQuery {
	readonly definition: WorkspaceMetricDefinition;
	readonly aggregations: readonly MetricAggregation[];
	readonly grid: TimeGrid;
	readonly from: number;
	readonly to: number;
	readonly filter: NonNullable<WorkspaceMetricQuery['filter']>;
	readonly splitBy: readonly string[];
	readonly top: number;
	readonly orderBy: MetricAggregation;
	readonly ascending: boolean;
}

/** @throws {RunsteadError} not-found for the metric or a dimension, invalid-request, limit-exceeded. */
export function checkQuery(query: WorkspaceMetricQuery, now: number): CheckedQuery {
	const definition = findMetric(query.metric, query.namespace);
	const to = query.to === undefined ? now : fromWireTime(query.to, 'to');
	const from = query.from === undefined ? to - DEFAULT_SPAN_MICROS : fromWireTime(query.from, 'from');
	if (from >= to) throw new RunsteadError('invalid-request', { what: 'from is not before to.' });
	const grainSeconds = query.grainSeconds ?? readableGrain(from, to);
	const grid = gridOf(from, to, grainSeconds * MICROS_PER_SECOND);
	checkLimit('The number of grains', grid.count, 'metricQueryGrains');
	return {
		definition,
		aggregations: query.aggregations ?? [definition.primaryAggregation],
		grid,
		from,
		to,
		...dimensionsOfQuery(definition, query),
		top: query.top ?? TOP_DEFAULT,
		orderBy: query.orderBy ?? query.aggregations?.[0] ?? definition.primaryAggregation,
		ascending: query.ascending ?? false,
	};
}

/** @throws {RunsteadError} not-found. */
export function findMetric(name: string, namespace?: string): WorkspaceMetricDefinition {
	const found = workspaceMetricOrNull(name, namespace);
	if (!found) {
		const inNamespace = WORKSPACE_METRICS.filter((metric) => namespace === undefined || metric.namespace === namespace);
		const given = withNearest(
			name,
			inNamespace.map((metric) => metric.name),
		);
		throw new RunsteadError('not-found', { noun: 'workspace metric', given: namespace === undefined ? given : `${given} in ${namespace}` });
	}
	return found;
}

/** What a query says of dimensions, with their names as the metric has them. @throws {RunsteadError} not-found. */
export function dimensionsOfQuery(
	definition: WorkspaceMetricDefinition,
	{ filter = [], splitBy = [] }: Pick<WorkspaceMetricQuery, 'filter' | 'splitBy'>,
) {
	return {
		filter: filter.map((condition) => ({ ...condition, dimension: findDimension(definition, condition.dimension) })),
		splitBy: [...new Set(splitBy.map((name) => findDimension(definition, name)))],
	};
}

/** The name of a dimension as the metric has it, from any case. @throws {RunsteadError} not-found. */
export function findDimension({ name: metric, dimensions }: WorkspaceMetricDefinition, given: string): string {
	const known = [...dimensions, WORKSPACE_DIMENSION].find((name) => name.toLowerCase() === given.toLowerCase());
	if (known === undefined)
		throw new RunsteadError('not-found', { noun: 'dimension', given: `${given} of ${metric} (it has ${dimensions.join(', ') || 'none'})` });
	return known;
}

function readableGrain(from: number, to: number): number {
	const seconds = (to - from) / MICROS_PER_SECOND;
	return METRIC_GRAINS_SECONDS.find((grain) => seconds / grain <= READABLE_GRAINS) ?? (METRIC_GRAINS_SECONDS.at(-1) as number);
}
