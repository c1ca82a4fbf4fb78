/** The nodes of clusters on this machine: each an agent process, made and ended as its cluster's queue asks. */
import type { ChildProcess } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterPlan, ClusterRecord, ComputeService } from '../capabilities/compute/service.ts';
import type { Clock } from '../storage/unit-of-work.ts';
import { type AgentHome, NODE_IN_USE_EXIT_CODE, retireAgentOf, startAgent, stopAgent } from './agent-process.ts';
import { createNodeShares } from './node-shares.ts';

/** Idle times run out without anybody's doing: clusters are looked at this often, and at once when something changes. */
const LOOK_INTERVAL_MS = 1_000;
/** An agent that ends within this time after its start will do so again. */
const UNUSABLE_WITHIN_MS = 5_000;
const RESTARTS_MAX = 3;
/** An agent that is asked to let go has done so by then. */
const RETIREMENT_MS = 500;

export interface ClusterNodes {
	/** Looks at the clusters soon. */
	look(): void;
	stop(): Promise<void>;
}

interface OwnNode {
	readonly process: ChildProcess;
	readonly startedMs: number;
	readonly restarts: number;
}

export function createClusterNodes({
	home,
	compute,
	clock,
	onError,
}: {
	home: AgentHome;
	compute: ComputeService;
	clock: Clock;
	onError: (error: unknown) => void;
}): ClusterNodes {
	const own = new Map<string, OwnNode>();
	const shares = createNodeShares();
	let looking: Promise<void> | null = null;
	let again = false;
	let stopped = false;

	const folderOf = (cluster: ClusterRecord, node: string): string => join(home.dataFolder, 'nodes', cluster.id, node);

	const start = (cluster: ClusterRecord, nodeId: string, restarts: number): void => {
		shares.give(cluster, nodeId, folderOf(cluster, nodeId));
		const child = startAgent(home, {
			nodeFolder: folderOf(cluster, nodeId),
			target: cluster.id,
			idleExitSeconds: 0,
			jobsMax: 1,
			agentId: nodeId,
		});
		own.set(nodeId, { process: child, startedMs: performance.now(), restarts });
		const ended = (reason: string): void => {
			const node = own.get(nodeId);
			if (stopped || node?.process !== child) return;
			own.delete(nodeId);
			const short = performance.now() - node.startedMs < UNUSABLE_WITHIN_MS;
			// An agent that was killed is started again and takes over what it had; one that cannot live is not tried for ever.
			if (short && restarts >= RESTARTS_MAX) void compute.nodeBecame(nodeId, 'unusable', reason).catch(onError);
			else start(cluster, nodeId, short ? restarts + 1 : 0);
		};
		child.once('error', (error) => {
			own.delete(nodeId);
			if (!stopped)
				void compute.nodeBecame(nodeId, 'unusable', `Its agent cannot be started with ${home.python}: ${error.message}.`).catch(onError);
		});
		child.once('exit', (code, signal) => {
			const inUse = code === NODE_IN_USE_EXIT_CODE;
			if (inUse && !stopped) retireAgentOf(folderOf(cluster, nodeId));
			const reason = `Its agent ended ${RESTARTS_MAX + 1} times at once (${signal ?? `exit code ${code}`}); see agent.log in ${folderOf(cluster, nodeId)}.`;
			setTimeout(() => ended(reason), inUse ? RETIREMENT_MS : 0).unref();
		});
	};

	const end = async (cluster: ClusterRecord, nodeId: string, reason: string): Promise<void> => {
		const node = own.get(nodeId);
		own.delete(nodeId);
		shares.takeBack(nodeId);
		if (node) await stopAgent(node.process);
		await compute.nodeBecame(nodeId, 'gone', reason);
		await rm(folderOf(cluster, nodeId), { recursive: true, force: true });
	};

	/** The agent of a node that was taken away ends what it had, then it is not needed any more. */
	const tidyAway = async (cluster: ClusterRecord, nodeId: string): Promise<void> => {
		const jobs = await readdir(join(folderOf(cluster, nodeId), 'jobs')).catch(() => []);
		const node = own.get(nodeId);
		if (jobs.length > 0 && !node) start(cluster, nodeId, 0);
		if (jobs.length > 0 || !node) return;
		own.delete(nodeId);
		shares.takeBack(nodeId);
		await stopAgent(node.process);
	};

	const tend = async ({ cluster, nodes, add, remove, silent, busy, isOver }: ClusterPlan): Promise<void> => {
		if (add > 0) await compute.makeRoom(cluster, add);
		for (const node of add > 0 ? await compute.allocate(cluster, add) : []) start(cluster, node.id, 0);
		for (const { id, to, reason } of silent) await compute.nodeBecame(id, to, reason);
		for (const node of nodes) {
			const surplus = remove.includes(node.id);
			const reason = node.state_reason ?? (cluster.deleting === 1 ? 'Its cluster was deleted.' : 'It was idle for its time.');
			// Those that joined come and go by themselves, unless their cluster is deleted.
			if (node.joined === 1 && !surplus) continue;
			if (surplus && node.state === 'idle') await compute.nodeBecame(node.id, 'leaving', reason);
			if (surplus || (node.state === 'leaving' && !busy.has(node.id))) await end(cluster, node.id, reason);
			else if (node.state === 'preempted') await tidyAway(cluster, node.id);
			else if (own.has(node.id)) shares.give(cluster, node.id, folderOf(cluster, node.id));
			// The server was started anew: its nodes go on.
			else if (node.state !== 'unusable' && node.state !== 'leaving') start(cluster, node.id, 0);
		}
		if (isOver) await compute.forget(cluster);
	};

	const lookOnce = async (): Promise<void> => {
		for (const plan of await compute.plan(clock())) if (!stopped) await tend(plan);
	};

	const look = (): void => {
		if (stopped) return;
		again = true;
		looking ??= (async () => {
			while (again && !stopped) {
				again = false;
				await lookOnce().catch(onError);
			}
		})().finally(() => {
			looking = null;
		});
	};

	const timer = setInterval(look, LOOK_INTERVAL_MS);
	timer.unref();
	look();
	return {
		look,
		async stop() {
			stopped = true;
			clearInterval(timer);
			await looking;
			await Promise.all([...own.values()].map((node) => stopAgent(node.process)));
		},
	};
}
