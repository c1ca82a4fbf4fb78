/** Metrics in the shapes of Azure Monitor: values, and definitions. */
import type { WorkspaceMetricDefinition, WorkspaceMetricResult } from '@runstead/contract';

const METRICS_TYPE = 'Microsoft.Insights/metrics';
const GRAINS = ['PT1M', 'PT5M', 'PT15M', 'PT30M', 'PT1H', 'PT6H', 'PT12H', 'P1D'];
const KEPT = 'P93D';

/** @example capitalised('average') === 'Average' */
const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const localizable = (value: string): { value: string; localizedValue: string } => ({ value, localizedValue: value });

/** One metric of a reply; what was not measured has no field in its grain. */
export function azureMetric(resourceId: string, { metric, unit, times, aggregations, series }: WorkspaceMetricResult): object {
	return {
		id: `${resourceId}/providers/Microsoft.Insights/metrics/${metric}`,
		type: METRICS_TYPE,
		name: localizable(metric),
		displayDescription: metric,
		unit,
		errorCode: 'Success',
		timeseries: series.map(({ dimensions, ...values }) => ({
			metadatavalues: Object.entries(dimensions).map(([name, value]) => ({ name: localizable(name), value })),
			data: times.map((time, index) => ({
				timeStamp: `${time.slice(0, 19)}Z`,
				...Object.fromEntries(
					aggregations.flatMap((name) => {
						const value = values[name]?.[index] ?? null;
						return value === null ? [] : [[name, value]];
					}),
				),
			})),
		})),
	};
}

export function azureDefinition(resourceId: string, definition: WorkspaceMetricDefinition): object {
	const { name, namespace, category, unit, aggregations, primaryAggregation, dimensions } = definition;
	return {
		id: `${resourceId}/providers/microsoft.insights/metricdefinitions/${name}`,
		resourceId,
		namespace,
		category,
		name: localizable(name),
		displayDescription: name,
		isDimensionRequired: false,
		unit,
		primaryAggregationType: capitalised(primaryAggregation),
		supportedAggregationTypes: aggregations.map(capitalised),
		metricAvailabilities: GRAINS.map((timeGrain) => ({ timeGrain, retention: KEPT })),
		dimensions: dimensions.map(localizable),
	};
}
