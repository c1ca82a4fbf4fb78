/** Quotas: how many cores the nodes of clusters may have at once, on the whole server and in each workspace; and requests for more. */
import type { Static } from 'typebox';
import { NextCursor, Nullable, PageQuery, Time } from './common.ts';
import { LIMITS } from './limits.ts';
import { route } from './route.ts';
import { Type } from './schema-builder.ts';
import { VM_SIZES, type VmSize } from './vm-sizes.ts';
import { WorkspaceParams } from './workspaces.ts';

/** The quota of all dedicated cores, whatever their family. */
export const DEDICATED_QUOTA = 'dedicated';
/** The quota of low-priority cores: one figure for all families, as Azure has it. */
export const LOW_PRIORITY_QUOTA = 'lowpriority';

/** What there is until somebody sets something else: Azure's most for a family and for low priority, so that a laptop never meets it. */
export const DEFAULT_QUOTA_CORES = { family: 300, [DEDICATED_QUOTA]: 1_000, [LOW_PRIORITY_QUOTA]: 3_000 } as const;

const FAMILIES: readonly string[] = [...new Set(VM_SIZES.map((size) => size.family))];
export const QUOTA_NAMES: readonly string[] = [DEDICATED_QUOTA, LOW_PRIORITY_QUOTA, ...FAMILIES];

/** What a node of a cluster counts towards: its family and all dedicated cores, or the low-priority ones. */
export function quotasOf(size: VmSize, vmPriority: string): readonly string[] {
	return vmPriority === 'lowpriority' ? [LOW_PRIORITY_QUOTA] : [size.family, DEDICATED_QUOTA];
}

/** The name of a quota as it is written, from any case. */
export function quotaNameOrNull(given: string): string | null {
	return QUOTA_NAMES.find((name) => name.toLowerCase() === given.toLowerCase()) ?? null;
}

const Cores = Type.Integer({ minimum: 0, maximum: LIMITS.quotaCores.max });

export const Quota = Type.Object({
	name: Type.String({ description: 'dedicated, lowpriority, or a VM family such as standardDv2Family.' }),
	limitCores: Type.Integer({ description: 'What the workspace may use: its own share if it has one, else what the server has.' }),
	usedCores: Type.Integer({ description: 'Cores of the nodes of the workspace, from when they are asked for until they are gone.' }),
	freeCores: Type.Integer({ description: 'What the workspace may still take: others use what the server has, too.' }),
	workspaceLimitCores: Nullable(Type.Integer({ description: "The workspace's own share; null: it shares what the server has." })),
	serverLimitCores: Type.Integer(),
	serverUsedCores: Type.Integer(),
});
export type Quota = Static<typeof Quota>;

export const QUOTA_REQUEST_STATES = ['open', 'granted', 'refused'] as const;
export type QuotaRequestState = (typeof QUOTA_REQUEST_STATES)[number];
const QuotaRequestStateSchema = Type.Unsafe<QuotaRequestState>({ type: 'string', enum: QUOTA_REQUEST_STATES });

export const QuotaRequest = Type.Object({
	id: Type.String(),
	quota: Type.String(),
	limitCores: Type.Integer({ description: 'What the limit of the workspace is to be.' }),
	limitCoresBefore: Type.Integer({ description: 'What it was when it was asked for.' }),
	reason: Type.String(),
	state: QuotaRequestStateSchema,
	requestedTime: Time,
	requestedBy: Type.String(),
	decidedTime: Nullable(Time),
	decidedBy: Nullable(Type.String()),
	decisionReason: Nullable(Type.String()),
});
export type QuotaRequest = Static<typeof QuotaRequest>;

const Reason = Type.String({ minLength: 1, maxLength: LIMITS.descriptionCharacters.max });
const QuotaParam = Type.String({ description: 'Name of the quota, in any case.' });
const WorkspaceQuotaParams = Type.Object({ workspace: Type.String(), quota: QuotaParam });
const RequestParams = Type.Object({ workspace: Type.String(), request: Type.String({ description: 'Id of the request.' }) });

export const quotaRoutes = {
	listQuotas: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/quotas',
		permission: 'workspace.read',
		summary: 'Quotas in cores with what is used and free, in all and by VM family',
		params: WorkspaceParams,
		response: Type.Object({ quotas: Type.Array(Quota) }),
	}),
	setWorkspaceQuota: route({
		method: 'PUT',
		path: '/api/v1/workspaces/:workspace/quotas/:quota',
		permission: 'server.admin',
		summary: 'Give a workspace a share of its own, at most what the server has; null takes it back',
		params: WorkspaceQuotaParams,
		body: Type.Object({ limitCores: Nullable(Cores) }, { additionalProperties: false }),
		response: Quota,
	}),
	setServerQuota: route({
		method: 'PUT',
		path: '/api/v1/quotas/:quota',
		permission: 'server.admin',
		summary: 'Set what all workspaces may use together; null goes back to the default',
		params: Type.Object({ quota: QuotaParam }),
		body: Type.Object({ limitCores: Nullable(Cores) }, { additionalProperties: false }),
		response: Type.Object({ name: Type.String(), limitCores: Type.Integer() }),
	}),
	listQuotaRequests: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/quota-requests',
		permission: 'workspace.read',
		summary: 'Requests for more, the newest first, with what became of each',
		params: WorkspaceParams,
		query: Type.Object({ state: Type.Optional(QuotaRequestStateSchema), ...PageQuery }),
		response: Type.Object({ requests: Type.Array(QuotaRequest), nextCursor: NextCursor }),
	}),
	requestQuota: route({
		method: 'POST',
		path: '/api/v1/workspaces/:workspace/quota-requests',
		permission: 'workspace.write',
		summary: 'Ask for a greater limit, with the reason; an owner grants or refuses it',
		params: WorkspaceParams,
		body: Type.Object({ quota: Type.String(), limitCores: Cores, reason: Reason }, { additionalProperties: false }),
		response: QuotaRequest,
	}),
	decideQuotaRequest: route({
		method: 'POST',
		path: '/api/v1/workspaces/:workspace/quota-requests/:request/decision',
		permission: 'server.admin',
		summary: 'Grant a request, which raises every limit that stands in its way, or refuse it',
		params: RequestParams,
		body: Type.Object({ granted: Type.Boolean(), reason: Type.Optional(Reason) }, { additionalProperties: false }),
		response: QuotaRequest,
	}),
};
