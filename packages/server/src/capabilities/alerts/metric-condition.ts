/** Looks at a workspace metric over windows that end at given times. */
import type { MetricAlertCondition } from '@runstead/contract';
import type { Dimensions, WorkspaceMetricService } from '../workspace-metrics/service.ts';

const MICROS_PER_MINUTE = 60_000_000;

export interface Windows {
	/** Ends, ascending, each a whole minute. */
	readonly ends: readonly number[];
	readonly windowMicros: number;
}

/** What one combination of dimensions measured in each window; null where nothing was. */
export interface MeasuredCombination {
	readonly dimensions: Dimensions;
	readonly values: readonly (number | null)[];
}

export async function measure(
	workspaceMetrics: WorkspaceMetricService,
	workspace: { readonly key: number; readonly name: string },
	condition: MetricAlertCondition,
	{ ends, windowMicros }: Windows,
): Promise<MeasuredCombination[]> {
	const first = ends[0];
	const last = ends.at(-1);
	if (first === undefined || last === undefined) return [];
	const from = first - windowMicros;
	const { definition, filter, splitBy } = workspaceMetrics.resolve(condition);
	const grid = { from, grainMicros: MICROS_PER_MINUTE, count: Math.round((last - from) / MICROS_PER_MINUTE) };
	const series = await workspaceMetrics.read({
		metric: definition.name,
		workspaces: new Map([[workspace.key, workspace.name]]),
		grid,
		filter,
		splitBy,
	});
	const span = windowMicros / MICROS_PER_MINUTE;
	const measured = series.map(({ dimensions, grains }) => ({
		dimensions,
		values: ends.map((end) => {
			const index = Math.round((end - from) / MICROS_PER_MINUTE);
			return workspaceMetrics.aggregate(grains.over(index - span, index), condition.aggregation);
		}),
	}));
	// What is counted and did not happen, happened no time at all.
	const isCount = definition.primaryAggregation === 'total' && (condition.aggregation === 'total' || condition.aggregation === 'count');
	if (!isCount || splitBy.length > 0) return measured;
	const [only = { dimensions: {}, values: ends.map(() => null) }] = measured;
	return [{ ...only, values: only.values.map((value) => value ?? 0) }];
}
