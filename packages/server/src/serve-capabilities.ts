/** Every door of the server: the native API with its reference, as its capabilities serve it. */
import { createOpenApiDocument } from '@runstead/contract';
import type { FastifyInstance } from 'fastify';
import { serveAccess } from './capabilities/access/routes.ts';
import { serveCompute } from './capabilities/compute/routes.ts';
import { serveDatastores } from './capabilities/datastores/routes.ts';
import { serveEnvironments } from './capabilities/environments/routes.ts';
import { serveExperiments } from './capabilities/experiments/routes.ts';
import { serveJobs } from './capabilities/jobs/routes.ts';
import { serveMetrics } from './capabilities/metrics/routes.ts';
import { serveQuotas } from './capabilities/quotas/routes.ts';
import { serveRunFiles } from './capabilities/run-files/routes.ts';
import { serveRuns } from './capabilities/runs/routes.ts';
import { serveSearch } from './capabilities/search/routes.ts';
import { serveSnapshots } from './capabilities/snapshots/routes.ts';
import { serveSupport } from './capabilities/support/routes.ts';
import { serveSystem } from './capabilities/system/routes.ts';
import { serveViews } from './capabilities/views/routes.ts';
import { serveWorkspaces } from './capabilities/workspaces/routes.ts';
import type { Capabilities } from './create-capabilities.ts';
import { createGuard } from './http/guard.ts';
import { renderReferencePage } from './http/reference-page.ts';
import { createScopeFinder } from './http/resource-scope.ts';
import { createToolbox } from './http/toolbox.ts';
import type { LiveHub } from './live/hub.ts';
import { serveLive } from './live/routes.ts';
import { machineId } from './machine-id.ts';
import type { Database } from './storage/database.ts';
import { VERSION } from './version.ts';

export interface ServeOptions {
	readonly database: Database;
	readonly hub: LiveHub;
	readonly allowedHosts: readonly string[];
	readonly basePath: string | undefined;
	readonly startedTime: string;
}

/** @throws {Error} when a route of the contract has nobody who serves it. */
export function serveCapabilities(app: FastifyInstance, capabilities: Capabilities, options: ServeOptions): void {
	const {
		access,
		compute,
		datastores,
		environments,
		experiments,
		jobs,
		metrics,
		quotas,
		runFiles,
		runs,
		search,
		snapshots,
		support,
		system,
		views,
		workspaces,
	} = capabilities;
	const { database, hub, allowedHosts, basePath, startedTime } = options;
	const guard = createGuard({ allowedHosts, principalOfToken: access.principalOfToken });
	const toolbox = createToolbox({ app, guard, scopeOf: createScopeFinder({ workspaces, experiments, runs, views, jobs, compute }) });
	serveSupport(toolbox, support);
	serveSystem(toolbox, system, { version: VERSION, startedTime, machineId: machineId() });
	serveAccess(toolbox, access, workspaces, compute);
	serveWorkspaces(toolbox, workspaces);
	serveExperiments(toolbox, experiments, workspaces);
	serveRuns(toolbox, { runs, experiments, search, workspaces });
	serveSearch(toolbox, search, workspaces);
	serveMetrics(toolbox, metrics, workspaces);
	serveRunFiles(toolbox, runFiles);
	serveSnapshots(toolbox, snapshots, workspaces);
	serveCompute(toolbox, compute, workspaces);
	serveQuotas(toolbox, quotas, workspaces);
	serveEnvironments(toolbox, environments, workspaces);
	serveDatastores(toolbox, datastores, workspaces, runs, jobs);
	serveJobs(toolbox, jobs, experiments, runs, workspaces);
	serveViews(toolbox, views, workspaces);
	serveLive(toolbox, { database, hub, workspaces, runs });
	const unserved = toolbox.unserved();
	if (unserved.length > 0) throw new Error(`No capability serves ${unserved.join(', ')}.`);

	app.get('/health', (_request, reply) => reply.type('text/plain').send('OK'));
	app.get('/api/v1/openapi.json', () => createOpenApiDocument(VERSION, basePath));
	app.get('/api/v1/docs', (_request, reply) => {
		const page = renderReferencePage(VERSION);
		return reply.header('content-security-policy', page.contentSecurityPolicy).type('text/html; charset=utf-8').send(page.html);
	});
}
