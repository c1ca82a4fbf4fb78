/** A node is lost with the jobs that it had: they wait for another one where they may, else they fail and say why. */
import { isTerminal, type JobDefinition, NODE_LOSS_DEFAULTS, type NodeLossPolicy } from '@runstead/contract';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { RunRecord, RunService } from '../runs/service.ts';
import { deleteParts, partsOf } from './part-store.ts';
import * as store from './store.ts';

export interface LostNode {
	/** Its id, which is that of its agent. */
	readonly node: string;
	/** Why it is lost, as a sentence. */
	readonly reason: string;
	/** Who says so. */
	readonly actor: string;
	/** It was taken away: its jobs are queued again whatever they say, as often as that happens. */
	readonly preempted?: boolean;
}

export interface NodeLossOptions {
	readonly runs: RunService;
	/** Ends the runs that the lost process had logged, in the caller's transaction. */
	readonly endRunsWithin: (unit: UnitOfWork, run: RunRecord, actor: string) => Promise<void>;
	/** A node has nothing more of a job, in the caller's transaction. */
	readonly onFreed: (unit: UnitOfWork, agent: string) => Promise<void>;
	/** Told after the commit that a target has work. */
	readonly onQueued: (target: string) => void;
	/** Told after the commit that those who hold a lease of the job should ask about it. */
	readonly onTakenBack: (run: RunRecord) => void;
	/** Told after the commit that nothing more will be written by the job. */
	readonly onEnded: (run: RunRecord) => void;
}

export function createNodeLoss({ runs, endRunsWithin, onFreed, onQueued, onTakenBack, onEnded }: NodeLossOptions) {
	const requeue = async (unit: UnitOfWork, run: RunRecord, job: store.JobRecord, lost: LostNode): Promise<void> => {
		const policy = policyOf(job);
		const counted = lost.preempted !== true;
		const requeues = job.requeues + (counted ? 1 : 0);
		const again = counted ? `queued again, time ${requeues} of ${policy.requeuesMax}` : 'queued again';
		const reason = `${lost.reason} Attempt ${job.fence} is lost; the job is ${again}.`;
		await store.updateJob(unit.db, run.key, { state: 'queued', agent: null, requeues });
		for (const agent of await holdersOf(unit, job)) await onFreed(unit, agent);
		await deleteParts(unit.db, run.key);
		const waiting = await runs.changeStatusIn(unit, await runs.dropLeaseIn(unit, run), { to: 'Queued', actor: lost.actor, reason });
		await endRunsWithin(unit, waiting, lost.actor);
		unit.emit({
			workspaceKey: run.workspace_key,
			type: 'job.requeued',
			subject: run.id,
			actor: lost.actor,
			data: { node: lost.node, attempt: job.fence, requeues, preempted: !counted, reason },
		});
		unit.afterCommit(() => onQueued(job.target));
	};

	const finish = async (unit: UnitOfWork, run: RunRecord, job: store.JobRecord, lost: LostNode): Promise<void> => {
		await store.updateJob(unit.db, run.key, { state: 'ended', end_reason: job.end_reason ?? lost.reason });
		unit.afterCommit(() => onEnded(run));
		if (isTerminal(run.status)) return;
		const isCancelled = run.status === 'CancelRequested' || job.end_reason !== null;
		const ended = await runs.changeStatusIn(
			unit,
			run,
			isCancelled
				? { to: 'Canceled', actor: run.status_actor ?? lost.actor, reason: job.end_reason ?? run.status_reason }
				: { to: 'Failed', actor: lost.actor, reason: lost.reason, error: { code: 'NodeLost', message: lost.reason } },
		);
		await endRunsWithin(unit, ended, lost.actor);
	};

	/** What becomes of one job whose node is lost, in the caller's transaction. */
	const loseIn = async (unit: UnitOfWork, run: RunRecord, job: store.JobRecord, lost: LostNode): Promise<void> => {
		const wanted = !isTerminal(run.status) && run.status !== 'CancelRequested' && job.end_reason === null;
		if (wanted && mayBeQueuedAgain(job, lost)) await requeue(unit, run, job, lost);
		else await finish(unit, run, job, lost);
		unit.afterCommit(() => onTakenBack(run));
	};

	return {
		loseIn,

		/** What becomes of every job that a lost node had, in the caller's transaction; the ids of their runs. */
		async loseNodeIn(unit: UnitOfWork, lost: LostNode): Promise<string[]> {
			const ids: string[] = [];
			for (const job of await store.heldBy(unit.db, lost.node)) {
				const run = await runs.byKeyIn(unit, job.run_key);
				await loseIn(unit, run, job, lost);
				ids.push(run.id);
			}
			return ids;
		},
	};
}

async function holdersOf(unit: UnitOfWork, job: store.JobRecord): Promise<string[]> {
	return job.agent === null ? (await partsOf(unit.db, job.run_key)).map(({ agent }) => agent) : [job.agent];
}

export function policyOf(job: store.JobRecord): Required<NodeLossPolicy> {
	return { ...NODE_LOSS_DEFAULTS, ...(JSON.parse(job.definition) as JobDefinition).nodeLoss };
}

export function mayBeQueuedAgain(job: store.JobRecord, { preempted = false }: Pick<LostNode, 'preempted'>): boolean {
	const { action, requeuesMax } = policyOf(job);
	return preempted || (action === 'requeue' && job.requeues < requeuesMax);
}
