/** Jobs: runs with something to execute. The server decides, agents act; a fencing number keeps a late agent from changing anything. */
import {
	isTerminal,
	type JobDefinition,
	type JobLease,
	type JobPhase,
	type QueueEntry,
	type QueueWait,
	type ResubmitJob,
	type RunError,
	type RunStatus,
	RunsteadError,
	type SubmitJob,
} from '@runstead/contract';
import type { Kysely } from 'kysely';
import { fromWireTime, toWireTime, toWireTimeOrNull } from '../../http/time.ts';
import { createWaitingRoom } from '../../live/waiting-room.ts';
import type { Database } from '../../storage/database.ts';
import type { Tables } from '../../storage/tables.ts';
import type { Clock, UnitOfWork } from '../../storage/unit-of-work.ts';
import { type AccessService, RUN_TOKEN_PERMISSIONS } from '../access/service.ts';
import type { ComputeService, Demand } from '../compute/service.ts';
import type { EnvironmentService } from '../environments/service.ts';
import type { ExperimentRecord, ExperimentService } from '../experiments/service.ts';
import type { AgentLease } from '../run-files/service.ts';
import { LEASE_EXPIRED } from '../runs/leases.ts';
import type { RunExecution, RunRecord, RunService } from '../runs/service.ts';
import type { SnapshotService } from '../snapshots/service.ts';
import type { WorkspaceRecord, WorkspaceService } from '../workspaces/service.ts';
import { checkDefinition, inEnvironment, paramsOfArguments, propertiesOfEnvironment } from './definition.ts';
import { createNodeLoss, mayBeQueuedAgain, policyOf } from './node-loss.ts';
import { outcomeOf } from './outcome.ts';
import { resubmissionOf } from './resubmission.ts';
import * as store from './store.ts';
import { inTurn, reasonToWait } from './turns.ts';

/** An agent renews well within this time; what is not renewed is not responding. */
const LEASE_SECONDS = 30;
/** A run's token outlives any job that a laptop is asked to do; the agent gives a new one with each attempt. */
const RUN_TOKEN_SECONDS = 30 * 86_400;

const ORIGIN = 'native';
const STATUS_OF_PHASE = { preparing: 'Preparing', running: 'Running', finalizing: 'Finalizing' } as const;
const PASSED_AGAIN: ReadonlyMap<RunStatus, readonly RunStatus[]> = new Map([
	['Running', ['Preparing']],
	['Finalizing', ['Preparing', 'Running']],
]);
const LOSS_ACTOR = 'lease keeper';
const LOCAL_TARGET = 'local';
const DEFAULT_CANCEL_GRACE_SECONDS = 10;
/** Jobs that are looked up together when all of a target are cancelled. */
const CANCELLED_AT_ONCE = 1_000;

export interface JobReport {
	readonly agent: string;
	readonly fence: number;
	readonly phase: JobPhase;
	readonly time: string;
	readonly exitCode?: number | null;
	readonly signal?: number | null;
	readonly timedOut?: boolean;
	readonly error?: string;
}

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
	/** Told after the commit that a compute target has work. */
	readonly onQueued: (target: string) => void;
	/** Told after the commit that nothing more will be written by the job. */
	readonly onEnded: (run: RunRecord) => void;
}

export function createJobService({
	database,
	workspaces,
	experiments,
	runs,
	snapshots,
	access,
	compute,
	clock,
	environments,
	onQueued,
	onEnded,
}: JobServiceOptions) {
	const queued = createWaitingRoom();
	const ending = createWaitingRoom();

	/** @throws {RunsteadError} stale-fence. */
	const checkHolds = (run: RunRecord, job: store.JobRecord, { agent, fence }: AgentLease): void => {
		if (job.fence === fence && job.agent === agent) return;
		// One that waits again has the number that its next lease will have.
		throw new RunsteadError('stale-fence', { run: run.id, current: job.agent === null ? job.fence + 1 : job.fence, given: fence });
	};

	/** The leased job, if the agent still holds it. @throws {RunsteadError} not-found, stale-fence. */
	const held = async (unit: UnitOfWork, runId: string, agent: string, fence: number): Promise<{ run: RunRecord; job: store.JobRecord }> => {
		const run = await runs.find(runId, unit.db);
		const job = await store.jobOfRun(unit.db, run.key);
		if (!job) throw new RunsteadError('not-found', { noun: 'job', given: runId });
		checkHolds(run, job, { agent, fence });
		return { run, job };
	};

	const leaseOf = async (run: RunRecord, job: store.JobRecord): Promise<JobLease> => {
		const workspace = await workspaces.byKey(run.workspace_key);
		const experiment = await experiments.byKey(run.experiment_key);
		const lineage = await runs.lineageIds(run);
		const { token, expiryTimeMicros } = await access.makeToken({
			subject: run.submitted_by,
			permissions: RUN_TOKEN_PERMISSIONS,
			workspaceId: workspace.id,
			runId: run.id,
			expiresInSeconds: RUN_TOKEN_SECONDS,
		});
		return {
			runId: run.id,
			fence: job.fence,
			attempt: job.fence,
			leaseSeconds: LEASE_SECONDS,
			workspaceId: workspace.id,
			workspaceName: workspace.name,
			subscriptionId: workspaces.subscriptionId,
			resourceGroup: workspace.resource_group,
			experimentId: experiment.id,
			experimentName: experiment.name,
			rootId: lineage.at(-1) as string,
			parentId: lineage[1] ?? null,
			definition: JSON.parse(job.definition) as JobDefinition,
			runToken: token,
			runTokenExpiryTime: toWireTime(expiryTimeMicros),
		};
	};

	/** Gives the next job to an agent: first one that was given to it before and got lost, then the one that waits longest. */
	const takeNext = (agent: string, target: string, holding: readonly string[]): Promise<{ run: RunRecord; job: store.JobRecord } | null> =>
		database.write(async (unit) => {
			const lost = (await store.leasedTo(unit.db, target, agent)).find((job) => !holding.includes(job.run_id));
			const mayTake = lost !== undefined || target === LOCAL_TARGET || (await compute.mayTakeIn(unit, target, agent));
			const next = lost ?? (mayTake ? await store.nextQueued(unit.db, target) : undefined);
			if (!next) return null;
			const run = await runs.byKeyIn(unit, next.run_key);
			const change = { state: 'leased' as const, agent, fence: next.fence + 1 };
			await store.updateJob(unit.db, run.key, change);
			await runs.renewLeaseIn(unit, run, LEASE_SECONDS);
			const preparing =
				run.status === 'Queued'
					? await runs.changeStatusIn(
							unit,
							{ ...run, lease_seconds: LEASE_SECONDS },
							{ to: 'Preparing', actor: agent, reason: `Taken by ${agent}.` },
						)
					: run;
			return { run: preparing, job: { ...next, ...change } };
		});

	/** A run whose agent was lost speaks again: what was concluded from its silence was wrong. */
	const revive = async (unit: UnitOfWork, run: RunRecord, agent: string): Promise<RunRecord> => {
		const lostLease = run.status === 'Failed' && run.error !== null && (JSON.parse(run.error) as RunError).code === LEASE_EXPIRED;
		if (lostLease)
			return runs.changeStatusIn(unit, run, { to: 'Running', actor: agent, reason: 'Its agent is heard again.', reopen: true });
		if (run.status === 'NotResponding')
			return runs.changeStatusIn(unit, run, {
				to: run.start_time === null ? 'Preparing' : 'Running',
				actor: agent,
				reason: 'Its agent is heard again.',
			});
		return run;
	};

	/** Runs that were logged by the process of a job, and are still open when it is gone, end as it did. */
	const endRunsWithin = async (unit: UnitOfWork, run: RunRecord, actor: string): Promise<void> => {
		const elsewhere = new Set<number>();
		for (const child of await runs.descendantsIn(unit, run)) {
			if ((child.parent_key !== null && elsewhere.has(child.parent_key)) || (await store.jobOfRun(unit.db, child.key)))
				elsewhere.add(child.key);
			else if (!isTerminal(child.status)) {
				const to = run.status === 'Completed' || run.status === 'Canceled' ? run.status : 'Failed';
				await runs.changeStatusIn(unit, child, { to, actor, reason: `The process of run ${run.id}, which logged it, has ended.` });
			}
		}
	};

	const end = async (unit: UnitOfWork, run: RunRecord, job: store.JobRecord, report: JobReport): Promise<RunRecord> => {
		const { agent, exitCode = null, signal = null, timedOut = false, error = null } = report;
		await store.updateJob(unit.db, run.key, { state: 'ended', exit_code: exitCode, signal });
		if (job.target !== LOCAL_TARGET) {
			await compute.becameIdleIn(unit, agent);
			// Where runs at once are limited, another node may take one now.
			unit.afterCommit(() => queued.call(job.target));
		}
		unit.afterCommit(() => onEnded(run));
		const outcome = outcomeOf(run, { exitCode, signal, timedOut, error }, job.end_reason);
		// A run that somebody has marked as failed stays so, whatever its process says in the end.
		const actor = outcome.to === 'Canceled' ? (run.status_actor ?? agent) : agent;
		const ended = isTerminal(run.status)
			? run
			: await runs.changeStatusIn(unit, run, { ...outcome, actor, time: fromWireTime(report.time, 'time') });
		await endRunsWithin(unit, ended, agent);
		return ended;
	};

	const nodeLoss = createNodeLoss({
		runs,
		endRunsWithin,
		onQueued: (target) => {
			queued.call(target);
			onQueued(target);
		},
		onTakenBack: (run) => ending.call(run.id),
		onEnded,
	});

	const execution: RunExecution = {
		async end(unit, run, reason) {
			const job = await store.jobOfRun(unit.db, run.key);
			if (!job || job.state === 'ended') return 'none';
			if (job.state === 'queued') {
				await store.updateJob(unit.db, run.key, { state: 'ended', end_reason: reason });
				return 'ended';
			}
			await store.updateJob(unit.db, run.key, { end_reason: reason });
			unit.afterCommit(() => ending.call(run.id));
			return 'asked';
		},

		async quietSecondsOrNull(unit, run) {
			const job = await store.jobOfRun(unit.db, run.key);
			return job?.state === 'leased' ? policyOf(job).afterSeconds : null;
		},

		async lost(unit, run, reason) {
			const job = await store.jobOfRun(unit.db, run.key);
			// One that fails stays with its agent: what was concluded from its silence may turn out to be wrong.
			if (job?.state !== 'leased' || !mayBeQueuedAgain(job, {})) return false;
			await nodeLoss.loseIn(unit, run, job, { node: job.agent ?? '', reason, actor: LOSS_ACTOR });
			return true;
		},
	};

	return {
		execution,

		/** Refuses an agent that no longer holds the job of a run. @throws {RunsteadError} not-found, stale-fence. */
		async checkLease(db: Kysely<Tables>, run: RunRecord, lease: AgentLease): Promise<void> {
			const job = await store.jobOfRun(db, run.key);
			if (!job) throw new RunsteadError('not-found', { noun: 'job', given: run.id });
			checkHolds(run, job, lease);
		},

		/** A node is lost with what it had, in the caller's transaction; the ids of the runs that it had. */
		loseNodeIn: nodeLoss.loseNodeIn,

		/** @throws {RunsteadError} invalid-request, not-found for the target, the snapshot or the parent. */
		async submit(experiment: ExperimentRecord, job: SubmitJob, actor: string): Promise<string> {
			const { definition, parentId, ...fields } = job;
			const workspace = await workspaces.byKey(experiment.workspace_key);
			const targetName = definition.target ?? LOCAL_TARGET;
			const target = targetName === LOCAL_TARGET ? LOCAL_TARGET : (await compute.find(workspace, targetName)).id;
			const snapshot = definition.snapshotId === undefined ? null : await snapshots.get(workspace, definition.snapshotId);
			checkDefinition(definition, snapshot?.files ?? null);
			const environment = definition.environment && (await environments.resolve(workspace, definition.environment));
			const whole: JobDefinition = {
				...(environment ? inEnvironment(definition, environment) : definition),
				target: targetName,
				cancelGraceSeconds: definition.cancelGraceSeconds ?? DEFAULT_CANCEL_GRACE_SECONDS,
			};
			return database.write(async (unit) => {
				const parent = parentId === undefined ? undefined : await runs.find(parentId, unit.db);
				const properties = {
					...fields.properties,
					...(snapshot && { ContentSnapshotId: snapshot.id }),
					...(environment && propertiesOfEnvironment(environment)),
				};
				const run = await runs.createIn(
					unit,
					experiment,
					{ ...fields, properties, parent, type: 'script', target: targetName, status: 'Queued', origin: ORIGIN, snapshotId: snapshot?.id },
					actor,
				);
				// A client that repeats its request finds the job that it made.
				if (await store.jobOfRun(unit.db, run.key)) return run.id;
				await store.insertJob(unit.db, {
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
					node_count: 1,
				});
				await runs.changeAttributesIn(unit, run, { params: paramsOfArguments(definition.arguments ?? []) });
				unit.afterCommit(() => {
					queued.call(target);
					onQueued(target);
				});
				return run.id;
			});
		},

		/** What to submit for the job of a run once more, and in which experiment. @throws {RunsteadError} not-found. */
		async resubmission(runId: string, change: ResubmitJob): Promise<{ experiment: ExperimentRecord; job: SubmitJob }> {
			const run = await runs.find(runId);
			const job = await store.jobOfRun(database.read, run.key);
			if (!job) throw new RunsteadError('not-found', { noun: 'job', given: runId });
			const definition = JSON.parse(job.definition) as JobDefinition;
			return { experiment: await experiments.byKey(run.experiment_key), job: resubmissionOf(run, definition, change) };
		},

		/** The next job of a target; waits for one if there is none, and gives null when the time is over. */
		async lease(agent: string, target: string, waitMs: number, holding: readonly string[], gone: AbortSignal): Promise<JobLease | null> {
			const deadline = performance.now() + waitMs;
			for (;;) {
				// Whoever waits is listening before it looks: a job that comes in between is not missed.
				const called = queued.wait(target, Math.max(0, deadline - performance.now()), gone);
				const taken = gone.aborted ? null : await takeNext(agent, target, holding);
				if (taken) return leaseOf(taken.run, taken.job);
				if (!(await called) || gone.aborted) return null;
			}
		},

		/** Renews the lease, then holds the answer until the job is to be ended or the time is over. */
		async renew(
			runId: string,
			agent: string,
			fence: number,
			waitMs: number,
			gone: AbortSignal,
		): Promise<{ leaseSeconds: number; end: boolean; reason: string | null }> {
			const called = ending.wait(runId, waitMs, gone);
			const renew = (): Promise<string | null> =>
				database.write(async (unit) => {
					const { run, job } = await held(unit, runId, agent, fence);
					if (job.state === 'ended') return job.end_reason ?? 'It has ended.';
					const alive = await revive(unit, run, agent);
					if (!isTerminal(alive.status)) await runs.renewLeaseIn(unit, alive, LEASE_SECONDS);
					return isTerminal(alive.status) ? (job.end_reason ?? 'The run has ended.') : job.end_reason;
				});
			let reason = await renew();
			if (reason === null && (await called)) reason = await renew();
			return { leaseSeconds: LEASE_SECONDS, end: reason !== null, reason };
		},

		/** Takes note of how a job goes; the same report again changes nothing. The status of the run then. */
		report: (runId: string, report: JobReport): Promise<string> =>
			database.write(async (unit) => {
				const { run: found, job } = await held(unit, runId, report.agent, report.fence);
				if (job.state === 'ended') return found.status;
				const run = await revive(unit, found, report.agent);
				if (report.phase === 'ended') return (await end(unit, run, job, report)).status;
				const to = STATUS_OF_PHASE[report.phase];
				if (isTerminal(run.status) || run.status === 'CancelRequested' || run.status === to) return run.status;
				// A further attempt, whose node lost what the one before had done, goes through it again.
				if (PASSED_AGAIN.get(run.status)?.includes(to)) return run.status;
				return (await runs.changeStatusIn(unit, run, { to, actor: report.agent, time: fromWireTime(report.time, 'time') })).status;
			}),

		/** Jobs that wait or run, of one target or (null) of all. */
		async unended(target: string | null, limit: number): Promise<{ runId: string; displayName: string; waiting: boolean }[]> {
			return (await store.unended(database.read, target, limit)).map((job) => ({
				runId: job.run_id,
				displayName: job.display_name,
				waiting: job.state === 'queued',
			}));
		},

		/** What a target is asked to do. */
		async demandOf(target: string): Promise<Demand> {
			const [waiting, leased] = await Promise.all([store.countQueued(database.read, target), store.leasedOn(database.read, target)]);
			return { queued: waiting, active: new Map(leased.map((job) => [job.run_id, job.agent ?? ''])) };
		},

		/** Runs that wait for a cluster in the order of their turns, each with why it waits. */
		async queue(workspace: WorkspaceRecord, clusterName: string, limit: number): Promise<{ waiting: number; queue: QueueEntry[] }> {
			const cluster = await compute.find(workspace, clusterName);
			const [waiting, jobs, active, leased, presented] = await Promise.all([
				store.countQueued(database.read, cluster.id),
				store.waitingJobs(database.read, cluster.id, limit),
				store.activePerExperiment(database.read, cluster.id),
				store.leasedOn(database.read, cluster.id),
				compute.present(cluster),
			]);
			const reason = reasonToWait(
				presented,
				leased.map((job) => job.run_id),
			);
			const queue = inTurn(jobs, active).map((job, index) => ({
				runId: job.run_id,
				displayName: job.display_name,
				experimentName: job.experiment_name,
				priority: job.priority,
				position: index + 1,
				reason,
			}));
			return { waiting, queue };
		},

		/** How long the latest runs of a cluster waited, oldest first. */
		async queueWaits(workspace: WorkspaceRecord, clusterName: string, limit: number): Promise<QueueWait[]> {
			const cluster = await compute.find(workspace, clusterName);
			const queuedRuns = await store.queuedRuns(database.heavyRead, cluster.id, limit);
			const now = clock();
			return queuedRuns.reverse().map(({ id, display_name, created_time, left_time }) => ({
				runId: id,
				displayName: display_name,
				queuedTime: toWireTime(created_time),
				leftTime: toWireTimeOrNull(left_time),
				waitMs: Math.max(0, ((left_time ?? now) - created_time) / 1_000),
			}));
		},

		/** Cancels what waits or runs on a target. */
		async cancelAllOn(target: string, actor: string, reason: string): Promise<void> {
			for (;;) {
				const jobs = await store.unended(database.read, target, CANCELLED_AT_ONCE);
				const open = jobs.filter((job) => job.end_requested === 0);
				if (open.length === 0) return;
				for (const job of open) await runs.cancel(job.run_id, actor, reason);
			}
		},

		/** Says on every waiting run of a target why it waits. */
		explainQueue: (target: string, reason: string): Promise<void> =>
			database.write(async (unit) => {
				await unit.execute(
					`update run set status_reason = ? where status = 'Queued' and key in (select run_key from job where target = ? and state = 'queued')`,
					[reason, target],
				);
			}),
	};
}
