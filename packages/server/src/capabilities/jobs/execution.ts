/** What runs know of the jobs that execute them: how to end one, and what becomes of one whose agents are silent. */
import { isLocal } from '@runstead/contract';
import type { RunExecution, RunRecord } from '../runs/service.ts';
import { LEASE_SECONDS } from './holding.ts';
import type { JobEvents } from './job-events.ts';
import { type createNodeLoss, mayBeQueuedAgain, policyOf } from './node-loss.ts';
import { partsOf, restartPartLeases } from './part-store.ts';
import * as store from './store.ts';

const LOSS_ACTOR = 'lease keeper';

export interface ExecutionOptions {
	readonly nodeLoss: ReturnType<typeof createNodeLoss>;
	readonly events: JobEvents;
	/** Told after the commit that the processes of a run are to be ended. */
	readonly onEndRequested: (run: RunRecord) => void;
	/** Told after the commit that a job of a target waits no longer: what stands behind it may go. */
	readonly onQueueChanged: (target: string) => void;
}

export function createExecution({ nodeLoss, events, onEndRequested, onQueueChanged }: ExecutionOptions): RunExecution {
	return {
		async end(unit, run, reason) {
			const job = await store.jobOfRunIn(unit, run.key);
			if (!job || job.state === 'ended') return 'none';
			if (job.state === 'queued') {
				await store.updateJob(unit.db, run.key, { state: 'ended', end_reason: reason });
				if (job.node_count > 1) unit.afterCommit(() => onQueueChanged(job.target));
				return 'ended';
			}
			await store.updateJob(unit.db, run.key, { end_reason: reason });
			unit.afterCommit(() => onEndRequested(run));
			return 'asked';
		},

		async silenceOrNull(unit, run) {
			const job = await store.jobOfRunIn(unit, run.key);
			if (job?.state !== 'leased') return null;
			const silent = (await partsOf(unit.db, run.key)).filter((part) => part.state !== 'ended' && part.lease_expiry_time <= unit.now);
			const nodes = silent.map(({ agent, rank }) => `node ${agent} (rank ${rank})`);
			if (job.agent !== null && !isLocal(job.target)) nodes.push(`node ${job.agent}`);
			return { who: nodes.join(' and ') || 'it', secondsMax: policyOf(job).afterSeconds };
		},

		async lost(unit, run, reason) {
			const job = await store.jobOfRunIn(unit, run.key);
			// One that fails stays with its agent: what was concluded from its silence may turn out to be wrong.
			if (job?.state !== 'leased' || !mayBeQueuedAgain(job, {})) return false;
			const silent = (await partsOf(unit.db, run.key)).find((part) => part.lease_expiry_time <= unit.now);
			await nodeLoss.loseIn(unit, run, job, { node: job.agent ?? silent?.agent ?? '', reason, actor: LOSS_ACTOR });
			return true;
		},

		executesIn: store.isJobOfRunIn,

		statusChangedIn: events.statusChangedIn,

		restartLeasesIn: (unit) => restartPartLeases(unit, LEASE_SECONDS),
	};
}
