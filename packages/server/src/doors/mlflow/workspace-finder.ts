/** Which workspace a request is for: the one its token is bound to, the one its header names, else the first. */
import type { IncomingMessage } from 'node:http';
import { RunsteadError } from '@runstead/contract';
import type { WorkspaceRecord, WorkspaceService } from '../../capabilities/workspaces/service.ts';
import type { Principal } from '../../http/principal.ts';

const WORKSPACE_HEADER = 'x-mlflow-workspace';
/** What MLflow calls the one that is meant when none is named. */
const UNNAMED = 'default';

/** @throws {RunsteadError} not-found for a name that no workspace has. */
export function createWorkspaceFinder(workspaces: WorkspaceService) {
	return async (request: IncomingMessage, principal: Principal): Promise<WorkspaceRecord> => {
		const named = request.headers[WORKSPACE_HEADER];
		const isNamed = typeof named === 'string' && named !== '';
		if (isNamed) {
			const found = await workspaces.find(named).catch((error: unknown) => {
				if (named === UNNAMED && error instanceof RunsteadError && error.code === 'not-found') return null;
				throw error;
			});
			if (found) return found;
		}
		return principal.workspaceId === null ? workspaces.first(principal.name) : workspaces.find(principal.workspaceId);
	};
}
