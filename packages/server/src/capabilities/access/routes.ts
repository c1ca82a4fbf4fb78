/** Tokens over HTTP. */
import { toWireTime } from '../../http/time.ts';
import type { Toolbox } from '../../http/toolbox.ts';
import type { WorkspaceService } from '../workspaces/service.ts';
import { type AccessService, parsePermissions } from './service.ts';

const DEFAULT_EXPIRY_SECONDS = 30 * 86_400;

export function serveAccess({ serve }: Toolbox, access: AccessService, workspaces: WorkspaceService): void {
	serve('createToken', async ({ body, principal, reply }) => {
		const workspace = body.workspace === undefined ? null : await workspaces.find(body.workspace);
		const { token, expiryTimeMicros } = await access.makeToken({
			subject: body.subject ?? principal.name,
			permissions: parsePermissions(body.permissions),
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
