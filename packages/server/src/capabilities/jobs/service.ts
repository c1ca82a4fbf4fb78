/** Jobs: runs with something to execute. The server decides, agents act; a fencing number keeps a late agent from changing anything. */
import {
	type Job,
	type JobDefinition,
	LOCAL_TARGET,
	localTargetOf,
	type ResubmitJob,
	RunsteadError,
	type SubmitJob,
	secretsOf,
} from '@runstead/contract';
import type { Kysely } from 'kysely';
import { toWireTime } from '../../http/time.ts';
import { createWaitingRoom } from '../../live/waiting-room.ts';
import type { Database } from '../../storage/database.ts';
import type { Tables } from '../../storage/tables.ts';
import type { Clock } from '../../storage/unit-of-work.ts';
import { type AccessService, JOINED_TOKEN_PERMISSIONS } from '../access/service.ts';
import type { ComputeService } from '../compute/service.ts';
import type { EnvironmentService } from '../environments/service.ts';
import { checkUncovered } from '../environments/specification.ts';
import type { ExperimentRecord, ExperimentService } from '../experiments/service.ts';
import type { AgentLease } from '../run-files/service.ts';
import type { RunRecord, RunService } from '../runs/service.ts';
import type { SnapshotService } from '../snapshots/service.ts';
import type { WorkspaceRecord, WorkspaceService } from '../workspaces/service.ts';
import { checkDefinition, checkNodes, inEnvironment, paramsOfArguments, propertiesOfEnvironment } from './definition.ts';
import { createDrafts } from './drafts.ts';
import { createExecution } from './execution.ts';
import { createGangs } from './gangs.ts';
import { heldIn } from './holding.ts';
import { createJobEvents } from './job-events.ts';
import { createLeasing } from './leasing.ts';
import { createNodeLoss } from './node-loss.ts';
import { partsOf } from './part-store.ts';
import { presentJob } from './presented-job.ts';
import { createQueue } from './queue.ts';
import { createReports } from './reports.ts';
import { resubmissionOf } from './resubmission.ts';
import * as store from './store.ts';

const ORIGIN = 'native';
/** Each submission gives the agent of its machine a new token. */
const MACHINE_TOKEN_SECONDS = 30 * 86_400;
const DEFAULT_CANCEL_GRACE_SECONDS = 10;

export type JobService = ReturnType<typeof createJobService>;

export interface JobServiceOptions {
	readonly database: Database;
	readonly workspaces: WorkspaceService;
	readonly experiments: ExperimentService;
	readonly runs: RunService;
	readonly snapshots: SnapshotService;
	readonly access: AccessService;
	readonly compute: ComputeService;
	readonly clock: Clock;
	readonly environments: EnvironmentService;
	/** Which certificate authorities jobs are to trust, by a name that changes with them; null: the usual ones. */
	readonly authoritiesOrNull: () => string | null;
	/** Told after the commit that a compute target has work. */
	readonly onQueued: (target: string) => void;
	/** Told after the commit that nothing more will be written by the job. */
	readonly onEnded: (run: RunRecord) => void;
}

export function createJobService(options: JobServiceOptions) {
	const { database, workspaces, experiments, runs, snapshots, compute, environments, onQueued, onEnded } = options;
	const queued = createWaitingRoom();
	const ending = createWaitingRoom();
	const callTarget = (target: string): void => {
		queued.call(target);
		onQueued(target);
	};
	const reports = createReports({ database, runs, compute, queued, ending, onEnded });
	const nodeLoss = createNodeLoss({
		runs,
		endRunsWithin: reports.endRunsWithin,
		onFreed: compute.becameIdleIn,
		onQueued: callTarget,
		onTakenBack: (run) => ending.call(run.id),
		onEnded,
	});
	const gangs = createGangs({
		runs,
		compute,
		async onPartLost(unit, runKey, part) {
			const run = await runs.byKeyIn(unit, runKey);
			const job = (await store.jobOfRun(unit.db, runKey)) as store.JobRecord;
			const reason = `Node ${part.agent} (rank ${part.rank}) has lost what it had of the job.`;
			await nodeLoss.loseIn(unit, run, job, { node: part.agent, reason, actor: part.agent });
		},
		onGiven: (target) => queued.call(target),
	});
	const drafts = createDrafts({ database, runs, origin: ORIGIN });
	const leasing = createLeasing({ ...options, gangs, queued, ending, meeting: createWaitingRoom() });
	const queue = createQueue(options);
	const events = createJobEvents(experiments);
	const execution = createExecution({
		nodeLoss,
		events,
		onEndRequested: (run) => ending.call(run.id),
		onQueueChanged: (target) => queued.call(target),
	});

	return {
		execution,
		draft: drafts.draft,
		draftOf: drafts.submissionOf,
		...queue,
		...leasing,
		report: reports.report,

		/** Refuses an agent that no longer holds the job of a run. @throws {RunsteadError} not-found, stale-fence. */
		async checkLease(db: Kysely<Tables>, run: RunRecord, lease: AgentLease): Promise<void> {
			await heldIn(db, run, lease);
		},

		/** A node is lost with what it had, in the caller's transaction; the ids of the runs that it had. */
		loseNodeIn: nodeLoss.loseNodeIn,

		/** @throws {RunsteadError} not-found. */
		async get(runId: string): Promise<Job> {
			const run = await runs.find(runId);
			const job = await store.jobOfRun(database.read, run.key);
			if (!job) throw new RunsteadError('not-found', { noun: 'job', given: runId });
			return presentJob(run, job, await partsOf(database.read, run.key));
		},

		/** @throws {RunsteadError} invalid-request, not-found for the target, the snapshot or the parent. */
		async submit(experiment: ExperimentRecord, job: SubmitJob, actor: string): Promise<string> {
			const { definition, parentId, machine, ...fields } = job;
			const workspace = await workspaces.byKey(experiment.workspace_key);
			const targetName = definition.target ?? LOCAL_TARGET;
			const cluster = targetName === LOCAL_TARGET ? null : await compute.find(workspace, targetName);
			const target = cluster?.id ?? localTargetOf(machine);
			const snapshot = definition.snapshotId === undefined ? null : await snapshots.get(workspace, definition.snapshotId);
			checkDefinition(definition, snapshot?.files ?? null);
			const nodeCount = definition.nodeCount ?? 1;
			checkNodes(definition, cluster && nodeCount > 1 ? await compute.nodesMaxOf(cluster) : 1);
			const environment = definition.environment && (await environments.resolve(workspace, definition.environment));
			const whole: JobDefinition = {
				...(environment ? inEnvironment(definition, environment) : definition),
				target: targetName,
				cancelGraceSeconds: definition.cancelGraceSeconds ?? DEFAULT_CANCEL_GRACE_SECONDS,
			};
			checkUncovered(whole.environmentVariables ?? {});
			return database.write(async (unit) => {
				const parent = parentId === undefined ? undefined : await runs.find(parentId, unit.db);
				const properties = {
					...fields.properties,
					...(snapshot && { ContentSnapshotId: snapshot.id }),
					...(environment && propertiesOfEnvironment(environment)),
				};
				const begun = await runs.createIn(
					unit,
					experiment,
					{ ...fields, properties, parent, type: 'script', target: targetName, status: 'Queued', origin: ORIGIN, snapshotId: snapshot?.id },
					actor,
				);
				// A client that repeats its request finds the job that it made.
				if (await store.jobOfRun(unit.db, begun.key)) return begun.id;
				const run = await drafts.takeUpIn(unit, begun, { snapshotId: snapshot?.id, properties }, actor);
				const made: store.JobRecord = {
					run_key: run.key,
					experiment_key: experiment.key,
					priority: definition.priority ?? 0,
					target,
					definition: JSON.stringify(whole),
					agent: null,
					fence: 0,
					state: 'queued',
					end_reason: null,
					exit_code: null,
					signal: null,
					requeues: 0,
					node_count: nodeCount,
					failed_rank: null,
				};
				await store.insertJob(unit.db, made);
				await events.submittedIn(unit, run, made, actor);
				await runs.changeAttributesIn(unit, run, { params: paramsOfArguments(definition.arguments ?? []) });
				unit.afterCommit(() => callTarget(target));
				return run.id;
			});
		},

		/** Lets an agent run what is submitted as local on another machine; its token touches nothing else. */
		async registerMachine(
			workspace: WorkspaceRecord,
			id: string,
			subject: string,
		): Promise<{ target: string; token: string; expiryTime: string }> {
			const target = localTargetOf(id);
			const { token, expiryTimeMicros } = await options.access.makeToken({
				subject,
				permissions: JOINED_TOKEN_PERMISSIONS,
				workspaceId: workspace.id,
				runId: null,
				target,
				expiresInSeconds: MACHINE_TOKEN_SECONDS,
			});
			return { target, token, expiryTime: toWireTime(expiryTimeMicros) };
		},

		/** What must not stand in anything that is handed on of the job of a run; nothing for a run without one. */
		async secrets(runId: string): Promise<string[]> {
			const job = await store.jobOfRun(database.read, (await runs.find(runId)).key);
			return job ? secretsOf(JSON.parse(job.definition) as JobDefinition) : [];
		},

		/** What to submit for the job of a run once more, and in which experiment. @throws {RunsteadError} not-found. */
		async resubmission(runId: string, change: ResubmitJob): Promise<{ experiment: ExperimentRecord; job: SubmitJob }> {
			const run = await runs.find(runId);
			const job = await store.jobOfRun(database.read, run.key);
			if (!job) throw new RunsteadError('not-found', { noun: 'job', given: runId });
			const definition = JSON.parse(job.definition) as JobDefinition;
			return { experiment: await experiments.byKey(run.experiment_key), job: resubmissionOf(run, definition, change) };
		},
	};
}
