/** Who holds a job: one agent, or of a job on several nodes an agent a part. Each lease has a fence, and is renewed or expires. */
import { isTerminal, type RunError, RunsteadError } from '@runstead/contract';
import type { Kysely } from 'kysely';
import type { Tables } from '../../storage/tables.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { AgentLease } from '../run-files/service.ts';
import { LEASE_EXPIRED } from '../runs/leases.ts';
import type { RunRecord, RunService } from '../runs/service.ts';
import { type PartRecord, partOf, partsOf, updatePart } from './part-store.ts';
import * as store from './store.ts';

/** An agent renews well within this time; what is not renewed is not responding. */
export const LEASE_SECONDS = 30;

export interface Held {
	readonly run: RunRecord;
	readonly job: store.JobRecord;
	/** Of a job on several nodes, what the agent has of it. */
	readonly part: PartRecord | null;
}

/** What an agent holds of a job. @throws {RunsteadError} stale-fence. */
export async function heldIn(db: Kysely<Tables>, run: RunRecord, { agent, fence }: AgentLease): Promise<Held> {
	const job = await store.jobOfRun(db, run.key);
	if (!job) throw new RunsteadError('not-found', { noun: 'job', given: run.id });
	const part = job.node_count > 1 ? await partOf(db, run.key, agent) : undefined;
	const holder = job.node_count > 1 ? part : job.agent === agent ? job : undefined;
	if (holder?.fence === fence) return { run, job, part: part ?? null };
	// One that waits again has the number that its next lease will have.
	const current = holder?.fence ?? (job.state === 'queued' ? job.fence + 1 : job.fence);
	throw new RunsteadError('stale-fence', { run: run.id, current, given: fence });
}

/** A run whose agent was lost speaks again: what was concluded from its silence was wrong. */
export async function revive(runs: RunService, unit: UnitOfWork, run: RunRecord, agent: string): Promise<RunRecord> {
	const lostLease = run.status === 'Failed' && run.error !== null && (JSON.parse(run.error) as RunError).code === LEASE_EXPIRED;
	const reason = 'Its agent is heard again.';
	if (lostLease) return runs.changeStatusIn(unit, run, { to: 'Running', actor: agent, reason, reopen: true });
	if (run.status !== 'NotResponding') return run;
	return runs.changeStatusIn(unit, run, { to: run.start_time === null ? 'Preparing' : 'Running', actor: agent, reason });
}

/**
 * An agent is heard: its lease has its whole length again, and so has the run's. The run of several nodes lives as long as the
 * lease of each of them. The run as it is then.
 */
export async function hear(runs: RunService, unit: UnitOfWork, { run, part }: Held, agent: string): Promise<RunRecord> {
	let expiry = unit.now + LEASE_SECONDS * 1_000_000;
	if (part) {
		await updatePart(unit.db, part, { lease_expiry_time: expiry });
		for (const other of await partsOf(unit.db, run.key))
			if (other.rank !== part.rank && other.state !== 'ended') expiry = Math.min(expiry, other.lease_expiry_time);
	}
	// Another node of it is still silent.
	if (expiry <= unit.now) return run;
	const alive = await revive(runs, unit, run, agent);
	if (!isTerminal(alive.status)) await runs.renewLeaseIn(unit, alive, LEASE_SECONDS, expiry);
	return alive;
}
