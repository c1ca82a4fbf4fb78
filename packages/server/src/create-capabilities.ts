/** Every capability, each after those whose service it uses. What an earlier one tells a later one is passed as a function. */
import { join } from 'node:path';
import { createAccessService } from './capabilities/access/service.ts';
import { type ComputeService, createComputeService } from './capabilities/compute/service.ts';
import { createDatastoreService } from './capabilities/datastores/service.ts';
import { createEnvironmentService } from './capabilities/environments/service.ts';
import { createExperimentService } from './capabilities/experiments/service.ts';
import { createJobService, type JobService } from './capabilities/jobs/service.ts';
import { createMetricService } from './capabilities/metrics/service.ts';
import { createQuotaService } from './capabilities/quotas/service.ts';
import { createRunFileService } from './capabilities/run-files/service.ts';
import { createRunService, type RunHolder, type RunRecord } from './capabilities/runs/service.ts';
import { createSearchService } from './capabilities/search/service.ts';
import { createSnapshotService } from './capabilities/snapshots/service.ts';
import { createSupportService } from './capabilities/support/service.ts';
import { createSystemService } from './capabilities/system/service.ts';
import { createViewService } from './capabilities/views/service.ts';
import { createWorkspaceService } from './capabilities/workspaces/service.ts';
import type { LiveHub } from './live/hub.ts';
import type { Blobs } from './storage/blobs.ts';
import type { Database } from './storage/database.ts';
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
	/** What went wrong where nobody waits for an answer. */
	readonly onError: (error: unknown) => void;
}

export type Capabilities = Awaited<ReturnType<typeof createCapabilities>>;

export async function createCapabilities({ database, blobs, dataFolder, clock, hub, python, engines, onError }: CapabilityOptions) {
	const workspaces = await createWorkspaceService(database, (unit, workspace, actor) => experiments.furnish(unit, workspace, actor));
	const experiments = createExperimentService(database, workspaces);
	const access = createAccessService({
		keyFile: join(dataFolder, 'secrets', 'signing-key'),
		tenantId: workspaces.subscriptionId,
		database,
		clock,
	});
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
		checkLease: (db, run, lease) => jobs.checkLease(db, run, lease),
		metricBytes: metrics.bytes,
	});
	const datastores = createDatastoreService({ database, blobs });
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
		onEnded: (run) =>
			void runFiles
				.sealAll(run)
				.catch((error: unknown) => onError(new Error(`The logs of the ended run ${run.id} could not be sealed.`, { cause: error }))),
	});
	const holders: readonly RunHolder[] = [metrics.holder, runFiles.holder];
	const support = createSupportService({ runs, jobs, compute, runFiles, workspaces, present: search.run, version: VERSION });
	const system = createSystemService({ database, dataFolder, python, version: VERSION, inspectContents: runFiles.inspect });
	const views = createViewService({ database, workspaces, experiments });
	return {
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
	};
}
