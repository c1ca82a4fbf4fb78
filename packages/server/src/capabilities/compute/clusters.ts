/** Clusters: made, changed, listed, deleted. */
import { randomUUID } from 'node:crypto';
import { type Cluster, nearVmSizes, RunsteadError, type Tags, vmSizeOrNull } from '@runstead/contract';
import { decodeCursor, pageOf } from '../../http/cursor.ts';
import { toWireTime } from '../../http/time.ts';
import type { WorkspaceRecord } from '../workspaces/service.ts';
import { type ClusterScale, checkName, type NewCluster, newScaleOf, noteOf, scaleOf } from './cluster-rules.ts';
import { countStates, type EmitCluster } from './compute-events.ts';
import type { ComputeServiceOptions } from './compute-options.ts';
import { decide } from './demand.ts';
import type { RoomOf } from './room.ts';
import * as store from './store.ts';

export function createClusters({
	database,
	workspaces,
	quotas,
	demandOf,
	cancelRunsOn,
	onChanged,
	roomOf,
	emitCluster,
}: ComputeServiceOptions & { readonly roomOf: RoomOf; readonly emitCluster: EmitCluster }) {
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
		const { target, add } = decide(cluster, nodes, demand, 0);
		const room = add > 0 ? await roomOf(database.read, cluster) : null;
		const counts = countStates(nodes, demand);
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
			enforceMemory: cluster.enforce_memory === 1,
			createdTime: toWireTime(cluster.created_time),
			createdBy: cluster.created_by,
			modifiedTime: toWireTime(cluster.modified_time),
			allocationState: counts.preparing + counts.leaving > 0 ? 'resizing' : 'steady',
			currentNodes: nodes.length,
			targetNodes: target,
			nodeCounts: counts,
			queuedRuns: demand.queued,
			activeRuns: demand.active.size,
			blockedReason: room && room.nodes < add ? room.limitedBy : null,
			note: noteOf(cluster),
		};
	};

	return {
		find,
		present,

		/** The cluster of a job's target. */
		byId: (id: string) => store.clusterById(database.read, id),

		/** @throws {RunsteadError} invalid-name, already-exists, invalid-request for a size that there is not. */
		async create(workspace: WorkspaceRecord, fields: NewCluster, actor: string): Promise<Cluster> {
			const size = vmSizeOrNull(fields.vmSize);
			if (!size) {
				const near = nearVmSizes(fields.vmSize).join(' or ');
				const known = near === '' ? 'there are STANDARD_D2_V2, STANDARD_NC6 and others' : `did you mean ${near}?`;
				throw new RunsteadError('not-found', { noun: 'VM size', given: `${fields.vmSize} (${known})` });
			}
			checkName(fields.name);
			const scale = newScaleOf(fields);
			const cluster = await database.write(async (unit) => {
				if (await store.clusterByName(unit.db, workspace.key, fields.name.toLowerCase()))
					throw new RunsteadError('already-exists', { noun: 'compute target', given: fields.name });
				await quotas.checkClusterIn(unit, workspace, {
					name: fields.name,
					vmSize: size.name,
					vmPriority: fields.vmPriority ?? 'dedicated',
					maxNodes: scale.max_nodes,
					minNodes: scale.min_nodes,
					currentNodes: 0,
				});
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
				await emitCluster(unit, made, { type: 'cluster.created', targetNodes: made.min_nodes, actor });
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
				const scale = scaleOf(change, current);
				const next = {
					...scale,
					description: change.description ?? current.description,
					tags: change.tags === undefined ? current.tags : JSON.stringify({ ...(JSON.parse(current.tags) as Tags), ...change.tags }),
					modified_time: unit.now,
				};
				const nodes = await store.nodesOf(unit.db, current.key);
				await quotas.checkClusterIn(unit, workspace, {
					name: current.name,
					vmSize: current.vm_size,
					vmPriority: current.vm_priority,
					maxNodes: next.max_nodes > current.max_nodes ? next.max_nodes : null,
					minNodes: next.min_nodes > current.min_nodes ? next.min_nodes : null,
					currentNodes: nodes.filter((node) => node.joined === 0).length,
				});
				await store.updateCluster(unit.db, current.key, next);
				await emitCluster(
					unit,
					{ ...current, ...next },
					{ type: 'cluster.changed', targetNodes: Math.max(nodes.length, next.min_nodes), actor },
				);
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
				await emitCluster(unit, cluster, { type: 'cluster.deleting', targetNodes: 0, actor });
				unit.afterCommit(onChanged);
			});
			await cancelRunsOn(cluster.id, actor, `Its cluster ${cluster.name} is being deleted.`);
		},

		/** For the engine: a deleted cluster has no node and no job any more. */
		forget: (cluster: store.ClusterRecord): Promise<void> =>
			database.write(async (unit) => {
				await emitCluster(unit, cluster, { type: 'cluster.deleted', targetNodes: 0, actor: 'compute' });
				await store.deleteCluster(unit.db, cluster.key);
			}),
	};
}
