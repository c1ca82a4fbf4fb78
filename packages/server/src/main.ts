/** The composition root: configuration -> storage -> capabilities -> doors -> listening. Whatever exists once is made here. */
import { mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { type AccessService, AGENT_TOKEN_PERMISSIONS } from './capabilities/access/service.ts';
import { startAlerting } from './capabilities/alerts/start-alerting.ts';
import { keepLeases } from './capabilities/runs/leases.ts';
import { startCollecting } from './capabilities/workspace-metrics/start-collecting.ts';
import { checkConfig, mailSettingsOrNull, type ServerConfig } from './config.ts';
import { createCapabilities } from './create-capabilities.ts';
import { type ClusterNodes, createClusterNodes } from './engines/cluster-nodes.ts';
import { createLocalAgent } from './engines/local-agent.ts';
import { createQueryEngine, type EngineDatabase } from './engines/query-engine/query-engine.ts';
import { createApp } from './http/app.ts';
import { serveStudio } from './http/studio.ts';
import { toWireTime } from './http/time.ts';
import { startLeading } from './leading.ts';
import { createLiveHub } from './live/hub.ts';
import { servePythonPackages } from './python-packages/serve.ts';
import { serveCapabilities } from './serve-capabilities.ts';
import { lockDataFolder, removeServerFile, serverFileOf, writeServerFile } from './server-file.ts';
import { openFolderBlobs } from './storage/blobs.ts';
import type { Database, DatabaseOptions } from './storage/database.ts';
import { databaseOfFolder, keepDatabaseOfFolder } from './storage/database-of-folder.ts';
import { checkKeys, noteKeys } from './storage/known-keys.ts';
import { areRemovalsPaused } from './storage/removal-pause.ts';
import { openSqlite } from './storage/sqlite.ts';
import { startTidying } from './storage/tidying.ts';
import { systemClock } from './storage/unit-of-work.ts';
import { createTlsService, type TlsService } from './tls/service.ts';
import { VERSION } from './version.ts';

export interface RunningServer {
	readonly url: string;
	/** The same server over TLS, as it is now; null while that is off. */
	httpsUrl(): string | null;
	readonly dataFolder: string;
	/** Jobs on this machine that wait or run. */
	activeJobs(): Promise<{ runId: string; displayName: string }[]>;
	/** Stops serving. Jobs run on under their supervisors, unless `jobs`: then they are cancelled first. */
	stop(options?: { jobs?: boolean }): Promise<void>;
}

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));
const PYTHON_FOLDER = join(REPOSITORY, 'python');
const LOCAL_TARGET = 'local';
const ACTIVE_JOBS_MAX = 1_000;
/** The longest that a stop waits for cancelled jobs to end. */
const JOBS_END_MAX_MS = 30_000;
const JOBS_END_POLL_MS = 100;
const AGENT_TOKEN_SECONDS = 30 * 86_400;
const AGENT_TOKEN_RENEWAL_MS = 86_400_000;

/**
 * Starts a server.
 * @throws {ConfigError} for a setting that cannot be; {WrongDatabaseError} for a data folder of another database; {DataFolderInUseError} beside another server; {NewerDatabaseError};
 *   an error with code EADDRINUSE when the port is taken.
 */
export async function startServer(config: ServerConfig): Promise<RunningServer> {
	checkConfig(config);
	const dataFolder = resolve(config.dataFolder);
	mkdirSync(join(dataFolder, 'secrets'), { recursive: true, mode: 0o700 });
	// What is begun here is ended in reverse order: at the stop, or at once when the start fails.
	await using begun = new AsyncDisposableStack();
	begun.adopt(lockDataFolder(dataFolder), (lock) => lock.release());
	const database = databaseOfFolder(dataFolder, config.database);
	const { url, tls, activeJobs, endJobs } = await startIn(dataFolder, { ...config, database }, begun);
	const running = begun.move();
	return {
		url,
		httpsUrl: tls.url,
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
	const onError = (error: unknown): void => app.log.error(error);

	// Storage.
	const hub = createLiveHub(clock);
	const database = await openDatabase(config, dataFolder, { clock, onEvents: hub.publish, onError });
	begun.defer(() => database.close());
	const isShared = config.database !== undefined;
	if (isShared && config.newKeys !== true) await checkKeys(database, dataFolder);
	const blobs = await openFolderBlobs(join(dataFolder, 'blobs'), () => areRemovalsPaused(dataFolder));

	// Capabilities.
	const python = config.python ?? 'python3';
	const queryEngine = createQueryEngine({
		folder: join(dataFolder, 'query-engine'),
		logFolder: join(dataFolder, 'logs'),
		database: engineDatabase(config, dataFolder),
	});
	begun.defer(() => queryEngine.stop());
	const engines = {
		onQueued: (target: string) => (target === LOCAL_TARGET ? localAgent.ensure() : clusterNodes.look()),
		onClustersChanged: () => clusterNodes.look(),
	};
	const capabilities = await createCapabilities({
		database,
		blobs,
		dataFolder,
		clock,
		hub,
		python,
		engines,
		mail: mailSettingsOrNull(config),
		studioUrl: () => url,
		queryEngine,
		onError,
		listeners: () => tls.checks(),
		authoritiesOrNull: () => tls.bundleHashOrNull(),
	});
	keepDatabaseOfFolder(dataFolder, config.database, capabilities.workspaces.subscriptionId);
	if (isShared) await noteKeys(database, dataFolder, config.newKeys === true);
	const {
		access,
		alerts,
		registryWebhooks,
		compute,
		datastores,
		diagnostics,
		eventFiles,
		jobs,
		runFiles,
		runs,
		setChunks,
		snapshots,
		uploads,
		workspaceMetrics,
	} = capabilities;
	begun.defer(() => runFiles.close());
	begun.defer(() => datastores.close());
	begun.defer(() => setChunks.close());
	begun.defer(() => eventFiles.stop());

	// Doors.
	const app = createApp({
		logFile: join(dataFolder, 'server.log'),
		basePath: config.basePath ?? '',
		storageErrorOrNull: database.errorOrNull,
	});
	begun.defer(() => app.close());
	const { host, basePath = '', allowedHosts = [] } = config;
	const tls: TlsService = createTlsService({
		...{ app, dataFolder, host, port: config.tlsPort, basePath, allowedHosts, onError },
		onChanged: (httpsUrl) => writeServerFile(dataFolder, { url, httpsUrl, ...about }),
	});
	serveCapabilities(app, capabilities, { database, hub, clock, allowedHosts, basePath: config.basePath, startedTime, tls });
	servePythonPackages(app, PYTHON_FOLDER, VERSION);
	await serveStudio(app, config.studioFolder ?? join(REPOSITORY, 'packages', 'studio', 'dist'), hub.mark, config.basePath);

	// What goes on by itself.
	const tokenFile = join(dataFolder, 'secrets', 'agent-token');
	const tokenRenewal = await keepAgentToken(access, tokenFile, onError);
	begun.defer(() => clearInterval(tokenRenewal));
	const leases = await keepLeases(database, clock, jobs.execution, onError);
	begun.defer(() => leases.stop());
	const tidying = startTidying(
		[
			runFiles.tidy,
			datastores.tidy,
			setChunks.tidy,
			snapshots.tidy,
			uploads.tidy,
			workspaceMetrics.collecting.tidy,
			alerts.delivering.tidy,
			registryWebhooks.delivering.tidy,
		],
		onError,
	);
	begun.defer(() => tidying.stop());
	eventFiles.start();
	const collection = startCollecting(workspaceMetrics.collecting, { hub, clock, onError });
	begun.defer(() => collection.stop());

	const about = { pid: process.pid, startedTime, version: VERSION };

	const url = await listen(app, config);
	await tls.start();
	begun.defer(() => tls.stop());
	writeServerFile(dataFolder, { url, httpsUrl: tls.url(), ...about });
	begun.defer(() => removeServerFile(dataFolder));

	// Once for all the servers on a database. What they send names this server's address: it is known now.
	const lead = async (): Promise<() => Promise<void>> => {
		await using led = new AsyncDisposableStack();
		const alerting = await startAlerting(alerts, { engine: database.engine, hub, clock, onError });
		led.defer(() => alerting.stop());
		led.defer(registryWebhooks.delivering.start({ hub, onError }));
		led.defer(await diagnostics.start());
		led.defer(hub.watch(diagnostics.wake));
		const running = led.move();
		return () => running.disposeAsync();
	};
	const leading = await startLeading(database, lead, onError);
	begun.defer(() => leading.stop());

	// Engines: they find the server through its file.
	const home = { python, packageFolder: PYTHON_FOLDER, dataFolder, serverFile: serverFileOf(dataFolder), tokenFile };
	const hasLocalWork = async (): Promise<boolean> => (await jobs.unended(LOCAL_TARGET, 1)).length > 0;
	const localAgent = createLocalAgent({
		home,
		hasWork: hasLocalWork,
		onUnavailable: (reason) => void jobs.explainQueue(LOCAL_TARGET, reason).catch(onError),
	});
	const clusterNodes: ClusterNodes = createClusterNodes({ home, compute, clock, onError });
	begun.defer(() => clusterNodes.stop());
	begun.defer(() => localAgent.stop());
	await localAgent.ensureIfNeeded();

	const activeJobs = (): Promise<{ runId: string; displayName: string }[]> => jobs.unended(null, ACTIVE_JOBS_MAX);
	const endJobs = () => endActiveJobs(activeJobs, (runId) => runs.cancel(runId, 'stop', 'The server was stopped together with its jobs.'));
	return { url, tls, activeJobs, endJobs };
}

/** Listens, and says at which address. */
async function listen(app: FastifyInstance, { host, port, basePath = '' }: ServerConfig): Promise<string> {
	await app.listen({ host, port });
	const address = app.server.address() as AddressInfo;
	return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}${basePath}`;
}

/** Writes the token of this machine's agents, and a fresh one each day, long before the last has expired. */
async function keepAgentToken(access: AccessService, tokenFile: string, onError: (error: unknown) => void): Promise<NodeJS.Timeout> {
	const renew = async (): Promise<void> => {
		const { token } = await access.makeToken({
			subject: 'local agent',
			permissions: AGENT_TOKEN_PERMISSIONS,
			workspaceId: null,
			runId: null,
			expiresInSeconds: AGENT_TOKEN_SECONDS,
		});
		writeFileSync(tokenFile, token, { mode: 0o600 });
	};
	await renew();
	return setInterval(() => void renew().catch(onError), AGENT_TOKEN_RENEWAL_MS);
}

/** Where the query engine reads what happened, with connections of its own. */
function engineDatabase({ database }: ServerConfig, dataFolder: string): EngineDatabase {
	return database === undefined ? { engine: 'sqlite', file: join(dataFolder, 'runstead.db') } : { engine: 'postgres', url: database };
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
