/** Metrics over HTTP. */
import type { Toolbox } from '../../http/toolbox.ts';
import type { MetricService } from './service.ts';

export function serveMetrics({ serve }: Toolbox, metrics: MetricService): void {
	serve('logMetrics', ({ params, body }) => metrics.log(params.run, body));
	serve('listMetrics', async ({ params }) => ({ metrics: await metrics.list(params.run) }));
	serve('getMetricPoints', ({ params, query }) => metrics.points(params.run, query.name, query.after ?? -1, query.limit ?? 10_000));
	serve('getMetricChart', ({ params, query }) => {
		const { name, column, x = 'step', from = null, to = null, buckets = 1_000 } = query;
		return metrics.chart(params.run, name, { column, x, from, to, buckets });
	});
	serve('defineMetric', async ({ params, body }) => {
		await metrics.define(params.run, body.name, body.direction);
		return body;
	});
	serve('getWriter', async ({ params }) => ({ stored: await metrics.writerStored(params.run, params.writer) }));
}
