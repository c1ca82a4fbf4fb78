/** What waits for compute targets and what runs on them. */
import type { QueueEntry, QueueWait } from '@runstead/contract';
import { toWireTime, toWireTimeOrNull } from '../../http/time.ts';
import type { Database } from '../../storage/database.ts';
import type { Clock } from '../../storage/unit-of-work.ts';
import type { ComputeService, Demand } from '../compute/service.ts';
import type { RunService } from '../runs/service.ts';
import type { WorkspaceRecord } from '../workspaces/service.ts';
import { nodesWithParts } from './part-store.ts';
import * as store from './store.ts';
import { inTurn, reasonToWait } from './turns.ts';

/** Jobs that are looked up together when all of a target are cancelled. */
const CANCELLED_AT_ONCE = 1_000;

export interface QueueOptions {
	readonly database: Database;
	readonly runs: RunService;
	readonly compute: ComputeService;
	readonly clock: Clock;
}

export function createQueue({ database, runs, compute, clock }: QueueOptions) {
	/** The nodes that execute something of a target, with the run of each. */
	const busyOn = async (target: string): Promise<Map<string, string>> => {
		const [leased, parts] = await Promise.all([store.leasedOn(database.read, target), nodesWithParts(database.read, target)]);
		return new Map([...leased, ...parts].map(({ agent, run_id }) => [agent, run_id]));
	};

	return {
		/** Jobs that wait or run, of one target or (null) of all. */
		async unended(target: string | null, limit: number): Promise<{ runId: string; displayName: string; waiting: boolean }[]> {
			return (await store.unended(database.read, target, limit)).map((job) => ({
				runId: job.run_id,
				displayName: job.display_name,
				waiting: job.state === 'queued',
			}));
		},

		/** The compute target on which a run is executed; of one that another has logged, the target of that one. `lineage` begins with the run. */
		async targetOf(lineage: readonly string[]): Promise<string | null> {
			const targets = await store.targetsOf(database.read, lineage);
			return lineage.map((id) => targets.get(id)).find((target) => target !== undefined) ?? null;
		},

		/** What a target is asked to do. */
		async demandOf(target: string): Promise<Demand> {
			const [waiting, busy] = await Promise.all([store.countQueued(database.read, target), busyOn(target)]);
			return {
				queued: waiting.jobs,
				queuedNodes: waiting.nodes,
				widestQueued: waiting.widest,
				active: new Set(busy.values()),
				busy,
			};
		},

		/** Runs that wait for a cluster in the order of their turns, each with why it waits. */
		async queue(workspace: WorkspaceRecord, clusterName: string, limit: number): Promise<{ waiting: number; queue: QueueEntry[] }> {
			const cluster = await compute.find(workspace, clusterName);
			const [waiting, jobs, active, busy, presented] = await Promise.all([
				store.countQueued(database.read, cluster.id),
				store.waitingJobs(database.read, cluster.id, limit),
				store.activePerExperiment(database.read, cluster.id),
				busyOn(cluster.id),
				compute.present(cluster),
			]);
			const queue = inTurn(jobs, active).map((job, index) => ({
				runId: job.run_id,
				displayName: job.display_name,
				experimentName: job.experiment_name,
				priority: job.priority,
				position: index + 1,
				reason: reasonToWait(presented, busy, job.node_count),
			}));
			return { waiting: waiting.jobs, queue };
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
