/** Workspace metrics: collected by themselves in minutes, read in grains of any length. */
import {
	LIMITS,
	type MetricAggregation,
	WORKSPACE_METRICS,
	type WorkspaceMetricDefinition,
	type WorkspaceMetricQuery,
	type WorkspaceMetricResult,
} from '@runstead/contract';
import { toWireTime } from '../../http/time.ts';
import type { WorkspaceRecord } from '../workspaces/service.ts';
import { type CollectingOptions, createCollecting } from './collecting.ts';
import { aggregated } from './grains.ts';
import { type CheckedQuery, checkQuery, dimensionsOfQuery, findDimension, findMetric, KEPT_DAYS } from './metric-query.ts';
import { type MinuteRecord, minuteRecords } from './minute-records.ts';
import { type MetricReading, type ReadSeries, readMetric, WORKSPACE_DIMENSION } from './reading.ts';
import { type Aggregate, type Dimensions, MICROS_PER_HOUR } from './samples.ts';
import * as store from './store.ts';

export type { MetricReading, ReadSeries } from './reading.ts';
export type { Aggregate, Dimensions } from './samples.ts';

/** What happens, and is added up. */
const isCounted = ({ primaryAggregation }: WorkspaceMetricDefinition): boolean => primaryAggregation === 'total';
const COUNTED_METRICS = WORKSPACE_METRICS.filter(isCounted).map(({ name }) => name);

const MICROS_PER_DAY = 24 * MICROS_PER_HOUR;

/** A series as it stands now: its newest sample, and the sum of all samples that there ever were. */
export interface CurrentSeries {
	readonly definition: WorkspaceMetricDefinition;
	readonly workspaceKey: number;
	readonly dimensions: Dimensions;
	/** It counts what happened; else it says what was so at a moment. */
	readonly isCounted: boolean;
	readonly lastTime: number;
	readonly lastValue: number;
	readonly total: number;
}

export type WorkspaceMetricService = ReturnType<typeof createWorkspaceMetricService>;

export function createWorkspaceMetricService(options: CollectingOptions) {
	const { database, clock } = options;
	const collecting = createCollecting(options);

	const read = (reading: MetricReading): Promise<ReadSeries[]> => readMetric(database.heavyRead, reading);

	const rank = (series: readonly ReadSeries[], { orderBy, ascending, grid }: CheckedQuery): ReadSeries[] => {
		const sign = ascending ? 1 : -1;
		const ranked = series.map((one) => ({ one, value: aggregated(one.grains.over(0, grid.count) as Aggregate, orderBy) }));
		const label = ({ one }: (typeof ranked)[number]): string => Object.values(one.dimensions).join('\n');
		return ranked.sort((left, right) => sign * (left.value - right.value) || (label(left) < label(right) ? -1 : 1)).map(({ one }) => one);
	};

	return {
		collecting,

		definitions: (): readonly WorkspaceMetricDefinition[] => WORKSPACE_METRICS,

		/** A metric with its dimensions, named as they are, from any case. @throws {RunsteadError} not-found. */
		resolve(given: Pick<WorkspaceMetricQuery, 'metric' | 'namespace' | 'filter' | 'splitBy'>) {
			const definition = findMetric(given.metric, given.namespace);
			return { definition, ...dimensionsOfQuery(definition, given) };
		},

		/** One aggregation of what a series holds; null for nothing. */
		aggregate: (of: Aggregate | null, aggregation: MetricAggregation): number | null => of && aggregated(of, aggregation),

		/** For rules and the like: series as aggregates, in no order. */
		read,

		/** @throws {RunsteadError} not-found for the metric or a dimension, invalid-request, limit-exceeded. */
		async query(workspaces: readonly WorkspaceRecord[], given: WorkspaceMetricQuery): Promise<WorkspaceMetricResult> {
			const query = checkQuery(given, clock());
			const { definition, grid, aggregations, filter, splitBy, top } = query;
			const names = new Map(workspaces.map(({ key, name }) => [key, name]));
			const found = names.size === 0 ? [] : await read({ metric: definition.name, workspaces: names, grid, filter, splitBy });
			const series = rank(found, query).slice(0, top);
			return {
				metric: definition.name,
				namespace: definition.namespace,
				unit: definition.unit,
				aggregations: [...aggregations],
				from: toWireTime(query.from),
				to: toWireTime(query.to),
				grainSeconds: grid.grainMicros / 1_000_000,
				times: Array.from({ length: grid.count }, (_, index) => toWireTime(grid.from + index * grid.grainMicros)),
				series: series.map(({ dimensions, grains }) => ({
					dimensions,
					...(Object.fromEntries(aggregations.map((aggregation) => [aggregation, grains.values(aggregation)])) as Partial<
						Record<MetricAggregation, (number | null)[]>
					>),
				})),
				seriesCount: found.length,
			};
		},

		/** The values that a dimension has had, in their order. @throws {RunsteadError} not-found. */
		async dimensionValues(
			workspace: WorkspaceRecord,
			query: { readonly metric: string; readonly namespace?: string; readonly dimension: string; readonly startsWith?: string },
		): Promise<string[]> {
			const definition = findMetric(query.metric, query.namespace);
			const dimension = findDimension(definition, query.dimension);
			if (dimension === WORKSPACE_DIMENSION) return [workspace.name];
			const now = clock();
			const series = await store.seriesOf(database.heavyRead, {
				metric: definition.name,
				workspaceKeys: [workspace.key],
				from: now - KEPT_DAYS * MICROS_PER_DAY,
				to: now + MICROS_PER_HOUR,
			});
			const values = new Set(series.map(({ dimensions }) => (JSON.parse(dimensions) as Dimensions)[dimension] ?? ''));
			const start = query.startsWith?.toLowerCase() ?? '';
			return [...values]
				.filter((value) => value !== '' && value.toLowerCase().startsWith(start))
				.sort()
				.slice(0, LIMITS.metricDimensionValues.max);
		},

		/** How series stand, of some workspaces or (null) of all: what is counted as it ever was, what is sampled where it was since a time. */
		async current(workspaceKeys: readonly number[] | null, since: number): Promise<CurrentSeries[]> {
			const rows =
				workspaceKeys?.length === 0
					? []
					: await store.recentSeries(database.heavyRead, { workspaceKeys, since, alwaysOf: COUNTED_METRICS });
			const definitions = new Map(WORKSPACE_METRICS.map((definition) => [definition.name, definition] as const).reverse());
			return rows.flatMap((row) => {
				const definition = definitions.get(row.metric);
				if (!definition) return [];
				return [
					{
						definition,
						workspaceKey: row.workspace_key,
						dimensions: JSON.parse(row.dimensions) as Dimensions,
						isCounted: isCounted(definition),
						lastTime: row.last_time,
						lastValue: row.last_value,
						total: row.total,
					},
				];
			});
		},

		/** The minutes of a time as records without dimensions, for those who send them elsewhere; minutes in their order. */
		records: (workspace: WorkspaceRecord, from: number, to: number): Promise<MinuteRecord[]> =>
			minuteRecords(database.heavyRead, workspace, from, to),
	};
}
