/** Quotas of cores: of the whole server, and of each workspace that has a share of its own; and requests for more. */
import { randomUUID } from 'node:crypto';
import {
	checkLimit,
	LIMITS,
	type Quota,
	type QuotaRequest,
	type QuotaRequestState,
	quotaNameOrNull,
	quotasOf,
	RunsteadError,
	vmSizeOrNull,
} from '@runstead/contract';
import type { Kysely } from 'kysely';
import { decodeCursor, pageOf } from '../../http/cursor.ts';
import { toWireTime, toWireTimeOrNull } from '../../http/time.ts';
import type { Database } from '../../storage/database.ts';
import type { Tables } from '../../storage/tables.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { WorkspaceRecord } from '../workspaces/service.ts';
import { type CountNodes, defaultCores, ownerOf, standingOf } from './standing.ts';
import * as store from './store.ts';

export interface QuotaServiceOptions {
	readonly database: Database;
	/** Known after quotas: nodes are what counts towards them. */
	readonly countNodes: CountNodes;
	/** Told after the commit that clusters may have more, or less. */
	readonly onChanged: () => void;
}

/** What a cluster is to be: its bounds, and how many nodes it has. */
export interface ClusterNeed {
	readonly name: string;
	readonly vmSize: string;
	readonly vmPriority: string;
	/** Null where it does not grow: what it has it keeps. */
	readonly maxNodes: number | null;
	readonly minNodes: number | null;
	readonly currentNodes: number;
}

export type QuotaService = ReturnType<typeof createQuotaService>;

export function createQuotaService({ database, countNodes, onChanged }: QuotaServiceOptions) {
	const setLimitIn = async (
		unit: UnitOfWork,
		scope: WorkspaceRecord | null,
		quota: string,
		from: number | null,
		to: number | null,
		actor: string,
	): Promise<void> => {
		if (from === to) return;
		await store.setLimit(unit.db, scope?.key ?? store.SERVER_KEY, quota, to);
		unit.emit({
			workspaceKey: scope?.key ?? null,
			type: 'quota.changed',
			subject: quota,
			actor,
			data: { quota, scope: scope ? 'workspace' : 'server', from, to },
		});
		unit.afterCommit(onChanged);
	};

	const quotaIn = async (db: Kysely<Tables>, workspace: WorkspaceRecord, name: string): Promise<Quota> =>
		(await standingOf(db, countNodes, workspace.key)).get(name) as Quota;

	return {
		/** In the order of the contract: all dedicated cores, the low-priority ones, then families. */
		list: async (workspace: WorkspaceRecord): Promise<Quota[]> => [
			...(await standingOf(database.read, countNodes, workspace.key)).values(),
		],

		/** Where one quota stands, in the caller's transaction. */
		standingIn: quotaIn,

		/** @throws {RunsteadError} quota-exceeded when a cluster of these bounds could never be, or its least nodes cannot be now. */
		async checkClusterIn(unit: UnitOfWork, workspace: WorkspaceRecord, need: ClusterNeed): Promise<void> {
			const size = vmSizeOrNull(need.vmSize);
			if (!size) return;
			const standing = await standingOf(unit.db, countNodes, workspace.key);
			for (const name of quotasOf(size, need.vmPriority)) {
				const quota = standing.get(name) as Quota;
				const refuse = (what: string, needed: number): never => {
					throw new RunsteadError('quota-exceeded', { what, needed, quota: name, ...ownerOf(quota, workspace.name) });
				};
				const most = (need.maxNodes ?? 0) * size.cores;
				if (most > quota.limitCores) refuse(`Cluster ${need.name} with up to ${need.maxNodes} nodes of ${size.name}`, most);
				const further = ((need.minNodes ?? 0) - need.currentNodes) * size.cores;
				if (further > quota.freeCores) refuse(`Cluster ${need.name} with at least ${need.minNodes} nodes of ${size.name}`, further);
			}
		},

		/** How many more nodes of a size there may be, and what stops the next one. */
		async roomFor(
			db: Kysely<Tables>,
			workspace: WorkspaceRecord,
			vmSize: string,
			vmPriority: string,
		): Promise<{ nodes: number; limitedBy: string }> {
			const size = vmSizeOrNull(vmSize);
			if (!size) return { nodes: 0, limitedBy: `there is no VM size ${vmSize}` };
			const standing = await standingOf(db, countNodes, workspace.key);
			const rooms = quotasOf(size, vmPriority).map((name) => {
				const quota = standing.get(name) as Quota;
				const { owner, limit, used } = ownerOf(quota, workspace.name);
				return {
					nodes: Math.floor(quota.freeCores / size.cores),
					limitedBy: `a further node needs ${size.cores} cores, and of the ${name} quota of ${owner}, ${limit}, ${used} are used`,
				};
			});
			return rooms.reduce((least, room) => (room.nodes < least.nodes ? room : least));
		},

		/** @throws {RunsteadError} not-found, invalid-request for more than the server has. */
		setForWorkspace: (workspace: WorkspaceRecord, given: string, limitCores: number | null, actor: string): Promise<Quota> =>
			database.write(async (unit) => {
				const name = knownName(given);
				const quota = await quotaIn(unit.db, workspace, name);
				if (limitCores !== null && limitCores > quota.serverLimitCores)
					throw new RunsteadError('invalid-request', {
						what: `The share of workspace ${workspace.name} (${limitCores}) is greater than the ${name} quota of the server (${quota.serverLimitCores}).`,
					});
				await setLimitIn(unit, workspace, name, quota.workspaceLimitCores, limitCores, actor);
				return quotaIn(unit.db, workspace, name);
			}),

		/** @throws {RunsteadError} not-found. */
		setForServer: (given: string, limitCores: number | null, actor: string): Promise<{ name: string; limitCores: number }> =>
			database.write(async (unit) => {
				const name = knownName(given);
				const before = (await store.limitsOf(unit.db, store.SERVER_KEY)).find(({ quota }) => quota === name)?.limit_cores ?? null;
				await setLimitIn(unit, null, name, before, limitCores, actor);
				return { name, limitCores: limitCores ?? defaultCores(name) };
			}),

		/** @throws {RunsteadError} not-found, invalid-request when it is not more than there is, limit-exceeded. */
		request: (
			workspace: WorkspaceRecord,
			fields: { quota: string; limitCores: number; reason: string },
			actor: string,
		): Promise<QuotaRequest> =>
			database.write(async (unit) => {
				const { limitCores, reason } = fields;
				const name = knownName(fields.quota);
				const quota = await quotaIn(unit.db, workspace, name);
				if (limitCores <= quota.limitCores)
					throw new RunsteadError('invalid-request', {
						what: `Workspace ${workspace.name} has ${quota.limitCores} cores of ${name} already: ${limitCores} is not more.`,
					});
				const { max } = LIMITS.openQuotaRequests;
				const open = await store.requestsOf(unit.db, workspace.key, { state: 'open', limit: max });
				checkLimit('The number of open requests', open.length + 1, 'openQuotaRequests');
				const request = await store.insertRequest(unit.db, {
					id: randomUUID(),
					workspace_key: workspace.key,
					quota: name,
					limit_cores: limitCores,
					limit_cores_before: quota.limitCores,
					reason,
					state: 'open',
					requested_time: unit.now,
					requested_by: actor,
					decided_time: null,
					decided_by: null,
					decision_reason: null,
				});
				unit.emit({
					workspaceKey: workspace.key,
					type: 'quota.requested',
					subject: request.id,
					actor,
					data: { quota: name, limitCores, reason },
				});
				return presentRequest(request);
			}),

		async requests(
			workspace: WorkspaceRecord,
			state: QuotaRequestState | undefined,
			limit: number,
			cursor?: string,
		): Promise<{ requests: QuotaRequest[]; nextCursor: string | null }> {
			const [beforeKey] = cursor ? decodeCursor(cursor, ['integer']) : [undefined];
			const rows = await store.requestsOf(database.read, workspace.key, { state, beforeKey, limit: limit + 1 });
			const page = pageOf(rows, limit, (last) => [last.key]);
			return { requests: page.rows.map(presentRequest), nextCursor: page.nextCursor };
		},

		/** Granting raises whatever is lower: the share of the workspace, and what the server has. @throws {RunsteadError} not-found, quota-request-decided. */
		decide: (
			workspace: WorkspaceRecord,
			id: string,
			{ granted, reason }: { granted: boolean; reason?: string },
			actor: string,
		): Promise<QuotaRequest> =>
			database.write(async (unit) => {
				const request = await store.requestById(unit.db, workspace.key, id);
				if (!request) throw new RunsteadError('not-found', { noun: 'quota request', given: id });
				if (request.state !== 'open') throw new RunsteadError('quota-request-decided', { request: id, state: request.state });
				const { quota: name, limit_cores: wanted } = request;
				if (granted) {
					const quota = await quotaIn(unit.db, workspace, name);
					if (quota.serverLimitCores < wanted) await setLimitIn(unit, null, name, quota.serverLimitCores, wanted, actor);
					if (quota.workspaceLimitCores !== null && quota.workspaceLimitCores < wanted)
						await setLimitIn(unit, workspace, name, quota.workspaceLimitCores, wanted, actor);
				}
				const decision = {
					state: granted ? ('granted' as const) : ('refused' as const),
					decided_time: unit.now,
					decided_by: actor,
					decision_reason: reason ?? null,
				};
				await store.updateRequest(unit.db, request.key, decision);
				unit.emit({
					workspaceKey: workspace.key,
					type: 'quota.decided',
					subject: id,
					actor,
					data: { quota: name, limitCores: wanted, granted, reason: reason ?? null },
				});
				return presentRequest({ ...request, ...decision });
			}),
	};
}

/** @throws {RunsteadError} not-found. */
function knownName(given: string): string {
	const name = quotaNameOrNull(given);
	if (name === null) throw new RunsteadError('not-found', { noun: 'quota', given });
	return name;
}

function presentRequest(request: store.QuotaRequestRecord): QuotaRequest {
	return {
		id: request.id,
		quota: request.quota,
		limitCores: request.limit_cores,
		limitCoresBefore: request.limit_cores_before,
		reason: request.reason,
		state: request.state,
		requestedTime: toWireTime(request.requested_time),
		requestedBy: request.requested_by,
		decidedTime: toWireTimeOrNull(request.decided_time),
		decidedBy: request.decided_by,
		decisionReason: request.decision_reason,
	};
}
