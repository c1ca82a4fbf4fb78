/**
 * A job on several nodes gets all of them at once, or none. Nodes that have nothing to do wait for work with an open request; a job
 * that is first in line starts when enough of them wait. Until then it keeps its place and nobody behind it overtakes, so that
 * a large job is not starved by small ones; and since one job a target gathers at a time, no two wait for each other's nodes.
 */
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { ComputeService } from '../compute/service.ts';
import type { RunRecord, RunService } from '../runs/service.ts';
import { LEASE_SECONDS } from './holding.ts';
import { insertParts, type PartRecord, unendedParts, updatePart } from './part-store.ts';
import * as store from './store.ts';

export interface Gangs {
	/** A node asks for work. */
	comes(target: string, agent: string, address: string): void;
	/** It does so no longer. */
	goes(target: string, agent: string): void;
	/** The job that gathers its nodes: it stays first of those that are as urgent. */
	gatheringOn(target: string): number | null;
	/** Starts a job if enough nodes wait, in the caller's transaction; the part of the node that asks, or null. */
	startIn(unit: UnitOfWork, job: store.JobRecord, target: string, agent: string): Promise<PartRecord | null>;
	/** What a node was given of a job that started with another node's request, or what it lost on the way. */
	findGivenIn(unit: UnitOfWork, target: string, agent: string, holding: readonly string[]): Promise<PartRecord | null>;
}

export interface GangOptions {
	readonly runs: RunService;
	readonly compute: ComputeService;
	/** A node has lost its part of a job that has begun. */
	readonly onPartLost: (unit: UnitOfWork, runKey: number, part: PartRecord) => Promise<void>;
	/** Told after the commit that nodes were given something. */
	readonly onGiven: (target: string) => void;
}

export function createGangs({ runs, compute, onPartLost, onGiven }: GangOptions): Gangs {
	/** Of each target: where the nodes that wait are reached. */
	const waiting = new Map<string, Map<string, string>>();
	const gathering = new Map<string, number>();

	const choose = async (unit: UnitOfWork, target: string, agent: string, count: number): Promise<[string, string][]> => {
		const there = waiting.get(target) ?? new Map<string, string>();
		const chosen: [string, string][] = [[agent, there.get(agent) as string]];
		for (const [other, address] of there)
			if (chosen.length < count && other !== agent && (await compute.mayTakeIn(unit, target, other))) chosen.push([other, address]);
		return chosen;
	};

	const give = async (unit: UnitOfWork, run: RunRecord, job: store.JobRecord, nodes: [string, string][]): Promise<PartRecord[]> => {
		const fence = job.fence + 1;
		const lease_expiry_time = unit.now + LEASE_SECONDS * 1_000_000;
		const parts = nodes.map(([agent, address], rank): PartRecord => {
			const state = rank === 0 ? 'leased' : 'given';
			return { run_key: run.key, rank, agent, address, fence, state, lease_expiry_time, offer: null, outcome: null };
		});
		await store.updateJob(unit.db, run.key, { state: 'leased', agent: null, fence, failed_rank: null });
		await insertParts(unit.db, parts);
		for (const { agent } of parts) await compute.becameBusyIn(unit, agent, run.id);
		await runs.renewLeaseIn(unit, run, LEASE_SECONDS);
		const names = nodes.map(([agent]) => agent);
		const change = { to: 'Preparing', actor: names[0] as string, reason: `Taken by ${names.length} nodes: ${names.join(', ')}.` } as const;
		await runs.changeStatusIn(unit, { ...run, lease_seconds: LEASE_SECONDS }, change);
		return parts;
	};

	const goes = (target: string, agent: string): void => {
		waiting.get(target)?.delete(agent);
	};

	return {
		comes(target, agent, address) {
			waiting.set(target, (waiting.get(target) ?? new Map()).set(agent, address));
		},
		goes,
		gatheringOn: (target) => gathering.get(target) ?? null,

		async startIn(unit, job, target, agent) {
			const nodes = await choose(unit, target, agent, job.node_count);
			if (nodes.length < job.node_count) {
				gathering.set(target, job.run_key);
				return null;
			}
			gathering.delete(target);
			const [own] = await give(unit, await runs.byKeyIn(unit, job.run_key), job, nodes);
			// None of them takes anything else before it asks again.
			for (const [node] of nodes) goes(target, node);
			unit.afterCommit(() => onGiven(target));
			return own as PartRecord;
		},

		async findGivenIn(unit, target, agent, holding) {
			for (const part of await unendedParts(unit.db, target, agent)) {
				if (part.state === 'given') return updatePart(unit.db, part, { state: 'leased' });
				if (holding.includes(part.run_id)) continue;
				// The reply was lost, or the agent was killed before it kept it: it is given again, under a new fence.
				if (part.state === 'leased') {
					const job = (await store.jobOfRun(unit.db, part.run_key)) as store.JobRecord;
					await store.updateJob(unit.db, part.run_key, { fence: job.fence + 1 });
					return updatePart(unit.db, part, { fence: job.fence + 1 });
				}
				await onPartLost(unit, part.run_key, part);
			}
			return null;
		},
	};
}
