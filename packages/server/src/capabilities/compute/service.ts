/** Compute: clusters and their nodes. What they execute is the jobs capability's; how nodes are made is an engine's. */
import { randomUUID } from 'node:crypto';
import { cpus } from 'node:os';
import {
	type Cluster,
	type ClusterEventData,
	LIMITS,
	NODE_STATES,
	type Node,
	type NodeState,
	RunsteadError,
	type Tags,
	type VmPriority,
	vmSizeOrNull,
} from '@runstead/contract';
import { decodeCursor, pageOf } from '../../http/cursor.ts';
import { toWireTime, toWireTimeOrNull } from '../../http/time.ts';
import type { Database } from '../../storage/database.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { WorkspaceRecord, WorkspaceService } from '../workspaces/service.ts';
import { decideScaling, type ScalingDecision } from './scaling.ts';
import * as store from './store.ts';

export type { ClusterRecord } from './store.ts';

export interface ClusterScale {
	readonly minNodes?: number;
	readonly maxNodes?: number;
	readonly idleSecondsBeforeScaleDown?: number;
	readonly maxConcurrentRuns?: number | null;
	readonly description?: string;
	readonly tags?: Tags;
}

export interface NewCluster extends ClusterScale {
	readonly name: string;
	readonly vmSize: string;
	readonly vmPriority?: VmPriority;
}

/** What a compute target is asked to do, as the jobs know it. */
export interface Demand {
	readonly queued: number;
	/** Runs that are executed, by the agent that has each. */
	readonly active: ReadonlyMap<string, string>;
}

/** What should become of a cluster now. */
export interface ClusterPlan {
	readonly cluster: store.ClusterRecord;
	readonly nodes: readonly store.NodeRecord[];
	/** Nodes to make. */
	readonly add: number;
	/** Nodes to let go, by id. */
	readonly remove: readonly string[];
	/** Nodes that execute something, by id. */
	readonly busy: ReadonlySet<string>;
	/** It was deleted, and nothing is left of it. */
	readonly isOver: boolean;
}

export type ComputeService = ReturnType<typeof createComputeService>;

export interface ComputeServiceOptions {
	readonly database: Database;
	readonly workspaces: WorkspaceService;
	/** Known after compute: jobs are sent to it. */
	readonly demandOf: (target: string) => Promise<Demand>;
	/** Cancels what waits or runs on a target. */
	readonly cancelRunsOn: (target: string, actor: string, reason: string) => Promise<void>;
	/** Told after the commit that something about a cluster is to be looked at. */
	readonly onChanged: () => void;
}

const DEFAULTS = { minNodes: 0, maxNodes: 1, idleSecondsBeforeScaleDown: 1_800 } as const;
const NAME = /^[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/;
const MICROS_PER_SECOND = 1_000_000;

export function createComputeService({ database, workspaces, demandOf, cancelRunsOn, onChanged }: ComputeServiceOptions) {
	/** @throws {RunsteadError} not-found. */
	const find = async (workspace: WorkspaceRecord, name: string, db = database.read): Promise<store.ClusterRecord> => {
		const cluster = await store.clusterByName(db, workspace.key, name.toLowerCase());
		if (!cluster) throw new RunsteadError('not-found', { noun: 'compute target', given: name });
		return cluster;
	};

	const present = async (cluster: store.ClusterRecord): Promise<Cluster> => {
		const [nodes, demand, workspace] = await Promise.all([
			store.nodesOf(database.read, cluster.key),
			demandOf(cluster.id),
			workspaces.byKey(cluster.workspace_key),
		]);
		const { target } = decide(cluster, nodes, demand, 0);
		const counts = Object.fromEntries(NODE_STATES.map((state) => [state, 0])) as Record<NodeState, number>;
		for (const node of nodes) counts[shownState(node, demand)]++;
		return {
			id: cluster.id,
			name: cluster.name,
			workspaceId: workspace.id,
			description: cluster.description,
			tags: JSON.parse(cluster.tags) as Tags,
			vmSize: cluster.vm_size,
			vmPriority: cluster.vm_priority,
			minNodes: cluster.min_nodes,
			maxNodes: cluster.max_nodes,
			idleSecondsBeforeScaleDown: cluster.idle_seconds,
			maxConcurrentRuns: cluster.max_concurrent_runs,
			createdTime: toWireTime(cluster.created_time),
			createdBy: cluster.created_by,
			modifiedTime: toWireTime(cluster.modified_time),
			allocationState: counts.preparing + counts.leaving > 0 ? 'resizing' : 'steady',
			currentNodes: nodes.length,
			targetNodes: target,
			nodeCounts: counts,
			queuedRuns: demand.queued,
			activeRuns: demand.active.size,
			note: noteOf(cluster),
		};
	};

	const presentNode = (cluster: store.ClusterRecord, node: store.NodeRecord, demand: Demand): Node => ({
		id: node.id,
		cluster: cluster.name,
		state: shownState(node, demand),
		stateReason: node.state_reason,
		cordoned: node.cordoned === 1,
		joined: node.joined === 1,
		runId: [...demand.active].find(([, agent]) => agent === node.id)?.[0] ?? null,
		allocatedTime: toWireTime(node.allocated_time),
		bootTime: toWireTimeOrNull(node.boot_time),
		idleSinceTime: toWireTimeOrNull(node.idle_since),
	});

	const changeNodeState = async (
		unit: UnitOfWork,
		node: store.NodeRecord,
		to: store.NodeRecord['state'],
		reason: string | null,
	): Promise<void> => {
		if (node.state === to) return;
		const cluster = await store.clusterByKey(unit.db, node.cluster_key);
		await store.updateNode(unit.db, node.key, {
			state: to,
			state_reason: reason,
			boot_time: to === 'idle' ? (node.boot_time ?? unit.now) : node.boot_time,
			idle_since: to === 'idle' ? unit.now : null,
		});
		if (cluster) emitNode(unit, cluster, node, to, reason);
		unit.afterCommit(onChanged);
	};

	const emitNode = (
		unit: UnitOfWork,
		cluster: store.ClusterRecord,
		node: store.NodeRecord,
		to: NodeState | 'gone',
		reason: string | null,
		from: NodeState | null = node.state,
	): void =>
		unit.emit({
			workspaceKey: cluster.workspace_key,
			type: 'node.changed',
			subject: node.id,
			actor: 'compute',
			data: { cluster: cluster.id, clusterName: cluster.name, from, to, reason },
		});

	return {
		find,
		present,

		/** The cluster of a job's target. */
		byId: (id: string) => store.clusterById(database.read, id),

		/** @throws {RunsteadError} invalid-name, already-exists, invalid-request for a size that there is not. */
		async create(workspace: WorkspaceRecord, fields: NewCluster, actor: string): Promise<Cluster> {
			const size = vmSizeOrNull(fields.vmSize);
			if (!size) throw new RunsteadError('not-found', { noun: 'VM size', given: `${fields.vmSize} (GET /api/v1/vm-sizes lists them)` });
			checkName(fields.name);
			const scale = scaleOf(fields, {
				min: DEFAULTS.minNodes,
				max: Math.max(DEFAULTS.maxNodes, fields.minNodes ?? 0),
				idle: DEFAULTS.idleSecondsBeforeScaleDown,
				concurrent: null,
			});
			const cluster = await database.write(async (unit) => {
				if (await store.clusterByName(unit.db, workspace.key, fields.name.toLowerCase()))
					throw new RunsteadError('already-exists', { noun: 'compute target', given: fields.name });
				const made = await store.insertCluster(unit.db, {
					id: randomUUID(),
					workspace_key: workspace.key,
					name: fields.name,
					folded_name: fields.name.toLowerCase(),
					vm_size: size.name,
					vm_priority: fields.vmPriority ?? 'dedicated',
					...scale,
					description: fields.description ?? '',
					tags: JSON.stringify(fields.tags ?? {}),
					created_time: unit.now,
					created_by: actor,
					modified_time: unit.now,
					deleting: 0,
				});
				emitCluster(unit, 'cluster.created', made, 0, made.min_nodes, actor);
				unit.afterCommit(onChanged);
				return made;
			});
			return present(cluster);
		},

		async list(workspace: WorkspaceRecord, limit: number, cursor?: string): Promise<{ clusters: Cluster[]; nextCursor: string | null }> {
			const [after] = cursor ? decodeCursor(cursor, ['text']) : [''];
			const page = pageOf(await store.clustersByName(database.read, workspace.key, after, limit + 1), limit, (last) => [last.folded_name]);
			return { clusters: await Promise.all(page.rows.map(present)), nextCursor: page.nextCursor };
		},

		async update(workspace: WorkspaceRecord, name: string, change: ClusterScale, actor: string): Promise<Cluster> {
			const cluster = await database.write(async (unit) => {
				const current = await find(workspace, name, unit.db);
				const scale = scaleOf(change, {
					min: current.min_nodes,
					max: current.max_nodes,
					idle: current.idle_seconds,
					concurrent: current.max_concurrent_runs,
				});
				const next = {
					...scale,
					description: change.description ?? current.description,
					tags: change.tags === undefined ? current.tags : JSON.stringify({ ...(JSON.parse(current.tags) as Tags), ...change.tags }),
					modified_time: unit.now,
				};
				await store.updateCluster(unit.db, current.key, next);
				const nodes = await store.nodesOf(unit.db, current.key);
				emitCluster(unit, 'cluster.changed', { ...current, ...next }, nodes.length, nodes.length, actor);
				unit.afterCommit(onChanged);
				return { ...current, ...next };
			});
			return present(cluster);
		},

		/** @throws {RunsteadError} cluster-has-runs unless they are to be cancelled. */
		async remove(workspace: WorkspaceRecord, name: string, cancelRuns: boolean, actor: string): Promise<void> {
			const cluster = await find(workspace, name);
			const { queued, active } = await demandOf(cluster.id);
			const count = queued + active.size;
			if (count > 0 && !cancelRuns) throw new RunsteadError('cluster-has-runs', { cluster: cluster.name, count });
			await database.write(async (unit) => {
				// Its name is free at once; its nodes and their last jobs are still to be ended, also by the next server.
				await store.updateCluster(unit.db, cluster.key, {
					deleting: 1,
					folded_name: `${cluster.folded_name}#${cluster.id}`,
					min_nodes: 0,
					max_nodes: 0,
				});
				emitCluster(unit, 'cluster.deleted', cluster, 0, 0, actor);
				unit.afterCommit(onChanged);
			});
			await cancelRunsOn(cluster.id, actor, `Its cluster ${cluster.name} is being deleted.`);
		},

		/** For the engine: a deleted cluster has no node and no job any more. */
		forget: (cluster: store.ClusterRecord): Promise<void> => database.write((unit) => store.deleteCluster(unit.db, cluster.key)),

		async nodes(workspace: WorkspaceRecord, name: string): Promise<Node[]> {
			const cluster = await find(workspace, name);
			const demand = await demandOf(cluster.id);
			return (await store.nodesOf(database.read, cluster.key)).map((node) => presentNode(cluster, node, demand));
		},

		/** Cordons or drains a node. @throws {RunsteadError} not-found. */
		async changeNode(
			workspace: WorkspaceRecord,
			name: string,
			nodeId: string,
			change: { cordoned?: boolean; drain?: boolean },
		): Promise<Node> {
			const cluster = await find(workspace, name);
			await database.write(async (unit) => {
				const node = await store.nodeById(unit.db, nodeId);
				if (!node || node.cluster_key !== cluster.key)
					throw new RunsteadError('not-found', { noun: 'node', given: `${nodeId} of ${cluster.name}` });
				const cordoned = change.drain === true || (change.cordoned ?? node.cordoned === 1);
				await store.updateNode(unit.db, node.key, { cordoned: cordoned ? 1 : 0 });
				if (change.drain) await changeNodeState(unit, node, 'leaving', 'It is being drained.');
				unit.afterCommit(onChanged);
			});
			const node = await store.nodeById(database.read, nodeId);
			return presentNode(cluster, node as store.NodeRecord, await demandOf(cluster.id));
		},

		/** Whether an agent may take jobs of a cluster; its first question makes its node ready, in the caller's transaction. */
		async mayTakeIn(unit: UnitOfWork, target: string, agent: string): Promise<boolean> {
			const cluster = await store.clusterById(unit.db, target);
			if (!cluster || cluster.deleting === 1) return false;
			const node = (await store.nodeById(unit.db, agent)) ?? (await joinIn(unit, cluster, agent));
			if (node.cluster_key !== cluster.key || node.cordoned === 1 || node.state === 'leaving') return false;
			if (node.state !== 'idle') await changeNodeState(unit, node, 'idle', null);
			if (cluster.max_concurrent_runs === null) return true;
			return (await demandOf(target)).active.size < cluster.max_concurrent_runs;
		},

		/** A node has ended a job: its idle time begins, in the caller's transaction. */
		async becameIdleIn(unit: UnitOfWork, agent: string): Promise<void> {
			const node = await store.nodeById(unit.db, agent);
			if (!node) return;
			await store.updateNode(unit.db, node.key, { idle_since: unit.now });
			unit.afterCommit(onChanged);
		},

		/** For the engine: every cluster with its nodes and what should become of them. */
		async plan(now: number): Promise<ClusterPlan[]> {
			const clusters = await store.allClusters(database.read);
			return Promise.all(
				clusters.map(async (cluster) => {
					const [nodes, demand] = await Promise.all([store.nodesOf(database.read, cluster.key), demandOf(cluster.id)]);
					const { add, remove } = decide(cluster, nodes, demand, now);
					return {
						cluster,
						nodes,
						add,
						remove,
						busy: new Set(demand.active.values()),
						isOver: cluster.deleting === 1 && nodes.length === 0 && demand.active.size === 0,
					};
				}),
			);
		},

		/** For the engine: nodes that are being made. */
		allocate: (cluster: store.ClusterRecord, count: number): Promise<store.NodeRecord[]> =>
			database.write(async (unit) => {
				const before = (await store.nodesOf(unit.db, cluster.key)).length;
				const made: store.NodeRecord[] = [];
				for (let index = 0; index < count; index++)
					made.push(await insertNodeIn(unit, cluster, `${cluster.name}-${randomUUID().slice(0, 8)}`, 'preparing', false));
				emitCluster(unit, 'cluster.resized', cluster, before, before + count, 'compute');
				return made;
			}),

		/** For the engine: a node changes its state, or is gone. */
		nodeBecame: (nodeId: string, to: store.NodeRecord['state'] | 'gone', reason: string | null): Promise<void> =>
			database.write(async (unit) => {
				const node = await store.nodeById(unit.db, nodeId);
				if (!node) return;
				if (to !== 'gone') return changeNodeState(unit, node, to, reason);
				const cluster = await store.clusterByKey(unit.db, node.cluster_key);
				await store.deleteNode(unit.db, node.key);
				if (cluster) emitNode(unit, cluster, node, 'gone', reason);
			}),
	};

	async function insertNodeIn(
		unit: UnitOfWork,
		cluster: store.ClusterRecord,
		id: string,
		state: store.NodeRecord['state'],
		joined: boolean,
	): Promise<store.NodeRecord> {
		const node = await store.insertNode(unit.db, {
			id,
			cluster_key: cluster.key,
			state,
			state_reason: null,
			cordoned: 0,
			joined: joined ? 1 : 0,
			allocated_time: unit.now,
			boot_time: state === 'idle' ? unit.now : null,
			idle_since: state === 'idle' ? unit.now : null,
		});
		emitNode(unit, cluster, node, state, null, null);
		return node;
	}

	/** An agent that nobody here has started comes from another machine. */
	function joinIn(unit: UnitOfWork, cluster: store.ClusterRecord, agent: string): Promise<store.NodeRecord> {
		return insertNodeIn(unit, cluster, agent, 'idle', true);
	}
}

function decide(cluster: store.ClusterRecord, nodes: readonly store.NodeRecord[], demand: Demand, now: number): ScalingDecision {
	const busyNodes = new Set(demand.active.values());
	if (cluster.deleting === 1) return { target: 0, add: 0, remove: nodes.filter(({ id }) => !busyNodes.has(id)).map(({ id }) => id) };
	return decideScaling({
		minNodes: cluster.min_nodes,
		maxNodes: cluster.max_nodes,
		idleMicros: cluster.idle_seconds * MICROS_PER_SECOND,
		maxConcurrentRuns: cluster.max_concurrent_runs,
		queuedRuns: demand.queued,
		busyNodes,
		nodes,
		now,
	});
}

function shownState(node: store.NodeRecord, demand: Demand): NodeState {
	return node.state === 'idle' && [...demand.active.values()].includes(node.id) ? 'running' : node.state;
}

function emitCluster(
	unit: UnitOfWork,
	type: 'cluster.created' | 'cluster.changed' | 'cluster.resized' | 'cluster.deleted',
	cluster: store.ClusterRecord,
	currentNodes: number,
	targetNodes: number,
	actor: string,
): void {
	const data: ClusterEventData = {
		name: cluster.name,
		vmSize: cluster.vm_size,
		vmPriority: cluster.vm_priority,
		minNodes: cluster.min_nodes,
		maxNodes: cluster.max_nodes,
		currentNodes,
		targetNodes,
	};
	unit.emit({ workspaceKey: cluster.workspace_key, type, subject: cluster.id, actor, data });
}

function scaleOf(change: ClusterScale, now: { min: number; max: number; idle: number; concurrent: number | null }) {
	const scale = {
		min_nodes: change.minNodes ?? now.min,
		max_nodes: change.maxNodes ?? now.max,
		idle_seconds: change.idleSecondsBeforeScaleDown ?? now.idle,
		max_concurrent_runs: change.maxConcurrentRuns === undefined ? now.concurrent : change.maxConcurrentRuns,
	};
	if (scale.min_nodes > scale.max_nodes)
		throw new RunsteadError('invalid-request', { what: `minNodes (${scale.min_nodes}) is greater than maxNodes (${scale.max_nodes}).` });
	return scale;
}

function checkName(name: string): void {
	const { min, max } = LIMITS.computeNameCharacters;
	const reason =
		name.length < min || name.length > max
			? `it has ${name.length} characters; ${min} to ${max} are allowed`
			: name.toLowerCase() === 'local'
				? '"local" is this machine itself'
				: NAME.test(name)
					? null
					: 'it takes letters, digits and hyphens, begins with a letter and does not end with a hyphen';
	if (reason !== null) throw new RunsteadError('invalid-name', { noun: 'compute target', given: JSON.stringify(name), reason });
}

/** Nodes are processes of this machine: more cores than it has are shared, and that is said. */
function noteOf(cluster: store.ClusterRecord): string | null {
	const size = vmSizeOrNull(cluster.vm_size);
	const cores = (size?.cores ?? 0) * cluster.max_nodes;
	const own = cpus().length;
	if (cores <= own) return null;
	return `${cluster.max_nodes} nodes of ${cluster.vm_size} stand for ${cores} cores; this machine has ${own}, which its nodes share.`;
}
