/** Every capability, each after those whose service it uses. What an earlier one tells a later one is passed as a function. */
import { join } from 'node:path';
import { createAccessService } from './capabilities/access/service.ts';
import type { MailSettings } from './capabilities/alerts/mailer.ts';
import { createAlertService } from './capabilities/alerts/service.ts';
import { type ComputeService, createComputeService } from './capabilities/compute/service.ts';
import { createDatasetService } from './capabilities/datasets/service.ts';
import { createDatastoreService } from './capabilities/datastores/service.ts';
import { createDiagnosticService } from './capabilities/diagnostics/service.ts';
import { createEnvironmentService } from './capabilities/environments/service.ts';
import { createEvaluationDatasetService } from './capabilities/evaluation-datasets/service.ts';
import { createEventFileService, type EventFileService } from './capabilities/event-files/service.ts';
import { createExperimentService } from './capabilities/experiments/service.ts';
import { createImportMarkService } from './capabilities/import-marks/service.ts';
import { createJobService, type JobService } from './capabilities/jobs/service.ts';
import { resourceIdOf } from './capabilities/log-records/log-record.ts';
import { createLogRecordService } from './capabilities/log-records/service.ts';
import { createLoggedModelService } from './capabilities/logged-models/service.ts';
import { createMetricService } from './capabilities/metrics/service.ts';
import { createModelService } from './capabilities/models/service.ts';
import { createQueryService } from './capabilities/query/service.ts';
import { createQuotaService } from './capabilities/quotas/service.ts';
import { createRegisteredDatasetService } from './capabilities/registered-datasets/service.ts';
import { createRegistryWebhookService, tellRegistryWebhooks } from './capabilities/registry-webhooks/service.ts';
import { createRunFileService } from './capabilities/run-files/service.ts';
import { createRunService, type RunHolder, type RunRecord } from './capabilities/runs/service.ts';
import { createSearchService } from './capabilities/search/service.ts';
import { createSnapshotService } from './capabilities/snapshots/service.ts';
import { createSupportService } from './capabilities/support/service.ts';
import { type Check, createSystemService } from './capabilities/system/service.ts';
import { createTraceService } from './capabilities/traces/service.ts';
import { createUploadService } from './capabilities/uploads/service.ts';
import { createViewService } from './capabilities/views/service.ts';
import { createWorkspaceMetricService, type WorkspaceMetricService } from './capabilities/workspace-metrics/service.ts';
import { createWorkspaceService } from './capabilities/workspaces/service.ts';
import type { QueryEngine } from './engines/query-engine/query-engine.ts';
import type { LiveHub } from './live/hub.ts';
import { openAnnouncedContent } from './storage/announced-content.ts';
import type { Blobs } from './storage/blobs.ts';
import type { Database } from './storage/database.ts';
import { createFileSets } from './storage/file-sets.ts';
import { strangeKeys } from './storage/known-keys.ts';
import { createSecretBox } from './storage/secret-box.ts';
import type { Clock } from './storage/unit-of-work.ts';
import { VERSION } from './version.ts';

export interface CapabilityOptions {
	readonly database: Database;
	readonly blobs: Blobs;
	readonly dataFolder: string;
	readonly clock: Clock;
	readonly hub: LiveHub;
	/** Python that runs jobs on this machine. */
	readonly python: string;
	/** Those who run jobs are told of work. */
	readonly engines: { readonly onQueued: (target: string) => void; readonly onClustersChanged: () => void };
	/** Null: there is no mail server. */
	readonly mail: MailSettings | null;
	/** Where the studio is, for links in what is sent. */
	readonly studioUrl: () => string;
	readonly queryEngine: QueryEngine;
	/** What went wrong where nobody waits for an answer. */
	readonly onError: (error: unknown) => void;
	/** Where the server listens beside http, for the doctor. */
	readonly listeners: () => Check[];
	/** Which certificate authorities jobs are to trust. */
	readonly authoritiesOrNull: () => string | null;
}

export type Capabilities = Awaited<ReturnType<typeof createCapabilities>>;

export async function createCapabilities({
	database,
	blobs,
	dataFolder,
	clock,
	hub,
	python,
	engines,
	mail,
	studioUrl,
	queryEngine,
	onError,
	listeners,
	authoritiesOrNull,
}: CapabilityOptions) {
	const workspaces = await createWorkspaceService(database, async (unit, workspace, actor) => {
		await experiments.furnish(unit, workspace, actor);
		await diagnostics.furnishIn(unit, workspace, actor);
	});
	const experiments = createExperimentService(database, workspaces, (unit, experiment, lifecycle, actor) =>
		runs.moveAllIn(unit, experiment, lifecycle, actor),
	);
	const access = createAccessService({
		keyFile: join(dataFolder, 'secrets', 'signing-key'),
		tenantId: workspaces.subscriptionId,
		database,
		clock,
	});
	const search = createSearchService(database, clock);
	const runs = createRunService({ database, experiments, execution: () => jobs.execution, holders: () => holders });
	const identity = (run: RunRecord) => ({ id: run.id, workspaceKey: run.workspace_key });
	const metrics = createMetricService({
		database,
		runs,
		search,
		onGrown: (run, names, pointCount) => {
			hub.metricsGrew(identity(run), names);
			workspaceMetrics.collecting.noteGrown(run, names, pointCount);
			queryEngine.noteGrown(run.key);
		},
	});
	const runFiles = await createRunFileService({
		database,
		blobs,
		dataFolder,
		runs,
		onLogGrown: (run, log) => {
			hub.logGrew(identity(run), log);
			eventFiles.noteGrown(run.id, log.path);
		},
		onWritten: (run, path) => eventFiles.noteGrown(run.id, path),
		checkLease: (db, run, lease) => jobs.checkLease(db, run, lease),
		metricBytes: metrics.bytes,
	});
	const eventFiles: EventFileService = createEventFileService({ database, runs, search, metrics, runFiles, onError });
	const datastores = await createDatastoreService({ database, blobs, dataFolder });
	const setChunks = await openAnnouncedContent(database, blobs, join(dataFolder, 'set-uploads'));
	const fileSets = createFileSets(database, blobs, setChunks);
	const uploads = createUploadService({ fileSets, clock });
	const models = createModelService({ database, experiments, runs, runFiles, datastores, fileSets, onChange: tellRegistryWebhooks });
	const datasets = createDatasetService({ database, runs });
	const registeredDatasets = createRegisteredDatasetService({ database });
	const loggedModels = createLoggedModelService({ database, experiments, runs, fileSets });
	const evaluationDatasets = createEvaluationDatasetService({ database, experiments });
	const traces = createTraceService({ database, experiments, fileSets });
	const snapshots = createSnapshotService({ database, blobs });
	const quotas = createQuotaService({
		database,
		countNodes: (db) => compute.countNodes(db),
		onChanged: engines.onClustersChanged,
	});
	const compute: ComputeService = createComputeService({
		database,
		quotas,
		workspaces,
		demandOf: (target) => jobs.demandOf(target),
		loseNodeIn: (unit, lost) => jobs.loseNodeIn(unit, lost),
		wake: (target) => jobs.wake(target),
		cancelRunsOn: (target, actor, reason) => jobs.cancelAllOn(target, actor, reason),
		onChanged: engines.onClustersChanged,
	});
	const environments = createEnvironmentService({ database });
	const jobs: JobService = createJobService({
		compute,
		clock,
		database,
		environments,
		workspaces,
		experiments,
		runs,
		snapshots,
		access,
		onQueued: engines.onQueued,
		authoritiesOrNull,
		onEnded: (run) =>
			void runFiles
				.sealAll(run)
				.catch((error: unknown) => onError(new Error(`The logs of the ended run ${run.id} could not be sealed.`, { cause: error }))),
	});
	const holders: readonly RunHolder[] = [metrics.holder, runFiles.holder];
	const support = createSupportService({ runs, jobs, compute, runFiles, workspaces, present: search.run, version: VERSION });
	const system = createSystemService({
		database,
		dataFolder,
		python,
		version: VERSION,
		listeners,
		inspectContents: runFiles.inspect,
		strangeKeys: () => strangeKeys(database, dataFolder),
	});
	const views = createViewService({ database, workspaces, experiments });
	const importMarks = createImportMarkService({ database });
	const queries = createQueryService({ engine: queryEngine, clock });
	const logRecords = createLogRecordService({
		db: database.read,
		workspaceByKey: workspaces.identity,
	});
	const workspaceMetrics: WorkspaceMetricService = createWorkspaceMetricService({
		database,
		clock,
		runs,
		experiments,
		workspaces,
		quotas,
		compute,
		jobs,
		metrics,
		runFiles,
	});
	const secrets = createSecretBox(join(dataFolder, 'secrets', 'sealing-key'));
	const registryWebhooks = createRegistryWebhookService({ database, clock, secrets });
	const diagnostics = createDiagnosticService({
		database,
		clock,
		dataFolder,
		secrets,
		recordsOf: (events) => logRecords.recordsOf(events),
		resourceIdOf: async (key) => resourceIdOf(await workspaces.identity(key)).toUpperCase(),
		metricsOf: async (key, from, to) => workspaceMetrics.records(await workspaces.byKey(key), from, to),
		onError,
	});
	const alerts = createAlertService({
		database,
		clock,
		workspaces,
		experiments,
		runs,
		metrics,
		runFiles,
		workspaceMetrics,
		queries,
		secrets,
		mail,
		studioUrl,
	});
	return {
		access,
		compute,
		datasets,
		registeredDatasets,
		registryWebhooks,
		datastores,
		setChunks,
		diagnostics,
		environments,
		evaluationDatasets,
		eventFiles,
		experiments,
		importMarks,
		jobs,
		logRecords,
		queries,
		loggedModels,
		metrics,
		models,
		quotas,
		runFiles,
		runs,
		search,
		snapshots,
		support,
		system,
		traces,
		uploads,
		views,
		alerts,
		workspaceMetrics,
		workspaces,
	};
}
