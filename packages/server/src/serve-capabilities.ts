/** Every door of the server: the native API with its reference, as its capabilities serve it. */
import { createOpenApiDocument } from '@runstead/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { serveAccess } from './capabilities/access/routes.ts';
import { serveAlerts } from './capabilities/alerts/routes.ts';
import { serveCompute } from './capabilities/compute/routes.ts';
import { serveDatastores } from './capabilities/datastores/routes.ts';
import { serveDiagnostics } from './capabilities/diagnostics/routes.ts';
import { serveEnvironments } from './capabilities/environments/routes.ts';
import { serveEvaluationDatasets } from './capabilities/evaluation-datasets/routes.ts';
import { serveExperiments } from './capabilities/experiments/routes.ts';
import { serveImportMarks } from './capabilities/import-marks/routes.ts';
import { serveJobs } from './capabilities/jobs/routes.ts';
import { serveLineage } from './capabilities/logged-models/routes.ts';
import { serveMetrics } from './capabilities/metrics/routes.ts';
import { serveModels } from './capabilities/models/routes.ts';
import { serveQuery } from './capabilities/query/routes.ts';
import { serveQuotas } from './capabilities/quotas/routes.ts';
import { serveRunFiles } from './capabilities/run-files/routes.ts';
import { serveRuns } from './capabilities/runs/routes.ts';
import { serveSearch } from './capabilities/search/routes.ts';
import { serveSnapshots } from './capabilities/snapshots/routes.ts';
import { serveSupport } from './capabilities/support/routes.ts';
import { serveSystem } from './capabilities/system/routes.ts';
import { serveTraces } from './capabilities/traces/routes.ts';
import { serveViews } from './capabilities/views/routes.ts';
import { serveWorkspaceMetrics } from './capabilities/workspace-metrics/routes.ts';
import { serveWorkspaces } from './capabilities/workspaces/routes.ts';
import type { Capabilities } from './create-capabilities.ts';
import { serveAzureMetrics } from './doors/azure-monitor/metrics.ts';
import { serveAzureMonitor } from './doors/azure-monitor/serve.ts';
import { serveAzureLogs } from './doors/azure-monitor/serve-logs.ts';
import { createMlflowReplies } from './doors/azureml/mlflow-replies.ts';
import { serveAzureml } from './doors/azureml/serve.ts';
import { serveKusto } from './doors/kusto/serve.ts';
import { serveMlflow } from './doors/mlflow/serve.ts';
import { servePrometheus } from './doors/prometheus/routes.ts';
import { createAddresses } from './http/addresses.ts';
import { asRunsteadError } from './http/app.ts';
import { createGuard } from './http/guard.ts';
import { renderReferencePage } from './http/reference-page.ts';
import { createScopeFinder } from './http/resource-scope.ts';
import { createToolbox } from './http/toolbox.ts';
import type { LiveHub } from './live/hub.ts';
import { serveLive } from './live/routes.ts';
import { machineId } from './machine-id.ts';
import type { Database } from './storage/database.ts';
import type { Clock } from './storage/unit-of-work.ts';
import { serveTls } from './tls/routes.ts';
import type { TlsService } from './tls/service.ts';
import { VERSION } from './version.ts';

export interface ServeOptions {
	readonly database: Database;
	readonly hub: LiveHub;
	readonly clock: Clock;
	readonly allowedHosts: readonly string[];
	readonly basePath: string | undefined;
	readonly startedTime: string;
	readonly tls: TlsService;
}

/** @throws {Error} when a route of the contract has nobody who serves it. */
export function serveCapabilities(app: FastifyInstance, capabilities: Capabilities, options: ServeOptions): void {
	const {
		access,
		alerts,
		compute,
		datasets,
		datastores,
		diagnostics,
		environments,
		evaluationDatasets,
		experiments,
		importMarks,
		jobs,
		loggedModels,
		metrics,
		models,
		queries,
		quotas,
		runFiles,
		runs,
		search,
		snapshots,
		support,
		system,
		traces,
		views,
		workspaceMetrics,
		workspaces,
	} = capabilities;
	const { database, hub, clock, allowedHosts, basePath, startedTime, tls } = options;
	const guard = createGuard({ allowedHosts, principalOfToken: access.principalOfToken });
	const scopeOf = createScopeFinder({ workspaces, experiments, runs, views, jobs, compute });
	const toolbox = createToolbox({ app, guard, scopeOf });
	serveSupport(toolbox, support);
	serveSystem(toolbox, system, { version: VERSION, startedTime, machineId: machineId(), serverId: workspaces.subscriptionId });
	serveTls(toolbox, tls);
	serveAccess(toolbox, access, workspaces, compute);
	serveWorkspaces(toolbox, workspaces);
	serveExperiments(toolbox, experiments, workspaces);
	serveRuns(toolbox, { runs, experiments, search, workspaces });
	serveSearch(toolbox, search, workspaces);
	serveMetrics(toolbox, metrics, workspaces);
	serveRunFiles(toolbox, runFiles);
	serveSnapshots(toolbox, snapshots, workspaces);
	serveCompute(toolbox, compute, workspaces, access);
	serveQuery(toolbox, queries, workspaces);
	serveQuotas(toolbox, quotas, workspaces);
	serveEnvironments(toolbox, environments, workspaces);
	serveDatastores(toolbox, datastores, workspaces, runs, jobs);
	serveModels(toolbox, models, workspaces);
	serveDiagnostics(toolbox, diagnostics, workspaces);
	serveLineage(toolbox, { datasets, loggedModels, experiments, runs, workspaces });
	serveTraces(toolbox, { traces, experiments, workspaces });
	serveEvaluationDatasets(toolbox, { evaluationDatasets, workspaces });
	serveJobs(toolbox, jobs, experiments, runs, workspaces);
	serveViews(toolbox, views, workspaces);
	serveImportMarks(toolbox, importMarks, workspaces);
	serveWorkspaceMetrics(toolbox, workspaceMetrics, workspaces);
	serveAlerts(toolbox, alerts, workspaces);
	serveLive(toolbox, { database, hub, workspaces, runs });
	const unserved = toolbox.unserved();
	if (unserved.length > 0) throw new Error(`No capability serves ${unserved.join(', ')}.`);

	const tell = (error: unknown, request: FastifyRequest) => asRunsteadError(error, request.id, request.log, database.errorOrNull);
	const addresses = createAddresses(tls.url, basePath ?? '');
	serveMlflow(app, capabilities, { guard, scopeOf, asRunsteadError: tell, addresses, replyFor: createMlflowReplies(addresses) });
	serveAzureLogs(app, { guard, queries, workspaces, asRunsteadError: tell });
	serveKusto(app, { guard, queries, workspaces, asRunsteadError: tell });
	serveAzureMonitor(app, capabilities, { guard, asRunsteadError: tell });
	serveAzureml(app, capabilities, { guard, scopeOf, asRunsteadError: tell, addresses });

	serveAzureMetrics(app, { guard, clock, workspaces, workspaceMetrics, asRunsteadError: tell });
	servePrometheus(app, { guard, workspaceMetrics, workspaces, clock });
	app.get('/health', (_request, reply) => reply.type('text/plain').send('OK'));
	app.get('/api/v1/openapi.json', () => createOpenApiDocument(VERSION, basePath));
	app.get('/api/v1/docs', (_request, reply) => {
		const page = renderReferencePage(VERSION);
		return reply.header('content-security-policy', page.contentSecurityPolicy).type('text/html; charset=utf-8').send(page.html);
	});
}
