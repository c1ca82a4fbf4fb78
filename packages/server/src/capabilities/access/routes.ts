/** Tokens over HTTP. */
import { type Permission, RunsteadError } from '@runstead/contract';
import type { Principal } from '../../http/principal.ts';
import { toWireTime } from '../../http/time.ts';
import type { Toolbox } from '../../http/toolbox.ts';
import type { ComputeService } from '../compute/service.ts';
import type { WorkspaceService } from '../workspaces/service.ts';
import { type AccessService, JOINED_TOKEN_PERMISSIONS, parsePermissions } from './service.ts';

const DEFAULT_EXPIRY_SECONDS = 30 * 86_400;

export function serveAccess({ serve }: Toolbox, access: AccessService, workspaces: WorkspaceService, compute: ComputeService): void {
	serve('createToken', async ({ body, principal, reply }) => {
		const workspace = body.workspace === undefined ? null : await workspaces.find(body.workspace);
		if (body.compute !== undefined && (workspace === null || body.permissions !== undefined))
			throw new RunsteadError('invalid-request', {
				what: 'A token for a compute target names its workspace too, and takes no permissions: it has those of an agent.',
			});
		const cluster = workspace === null || body.compute === undefined ? null : await compute.find(workspace, body.compute);
		const asked = body.permissions === undefined ? [...principal.permissions] : parsePermissions(body.permissions);
		const permissions = cluster === null ? asked : JOINED_TOKEN_PERMISSIONS;
		checkWithin(principal, permissions, workspace?.id ?? null);
		const { id, token, expiryTimeMicros } = await access.makeRecordedToken(
			{
				subject: body.subject ?? principal.name,
				permissions,
				...(cluster !== null && { target: cluster.id, compute: cluster.name }),
				workspaceId: workspace?.id ?? null,
				runId: null,
				expiresInSeconds: body.expiresInSeconds ?? DEFAULT_EXPIRY_SECONDS,
			},
			{ note: body.note ?? '', actor: principal.name, workspaceKey: workspace?.key ?? null, compute: cluster?.name ?? null },
		);
		reply.code(201);
		return { id, token, expiryTime: toWireTime(expiryTimeMicros) };
	});
	serve('listTokens', ({ query, principal }) =>
		access.listTokens({
			ended: query.ended ?? false,
			workspaceId: principal.workspaceId,
			limit: query.limit ?? 100,
			cursor: query.cursor,
		}),
	);
	serve('revokeToken', ({ params, principal }) => access.revokeToken(params.token, principal.workspaceId, principal.name));
	serve('whoAmI', async ({ principal }) => ({
		name: principal.name,
		permissions: [...principal.permissions],
		workspaceId: principal.workspaceId,
	}));
}

/** A token makes none that may do more than itself. @throws {RunsteadError} forbidden. */
function checkWithin(principal: Principal, permissions: readonly Permission[], workspaceId: string | null): void {
	const missing = permissions.find((permission) => !principal.permissions.has(permission));
	if (missing !== undefined) throw new RunsteadError('forbidden', { permission: missing, where: '' });
	if (principal.workspaceId !== null && principal.workspaceId !== workspaceId)
		throw new RunsteadError('forbidden', { permission: 'server.admin', where: ' outside its workspace' });
}
