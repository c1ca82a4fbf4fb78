/** Tokens over HTTP. */
import { RunsteadError } from '@runstead/contract';
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
		const grant =
			workspace === null || body.compute === undefined
				? { permissions: parsePermissions(body.permissions) }
				: { permissions: JOINED_TOKEN_PERMISSIONS, target: (await compute.find(workspace, body.compute)).id };
		const { token, expiryTimeMicros } = await access.makeToken({
			subject: body.subject ?? principal.name,
			...grant,
			workspaceId: workspace?.id ?? null,
			runId: null,
			expiresInSeconds: body.expiresInSeconds ?? DEFAULT_EXPIRY_SECONDS,
		});
		reply.code(201);
		return { token, expiryTime: toWireTime(expiryTimeMicros) };
	});
	serve('whoAmI', async ({ principal }) => ({
		name: principal.name,
		permissions: [...principal.permissions],
		workspaceId: principal.workspaceId,
	}));
}
