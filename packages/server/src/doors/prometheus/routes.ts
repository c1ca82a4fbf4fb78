/** `/metrics`: workspace metrics as they stand, for Prometheus. Runs are counted for ever; gauges are those of the last minutes. */
import type { Permission } from '@runstead/contract';
import type { FastifyInstance } from 'fastify';
import type { CurrentSeries, WorkspaceMetricService } from '../../capabilities/workspace-metrics/service.ts';
import type { WorkspaceService } from '../../capabilities/workspaces/service.ts';
import type { Guard } from '../../http/guard.ts';
import { authorizeAnywhere } from '../../http/principal.ts';
import type { Clock } from '../../storage/unit-of-work.ts';
import { VERSION } from '../../version.ts';
import { CONTENT_TYPES, exposition, type MetricFamily } from './exposition.ts';
import { baseUnit, snakeCase } from './names.ts';

/** A gauge that was not sampled for this long stands for nothing any more. */
const GAUGE_AGE_MAX_MICROS = 180_000_000;
const PERMISSION: Permission = 'workspace.read';
const WORKSPACES_MAX = 1_000;

export interface PrometheusOptions {
	readonly guard: Guard;
	readonly workspaceMetrics: WorkspaceMetricService;
	readonly workspaces: WorkspaceService;
	readonly clock: Clock;
}

function familiesOf(series: readonly CurrentSeries[], names: ReadonlyMap<number, string>): MetricFamily[] {
	const byMetric = Map.groupBy(series, ({ definition }) => definition);
	return [...byMetric].map(([definition, ofMetric]) => {
		const counted = ofMetric[0]?.isCounted === true;
		const { name: baseName, factor } = baseUnit(definition.name, definition.unit);
		return {
			name: `runstead_${baseName}`,
			type: counted ? 'counter' : 'gauge',
			help: `${definition.name}, from ${definition.source ?? 'nothing yet'}.`,
			samples: ofMetric.map(({ workspaceKey, dimensions, lastValue, total }) => ({
				labels: {
					workspace: names.get(workspaceKey) ?? '',
					...Object.fromEntries(Object.entries(dimensions).map(([name, value]) => [snakeCase(name), value])),
				},
				value: counted ? total : lastValue * factor,
			})),
		};
	});
}

function ownFamilies(): MetricFamily[] {
	const { user, system } = process.cpuUsage();
	const gauge = (name: string, help: string, value: number, labels: Record<string, string> = {}): MetricFamily => ({
		name,
		type: 'gauge',
		help,
		samples: [{ labels, value }],
	});
	return [
		gauge('runstead_build_info', 'The version that runs.', 1, { version: VERSION }),
		{
			name: 'process_cpu_seconds',
			type: 'counter',
			help: 'Processor time of the server.',
			samples: [{ labels: {}, value: (user + system) / 1e6 }],
		},
		gauge('process_resident_memory_bytes', 'Memory of the server.', process.memoryUsage.rss()),
		gauge('process_start_time_seconds', 'When the server was started, since 1970.', performance.timeOrigin / 1_000),
	];
}

export function servePrometheus(app: FastifyInstance, { guard, workspaceMetrics, workspaces, clock }: PrometheusOptions): void {
	app.get('/metrics', async (request, reply) => {
		guard.screen(request.raw);
		const principal = await guard.admit(request.raw);
		authorizeAnywhere(principal, PERMISSION);
		const readable = await workspaces.readable(principal.workspaceId, WORKSPACES_MAX);
		const series = await workspaceMetrics.current(
			principal.workspaceId === null ? null : readable.map(({ key }) => key),
			clock() - GAUGE_AGE_MAX_MICROS,
		);
		const names = new Map(readable.map(({ key, name }) => [key, name]));
		const families = [...familiesOf(series, names), ...(principal.workspaceId === null ? ownFamilies() : [])];
		const format = request.headers.accept?.includes('application/openmetrics-text') ? 'openmetrics' : 'prometheus';
		return reply.header('cache-control', 'no-store').type(CONTENT_TYPES[format]).send(exposition(families, format));
	});
}
