/** Lines: one metric of several runs, as charts over runs draw it. */
import type { Static } from 'typebox';
import { Nullable } from './common.ts';
import { LIMITS } from './limits.ts';
import { route } from './route.ts';
import { Type } from './schema-builder.ts';
import { WorkspaceParams } from './workspaces.ts';

const MetricName = Type.String({ minLength: 1, maxLength: LIMITS.metricNameCharacters.max });

export const MetricLine = Type.Object({
	run: Type.String(),
	column: Type.String({ description: 'The column that is drawn.' }),
	count: Type.Integer({ description: 'Points between from and to.' }),
	exact: Type.Boolean({ description: 'Each bucket is one point.' }),
	x: Type.Array(Type.Number(), { description: 'Of the last point of each bucket, in order.' }),
	last: Type.Array(Nullable(Type.Number()), { description: 'The last value of each bucket; null where it is NaN or infinite: a gap.' }),
	min: Nullable(
		Type.Array(Nullable(Type.Number()), {
			description: 'Of each bucket; null in all when each is one point, whose min and max are its last.',
		}),
	),
	max: Nullable(Type.Array(Nullable(Type.Number()))),
});
export type MetricLine = Static<typeof MetricLine>;

export const metricLineRoutes = {
	readMetricLines: route({
		method: 'POST',
		path: '/api/v1/workspaces/:workspace/metrics/lines',
		permission: 'workspace.read',
		summary: 'One metric of several runs, each cut into buckets sized to pixels; runs that have no numbers of it are left out',
		params: WorkspaceParams,
		body: Type.Object(
			{
				runs: Type.Array(Type.String(), { minItems: 1, maxItems: LIMITS.lineRuns.max }),
				metric: MetricName,
				column: Type.Optional(Type.String({ description: 'Column to draw; the first numeric one if absent.' })),
				x: Type.Optional(
					Type.Union([Type.Literal('step'), Type.Literal('time'), Type.Literal('relative'), Type.Literal('metric')], {
						default: 'step',
						description:
							'step (arrival number where a point has none), time in milliseconds since 1970, seconds since the start of each run, or the value that xMetric has at the same step.',
					}),
				),
				xMetric: Type.Optional(MetricName),
				from: Type.Optional(Type.Number({ description: 'Least x.' })),
				to: Type.Optional(Type.Number({ description: 'Greatest x.' })),
				buckets: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000, default: 600, description: 'For each line.' })),
			},
			{ additionalProperties: false },
		),
		response: Type.Object({ lines: Type.Array(MetricLine, { description: 'In the order of the runs that were asked for.' }) }),
	}),
};
