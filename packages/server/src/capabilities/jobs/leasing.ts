/** How agents come to jobs: they take what is next, renew what they have, and the nodes of one job meet before it starts. */
import { isLocal, isTerminal, type JobDefinition, type JobLease, type JobNode, type NodeOffer, secretsOf } from '@runstead/contract';
import { toWireTime } from '../../http/time.ts';
import type { WaitingRoom } from '../../live/waiting-room.ts';
import type { Database } from '../../storage/database.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import { type AccessService, RUN_TOKEN_PERMISSIONS } from '../access/service.ts';
import type { ComputeService } from '../compute/service.ts';
import type { ExperimentService } from '../experiments/service.ts';
import type { AgentLease } from '../run-files/service.ts';
import type { RunRecord, RunService } from '../runs/service.ts';
import type { WorkspaceService } from '../workspaces/service.ts';
import type { Gangs } from './gangs.ts';
import { hear, heldIn, LEASE_SECONDS } from './holding.ts';
import { type PartRecord, partsOf, updatePart } from './part-store.ts';
import * as store from './store.ts';

/** A run's token outlives any job that a laptop is asked to do; the agent gives a new one with each attempt. */
const RUN_TOKEN_SECONDS = 30 * 86_400;

export interface LeaseRequest {
	readonly agent: string;
	readonly target: string;
	/** Where other nodes reach the agent's. */
	readonly address: string;
	readonly waitMs: number;
	/** Runs that the agent has at hand. */
	readonly holding: readonly string[];
}

/** What an agent that asks for a job gets. */
interface Leased {
	readonly job: JobLease | null;
	/** What a joined node that gets none is to do. */
	readonly ask?: 'introduce' | 'leave' | null;
}

export type MetNode = JobNode & NodeOffer;

export interface LeasingOptions {
	readonly database: Database;
	readonly workspaces: WorkspaceService;
	readonly experiments: ExperimentService;
	readonly runs: RunService;
	readonly access: AccessService;
	readonly compute: ComputeService;
	readonly gangs: Gangs;
	/** Which certificate authorities jobs are to trust. */
	readonly authoritiesOrNull: () => string | null;
	/** Called by target when there is work, and by run when it is to be ended or when its nodes have met. */
	readonly queued: WaitingRoom;
	readonly ending: WaitingRoom;
	readonly meeting: WaitingRoom;
}

interface Taken {
	readonly run: RunRecord;
	readonly job: store.JobRecord;
	readonly part: PartRecord | null;
}

export function createLeasing(options: LeasingOptions) {
	const { database, workspaces, experiments, runs, access, compute, gangs, queued, ending, meeting, authoritiesOrNull } = options;

	const leaseOf = async ({ run, job, part }: Taken, { agent, address }: LeaseRequest): Promise<JobLease> => {
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
		const definition = JSON.parse(job.definition) as JobDefinition;
		const fence = part?.fence ?? job.fence;
		return {
			runId: run.id,
			fence,
			attempt: fence,
			leaseSeconds: LEASE_SECONDS,
			workspaceId: workspace.id,
			workspaceName: workspace.name,
			subscriptionId: workspaces.subscriptionId,
			resourceGroup: workspace.resource_group,
			experimentId: experiment.id,
			experimentName: experiment.name,
			rootId: lineage.at(-1) as string,
			parentId: lineage[1] ?? null,
			definition,
			secrets: secretsOf(definition),
			rank: part?.rank ?? 0,
			nodes: part ? (await partsOf(database.read, run.key)).map(nodeOf) : [{ rank: 0, node: agent, address }],
			runToken: token,
			runTokenExpiryTime: toWireTime(expiryTimeMicros),
			authorities: authoritiesOrNull(),
		};
	};

	/** A job on one node begins, or begins again. */
	const takeIn = async (unit: UnitOfWork, next: store.JobRecord, agent: string): Promise<Taken> => {
		const run = await runs.byKeyIn(unit, next.run_key);
		const change = { state: 'leased' as const, agent, fence: next.fence + 1 };
		await store.updateJob(unit.db, run.key, change);
		await runs.renewLeaseIn(unit, run, LEASE_SECONDS);
		if (next.state === 'queued' && !isLocal(next.target)) await compute.becameBusyIn(unit, agent, run.id);
		const leased = { ...run, lease_seconds: LEASE_SECONDS };
		const preparing =
			run.status === 'Queued'
				? await runs.changeStatusIn(unit, leased, { to: 'Preparing', actor: agent, reason: `Taken by ${agent}.` })
				: run;
		return { run: preparing, job: { ...next, ...change }, part: null };
	};

	const takePartIn = async (unit: UnitOfWork, part: PartRecord): Promise<Taken> => ({
		run: await runs.byKeyIn(unit, part.run_key),
		job: (await store.jobOfRun(unit.db, part.run_key)) as store.JobRecord,
		part,
	});

	/** Gives the next job to an agent: first what was given to it before and got lost, then that whose turn it is. */
	const takeNext = ({ agent, target, holding }: LeaseRequest): Promise<Taken | null> =>
		database.write(async (unit) => {
			const lost = (await store.leasedTo(unit.db, target, agent)).find((job) => !holding.includes(job.run_id));
			if (lost) return takeIn(unit, lost, agent);
			if (!isLocal(target)) {
				const given = await gangs.findGivenIn(unit, target, agent, holding);
				if (given) return takePartIn(unit, given);
				if (!(await compute.mayTakeIn(unit, target, agent))) return null;
			}
			const next = await store.nextQueued(unit.db, target, gangs.gatheringOn(target));
			if (!next) return null;
			if (next.node_count > 1) {
				const part = await gangs.startIn(unit, next, target, agent);
				return part && takePartIn(unit, part);
			}
			gangs.goes(target, agent);
			return takeIn(unit, next, agent);
		});

	return {
		/** The next job of a target; waits for one if there is none, and gives null when the time is over. */
		async lease(request: LeaseRequest, gone: AbortSignal): Promise<Leased> {
			const { agent, target, address, waitMs } = request;
			const deadline = performance.now() + waitMs;
			try {
				for (;;) {
					// Whoever waits is listening before it looks: a job that comes in between is not missed.
					const called = queued.wait(target, Math.max(0, deadline - performance.now()), gone);
					if (!isLocal(target) && waitMs > 0) gangs.comes(target, agent, address);
					const taken = gone.aborted ? null : await takeNext(request);
					if (taken) return { job: await leaseOf(taken, request) };
					const ask = isLocal(target) ? null : await compute.askOf(agent);
					if (ask === 'leave' || !(await called)) {
						if (gone.aborted) compute.hungUp(agent);
						return { job: null, ask };
					}
				}
			} finally {
				gangs.goes(target, agent);
			}
		},

		/** Agents that wait for jobs of a target ask anew. */
		wake: (target: string): void => queued.call(target),

		/** Renews the lease, then holds the answer until the job is to be ended or the time is over. */
		async renew(
			runId: string,
			lease: AgentLease,
			waitMs: number,
			gone: AbortSignal,
		): Promise<{ leaseSeconds: number; end: boolean; reason: string | null }> {
			const called = ending.wait(runId, waitMs, gone);
			const renewIn = async (unit: UnitOfWork): Promise<string | null> => {
				const held = await heldIn(unit.db, await runs.find(runId, unit.db), lease);
				const { job, part } = held;
				compute.heard(lease.agent);
				if (job.state === 'ended' || part?.state === 'ended') return job.end_reason ?? 'It has ended.';
				const alive = await hear(runs, unit, held, lease.agent);
				return isTerminal(alive.status) ? (job.end_reason ?? 'The run has ended.') : job.end_reason;
			};
			let reason = await database.write(renewIn);
			if (reason === null && (await called)) reason = await database.write(renewIn);
			return { leaseSeconds: LEASE_SECONDS, end: reason !== null, reason };
		},

		/** A node of a job is ready; what all of them offer, as soon as all are, or null when the time is over before. */
		async meet(runId: string, lease: AgentLease, offer: NodeOffer, waitMs: number, gone: AbortSignal): Promise<MetNode[] | null> {
			const met = meeting.wait(runId, waitMs, gone);
			const all = await database.write(async (unit) => {
				const { run, part } = await heldIn(unit.db, await runs.find(runId, unit.db), lease);
				if (!part) return [{ rank: 0, node: lease.agent, address: '127.0.0.1', ...offer }];
				const isNew = part.offer === null || part.state === 'leased';
				if (isNew) await updatePart(unit.db, part, { offer: JSON.stringify(offer), state: 'ready' });
				const nodes = metNodesOrNull(await partsOf(unit.db, run.key));
				if (nodes && isNew) unit.afterCommit(() => meeting.call(runId));
				return nodes;
			});
			if (all !== null || !(await met)) return all;
			const { run } = await heldIn(database.read, await runs.find(runId), lease);
			return metNodesOrNull(await partsOf(database.read, run.key));
		},
	};
}

function nodeOf({ rank, agent, address }: PartRecord): JobNode {
	return { rank, node: agent, address };
}

function metNodesOrNull(parts: readonly PartRecord[]): MetNode[] | null {
	if (parts.some(({ offer }) => offer === null)) return null;
	return parts.map((part) => ({ ...nodeOf(part), ...(JSON.parse(part.offer as string) as NodeOffer) }));
}
