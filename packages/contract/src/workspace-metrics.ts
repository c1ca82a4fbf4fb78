/** Workspace metrics: what is measured of workspaces by itself (runs, nodes, quotas, processors), and how it is read. */
import type { Static } from 'typebox';
import { Time } from './common.ts';
import { LIMITS } from './limits.ts';
import { route } from './route.ts';
import { Type } from './schema-builder.ts';
import { METRIC_AGGREGATIONS, type MetricAggregation } from './workspace-metric-definitions.ts';
import { WorkspaceParams } from './workspaces.ts';

/** The grains that values are summed up by. From an hour on, hours are read in place of minutes. */
export const METRIC_GRAINS_SECONDS = [60, 300, 900, 1_800, 3_600, 21_600, 43_200, 86_400] as const;

export const MetricAggregationSchema = Type.Unsafe<MetricAggregation>({ type: 'string', enum: METRIC_AGGREGATIONS });

export const DIMENSION_OPERATORS = ['eq', 'ne', 'startswith'] as const;
export type DimensionOperator = (typeof DIMENSION_OPERATORS)[number];

const DimensionText = Type.String({ maxLength: LIMITS.metricDimensionCharacters.max });

export const DimensionFilter = Type.Object(
	{
		dimension: DimensionText,
		operator: Type.Unsafe<DimensionOperator>({
			type: 'string',
			enum: DIMENSION_OPERATORS,
			description: 'eq and startswith: one of the values fits; ne: none does. In a value of eq or ne, * stands for any characters.',
		}),
		values: Type.Array(DimensionText, { minItems: 1, maxItems: LIMITS.metricFilterValues.max }),
	},
	{ additionalProperties: false },
);
export type DimensionFilter = Static<typeof DimensionFilter>;

const Dimensions = Type.Record(Type.String(), Type.String());

export const WorkspaceMetric = Type.Object({
	namespace: Type.String(),
	category: Type.String(),
	name: Type.String(),
	unit: Type.String(),
	aggregations: Type.Array(MetricAggregationSchema),
	primaryAggregation: MetricAggregationSchema,
	dimensions: Type.Array(Type.String()),
	source: Type.Union([Type.String(), Type.Null()], {
		description: 'What it is filled from; null: nothing measures it yet, so that it stays empty.',
	}),
});

const MetricQueryFields = {
	metric: Type.String({ maxLength: LIMITS.metricNameCharacters.max, examples: ['Active Nodes'] }),
	namespace: Type.Optional(Type.String({ maxLength: LIMITS.metricNameCharacters.max })),
	aggregations: Type.Optional(
		Type.Array(MetricAggregationSchema, {
			minItems: 1,
			maxItems: METRIC_AGGREGATIONS.length,
			description: 'The primary one of the metric if absent.',
		}),
	),
	filter: Type.Optional(Type.Array(DimensionFilter, { maxItems: LIMITS.metricFilterConditions.max, description: 'All of them hold.' })),
	splitBy: Type.Optional(
		Type.Array(DimensionText, {
			maxItems: LIMITS.metricFilterConditions.max,
			description: 'One series for each combination of their values.',
		}),
	),
};

export const WorkspaceMetricQuery = Type.Object(
	{
		...MetricQueryFields,
		workspaces: Type.Optional(
			Type.Array(Type.String(), {
				maxItems: LIMITS.metricQueryWorkspaces.max,
				description:
					'Of a query over several workspaces: by name; all that the caller may read if absent. WorkspaceName is a dimension then.',
			}),
		),
		from: Type.Optional(Time),
		to: Type.Optional(Time),
		grainSeconds: Type.Optional(
			Type.Unsafe<(typeof METRIC_GRAINS_SECONDS)[number]>({
				type: 'integer',
				enum: METRIC_GRAINS_SECONDS,
				description: 'One that gives a readable chart if absent.',
			}),
		),
		top: Type.Optional(
			Type.Integer({
				minimum: 1,
				maximum: LIMITS.metricQuerySeries.max,
				default: 10,
				description: 'Series at most: the greatest by orderBy.',
			}),
		),
		orderBy: Type.Optional(MetricAggregationSchema),
		ascending: Type.Optional(Type.Boolean({ default: false, description: 'The least in place of the greatest.' })),
	},
	{ additionalProperties: false },
);
export type WorkspaceMetricQuery = Static<typeof WorkspaceMetricQuery>;

const Values = Type.Unsafe<(number | null)[]>({ type: 'array', items: { type: ['number', 'null'] } });

export const WorkspaceMetricSeries = Type.Object({
	dimensions: Dimensions,
	average: Type.Optional(Values),
	minimum: Type.Optional(Values),
	maximum: Type.Optional(Values),
	total: Type.Optional(Values),
	count: Type.Optional(Values),
});
export type WorkspaceMetricSeries = Static<typeof WorkspaceMetricSeries>;

export const WorkspaceMetricResult = Type.Object({
	metric: Type.String(),
	namespace: Type.String(),
	unit: Type.String(),
	aggregations: Type.Array(MetricAggregationSchema),
	from: Time,
	to: Time,
	grainSeconds: Type.Integer(),
	times: Type.Array(Time, { description: 'When each grain begins; every array of values has as many, null where nothing was measured.' }),
	series: Type.Array(WorkspaceMetricSeries),
	seriesCount: Type.Integer({ description: 'Before the top ones were taken.' }),
});
export type WorkspaceMetricResult = Static<typeof WorkspaceMetricResult>;

const DimensionValues = Type.Object({ values: Type.Array(Type.String()) });
const DimensionQuery = Type.Object({
	metric: Type.String(),
	namespace: Type.Optional(Type.String()),
	dimension: Type.String(),
	startsWith: Type.Optional(Type.String({ maxLength: LIMITS.metricDimensionCharacters.max })),
});

export const workspaceMetricRoutes = {
	listWorkspaceMetrics: route({
		method: 'GET',
		path: '/api/v1/workspace-metrics',
		permission: 'workspace.read',
		summary: 'What is measured of every workspace by itself',
		response: Type.Object({ metrics: Type.Array(WorkspaceMetric) }),
	}),
	queryMetricsOfWorkspaces: route({
		method: 'POST',
		path: '/api/v1/workspace-metrics/query',
		permission: 'workspace.read',
		summary: 'Read a workspace metric over several workspaces, in grains of time',
		body: WorkspaceMetricQuery,
		response: WorkspaceMetricResult,
	}),
	queryWorkspaceMetrics: route({
		method: 'POST',
		path: '/api/v1/workspaces/:workspace/workspace-metrics/query',
		permission: 'workspace.read',
		summary: 'Read a metric of a workspace, in grains of time',
		params: WorkspaceParams,
		body: WorkspaceMetricQuery,
		response: WorkspaceMetricResult,
	}),
	listMetricDimensionValues: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/workspace-metrics/dimension-values',
		permission: 'workspace.read',
		summary: 'The values that a dimension of a workspace metric has had',
		params: WorkspaceParams,
		query: DimensionQuery,
		response: DimensionValues,
	}),
};
