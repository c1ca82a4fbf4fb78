/** The composition root: configuration -> storage -> capabilities -> doors -> listening. Whatever exists once is made here. */
import { mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createOpenApiDocument } from '@runstead/contract';
import { serveAccess } from './capabilities/access/routes.ts';
import { AGENT_TOKEN_PERMISSIONS, createAccessService } from './capabilities/access/service.ts';
import { serveCompute } from './capabilities/compute/routes.ts';
import { createComputeService } from './capabilities/compute/service.ts';
import { serveExperiments } from './capabilities/experiments/routes.ts';
import { createExperimentService } from './capabilities/experiments/service.ts';
import { serveJobs } from './capabilities/jobs/routes.ts';
import { createJobService, type JobService } from './capabilities/jobs/service.ts';
import { serveMetrics } from './capabilities/metrics/routes.ts';
import { createMetricService } from './capabilities/metrics/service.ts';
import { serveRunFiles } from './capabilities/run-files/routes.ts';
import { createRunFileService } from './capabilities/run-files/service.ts';
import { keepLeases } from './capabilities/runs/leases.ts';
import { serveRuns } from './capabilities/runs/routes.ts';
import { createRunService, type RunHolder, type RunRecord } from './capabilities/runs/service.ts';
import { serveSearch } from './capabilities/search/routes.ts';
import { createSearchService } from './capabilities/search/service.ts';
import { serveSnapshots } from './capabilities/snapshots/routes.ts';
import { createSnapshotService } from './capabilities/snapshots/service.ts';
import { serveSystem } from './capabilities/system/routes.ts';
import { createSystemService } from './capabilities/system/service.ts';
import { serveWorkspaces } from './capabilities/workspaces/routes.ts';
import { createWorkspaceService } from './capabilities/workspaces/service.ts';
import { checkConfig, type ServerConfig } from './config.ts';
import { type ClusterNodes, createClusterNodes } from './engines/cluster-nodes.ts';
import { createLocalAgent } from './engines/local-agent.ts';
import { createApp } from './http/app.ts';
import { createGuard } from './http/guard.ts';
import { renderReferencePage } from './http/reference-page.ts';
import { createScopeFinder } from './http/resource-scope.ts';
import { serveStudio } from './http/studio.ts';
import { toWireTime } from './http/time.ts';
import { createToolbox } from './http/toolbox.ts';
import { createLiveHub } from './live/hub.ts';
import { serveLive } from './live/routes.ts';
import { lockDataFolder, removeServerFile, serverFileOf, writeServerFile } from './server-file.ts';
import { openFolderBlobs } from './storage/blobs.ts';
import type { Database, DatabaseOptions } from './storage/database.ts';
import { areRemovalsPaused } from './storage/removal-pause.ts';
import { openSqlite } from './storage/sqlite.ts';
import { startTidying } from './storage/tidying.ts';
import { systemClock } from './storage/unit-of-work.ts';
import { VERSION } from './version.ts';

export interface RunningServer {
	readonly url: string;
	readonly dataFolder: string;
	/** Jobs on this machine that wait or run. */
	activeJobs(): Promise<{ runId: string; displayName: string }[]>;
	/** Stops serving. Jobs run on under their supervisors, unless `jobs`: then they are cancelled first. */
	stop(options?: { jobs?: boolean }): Promise<void>;
}

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));
const LOCAL_TARGET = 'local';
const ACTIVE_JOBS_MAX = 1_000;
/** The longest that a stop waits for cancelled jobs to end. */
const JOBS_END_MAX_MS = 30_000;
const JOBS_END_POLL_MS = 100;
const AGENT_TOKEN_SECONDS = 30 * 86_400;
const AGENT_TOKEN_RENEWAL_MS = 86_400_000;

/**
 * Starts a server.
 * @throws {ConfigError} for a setting that cannot be; {DataFolderInUseError} beside another server; {NewerDatabaseError};
 *   an error with code EADDRINUSE when the port is taken.
 */
export async function startServer(config: ServerConfig): Promise<RunningServer> {
	checkConfig(config);
	const dataFolder = resolve(config.dataFolder);
	mkdirSync(join(dataFolder, 'secrets'), { recursive: true, mode: 0o700 });
	// What is begun here is ended in reverse order: at the stop, or at once when the start fails.
	await using begun = new AsyncDisposableStack();
	begun.adopt(lockDataFolder(dataFolder), (lock) => lock.release());
	const { url, activeJobs, endJobs } = await startIn(dataFolder, config, begun);
	const running = begun.move();
	return {
		url,
		dataFolder,
		activeJobs,
		async stop({ jobs = false } = {}) {
			if (jobs) await endJobs();
			await running.disposeAsync();
		},
	};
}

async function startIn(dataFolder: string, config: ServerConfig, begun: AsyncDisposableStack) {
	const clock = systemClock();
	const startedTime = toWireTime(clock());
	const hub = createLiveHub();
	const database = await openDatabase(config, dataFolder, { clock, onEvents: hub.publish, onError: (error) => app.log.error(error) });
	begun.defer(() => database.close());
	const blobs = await openFolderBlobs(join(dataFolder, 'blobs'), () => areRemovalsPaused(dataFolder));
	const python = config.python ?? 'python3';

	// Capabilities, each after those whose service it uses. What runs tell others about is known only later.
	const workspaces = await createWorkspaceService(database, (unit, workspace, actor) => experiments.furnish(unit, workspace, actor));
	const experiments = createExperimentService(database, workspaces);
	const access = createAccessService({ keyFile: join(dataFolder, 'secrets', 'signing-key'), tenantId: workspaces.subscriptionId });
	const search = createSearchService(database, clock);
	const runs = createRunService({ database, experiments, execution: () => jobs.execution, holders: () => holders });
	const identity = (run: RunRecord) => ({ id: run.id, workspaceKey: run.workspace_key });
	const metrics = createMetricService({ database, runs, search, onGrown: (run, names) => hub.metricsGrew(identity(run), names) });
	const runFiles = await createRunFileService({
		database,
		blobs,
		dataFolder,
		runs,
		onLogGrown: (run, log) => hub.logGrew(identity(run), log),
		metricBytes: metrics.bytes,
	});
	begun.defer(() => runFiles.close());
	const snapshots = createSnapshotService({ database, blobs });
	const compute = createComputeService({
		database,
		workspaces,
		demandOf: (target) => jobs.demandOf(target),
		cancelRunsOn: (target, actor, reason) => jobs.cancelAllOn(target, actor, reason),
		onChanged: () => clusterNodes.look(),
	});
	const jobs: JobService = createJobService({
		compute,
		database,
		workspaces,
		experiments,
		runs,
		snapshots,
		access,
		onQueued: (target) => (target === LOCAL_TARGET ? agent.ensure() : clusterNodes.look()),
		onEnded: (run) =>
			void runFiles
				.sealAll(run)
				.catch((error: unknown) => app.log.error({ err: error, run: run.id }, 'the logs of an ended job could not be sealed')),
	});
	const holders: readonly RunHolder[] = [metrics.holder, runFiles.holder];
	const system = createSystemService({ database, dataFolder, python, version: VERSION, inspectContents: runFiles.inspect });

	const tokenFile = join(dataFolder, 'secrets', 'agent-token');
	const home = { python, packageFolder: join(REPOSITORY, 'python'), dataFolder, serverFile: serverFileOf(dataFolder), tokenFile };
	const agent = createLocalAgent({
		home,
		hasWork: async () => (await jobs.unended(LOCAL_TARGET, 1)).length > 0,
		onUnavailable: (reason) => void jobs.explainQueue(LOCAL_TARGET, reason).catch((error: unknown) => app.log.error(error)),
	});
	const renewAgentToken = async (): Promise<void> => {
		const { token } = await access.makeToken({
			subject: 'local agent',
			permissions: AGENT_TOKEN_PERMISSIONS,
			workspaceId: null,
			runId: null,
			expiresInSeconds: AGENT_TOKEN_SECONDS,
		});
		writeFileSync(tokenFile, token, { mode: 0o600 });
	};

	const app = createApp({
		logFile: join(dataFolder, 'server.log'),
		basePath: config.basePath ?? '',
		storageErrorOrNull: database.errorOrNull,
	});
	begun.defer(() => app.close());
	const guard = createGuard({ allowedHosts: config.allowedHosts ?? [], principalOfToken: access.principalOfToken });
	const toolbox = createToolbox({ app, guard, scopeOf: createScopeFinder({ workspaces, experiments, runs }) });
	serveSystem(toolbox, system, { version: VERSION, startedTime });
	serveAccess(toolbox, access, workspaces);
	serveWorkspaces(toolbox, workspaces);
	serveExperiments(toolbox, experiments, workspaces);
	serveRuns(toolbox, runs, experiments, search);
	serveSearch(toolbox, search, workspaces);
	serveMetrics(toolbox, metrics);
	serveRunFiles(toolbox, runFiles);
	serveSnapshots(toolbox, snapshots, workspaces);
	serveCompute(toolbox, compute, workspaces);
	serveJobs(toolbox, jobs, experiments, runs, workspaces);
	serveLive(toolbox, { database, hub, workspaces, runs });
	const unserved = toolbox.unserved();
	if (unserved.length > 0) throw new Error(`No capability serves ${unserved.join(', ')}.`);

	app.get('/health', (_request, reply) => reply.type('text/plain').send('OK'));
	app.get('/api/v1/openapi.json', () => createOpenApiDocument(VERSION, config.basePath));
	app.get('/api/v1/docs', (_request, reply) => {
		const page = renderReferencePage(VERSION);
		return reply.header('content-security-policy', page.contentSecurityPolicy).type('text/html; charset=utf-8').send(page.html);
	});
	await serveStudio(app, config.studioFolder ?? join(REPOSITORY, 'packages', 'studio', 'dist'), config.basePath);

	await renewAgentToken();
	const tokenRenewal = setInterval(() => void renewAgentToken().catch((error: unknown) => app.log.error(error)), AGENT_TOKEN_RENEWAL_MS);
	begun.defer(() => clearInterval(tokenRenewal));
	const leases = await keepLeases(database, clock, (error) => app.log.error(error));
	begun.defer(() => leases.stop());
	const tidying = startTidying([runFiles.tidy, snapshots.tidy], (error) => app.log.error(error));
	begun.defer(() => tidying.stop());
	await app.listen({ host: config.host, port: config.port });
	const { port } = app.server.address() as AddressInfo;
	const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}${config.basePath ?? ''}`;
	writeServerFile(dataFolder, { url, pid: process.pid, startedTime, version: VERSION });
	begun.defer(() => removeServerFile(dataFolder));
	const clusterNodes: ClusterNodes = createClusterNodes({ home, compute, clock, onError: (error) => app.log.error(error) });
	begun.defer(() => clusterNodes.stop());
	begun.defer(() => agent.stop());
	if ((await jobs.unended(LOCAL_TARGET, 1)).length > 0) agent.ensure();

	const activeJobs = (): Promise<{ runId: string; displayName: string }[]> => jobs.unended(null, ACTIVE_JOBS_MAX);
	const endJobs = () => endActiveJobs(activeJobs, (runId) => runs.cancel(runId, 'stop', 'The server was stopped together with its jobs.'));
	return { url, activeJobs, endJobs };
}

async function openDatabase(config: ServerConfig, dataFolder: string, options: DatabaseOptions): Promise<Database> {
	if (config.database === undefined) return openSqlite(join(dataFolder, 'runstead.db'), options);
	// The driver is loaded only where it is used.
	const { openPostgres } = await import('./storage/postgres.ts');
	return openPostgres(config.database, options);
}

/** Cancels the jobs and waits until their agent has reported the end of each, within reason. */
async function endActiveJobs(activeJobs: () => Promise<{ runId: string }[]>, cancel: (runId: string) => Promise<unknown>): Promise<void> {
	for (const { runId } of await activeJobs()) await cancel(runId);
	const deadline = performance.now() + JOBS_END_MAX_MS;
	while (performance.now() < deadline && (await activeJobs()).length > 0) await new Promise((wake) => setTimeout(wake, JOBS_END_POLL_MS));
}
