/** Metrics over HTTP. */
import type { Toolbox } from '../../http/toolbox.ts';
import type { WorkspaceService } from '../workspaces/service.ts';
import type { MetricService } from './service.ts';

const SPARKLINE_POINTS = 40;

export function serveMetrics({ serve }: Toolbox, metrics: MetricService, workspaces: WorkspaceService): void {
	serve('logMetrics', ({ params, body }) => metrics.log(params.run, body));
	serve('listMetrics', async ({ params }) => ({ metrics: await metrics.list(params.run) }));
	serve('getMetricPoints', ({ params, query }) => metrics.points(params.run, query.name, query.after ?? -1, query.limit ?? 10_000));
	serve('getMetricChart', ({ params, query }) => {
		const { name, column, x = 'step', from = null, to = null, buckets = 1_000 } = query;
		return metrics.chart(params.run, name, { column, x, from, to, buckets });
	});
	serve('readSparklines', async ({ params, body: { runs, metric, points = SPARKLINE_POINTS } }) => ({
		sparklines: await metrics.sparklines((await workspaces.find(params.workspace)).key, { runs, metric, points }),
	}));
	serve('readMetricLines', async ({ params, body }) => ({
		lines: await metrics.lines((await workspaces.find(params.workspace)).key, body),
	}));
	serve('defineMetric', async ({ params, body }) => {
		await metrics.define(params.run, body.name, body.direction);
		return body;
	});
	serve('getWriter', async ({ params }) => ({ stored: await metrics.writerStored(params.run, params.writer) }));
}
