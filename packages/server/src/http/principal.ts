/** Who makes a request, and what they may do. */
import { isLocal, PERMISSIONS, type Permission, RunsteadError } from '@runstead/contract';

export interface Principal {
	/** Written down as the actor of what they change. */
	readonly name: string;
	readonly permissions: ReadonlySet<Permission>;
	/** The only workspace they may touch; null: every one. */
	readonly workspaceId: string | null;
	/** The only run that they may write, with its descendants; null: every one. */
	readonly runId: string | null;
	/** The only compute target whose jobs they may run, and whose runs alone they touch; null: every one. */
	readonly target: string | null;
	/** The only agent that they may act as; null: any that their target leaves them. */
	readonly agent: string | null;
	/** With what they have shown who they are; null: with nothing but their connection. */
	readonly token: PresentedToken | null;
}

/** As much of a token as is needed to make another one that ends with it. */
export interface PresentedToken {
	readonly id: string;
	/** It is looked up by its id, and may be revoked. */
	readonly isRecorded: boolean;
	readonly expirySeconds: number;
}

export const ALL_PERMISSIONS: ReadonlySet<Permission> = new Set(Object.keys(PERMISSIONS) as Permission[]);

/** Whoever asks a public route, which asks for nobody's name. */
export const ANYONE: Principal = {
	...{ name: 'anyone', permissions: new Set() },
	...{ workspaceId: null, runId: null, target: null, agent: null, token: null },
};

/** Whether nothing restricts them to a part of what there is. */
export function mayTouchEverything({ workspaceId, runId, target }: Principal): boolean {
	return workspaceId === null && runId === null && target === null;
}

/** What the resource of a request belongs to; found by the toolbox from the path. */
export interface ResourceScope {
	readonly workspaceId: string | null;
	/** The run and its ancestors, by id; empty if the request is not about one run. */
	readonly runLineage: readonly string[];
	/** The compute target that it is, or on which the run is executed; found only for those who are bound to one. */
	readonly target?: string | null;
}

/** Asked before anything is looked up, so that nobody learns what there is. @throws {RunsteadError} `forbidden` when the principal may do this to nothing. */
export function authorizeAnywhere(principal: Principal, permission: Permission): void {
	if (permission !== 'public' && !principal.permissions.has(permission)) throw new RunsteadError('forbidden', { permission, where: '' });
}

/** @throws {RunsteadError} `forbidden` when the principal, who may do this somewhere, may not do it to that. */
export function authorizeHere(principal: Principal, permission: Permission, scope: ResourceScope): void {
	if (permission === 'public') return;
	if (principal.workspaceId !== null && scope.workspaceId !== null && scope.workspaceId !== principal.workspaceId) {
		throw new RunsteadError('forbidden', { permission, where: ' in this workspace' });
	}
	if (principal.target !== null && isBoundToTarget(permission, scope) && scope.target !== principal.target) {
		throw new RunsteadError('forbidden', { permission, where: ' outside its compute target' });
	}
	const writesRun = permission === 'run.write' && scope.runLineage.length > 0;
	if (writesRun && principal.runId !== null && !scope.runLineage.includes(principal.runId)) {
		throw new RunsteadError('forbidden', { permission, where: ` on run ${scope.runLineage[0]}` });
	}
}

/** @throws {RunsteadError} `forbidden` when the principal is another agent, or on a cluster that it has not joined. */
export function authorizeAgent(principal: Principal, agent: string): void {
	if (principal.agent === agent) return;
	if (principal.agent !== null)
		throw new RunsteadError('forbidden', { permission: 'job.agent', where: ` as agent ${agent}: it is that of agent ${principal.agent}` });
	if (principal.target !== null && !isLocal(principal.target))
		throw new RunsteadError('forbidden', {
			permission: 'job.agent',
			where: ` as agent ${agent}: a node that joins is given a token of its own`,
		});
}

/** What an agent does to a run or a node is bound to its target; the code of jobs and the like it may read in its workspace. */
function isBoundToTarget(permission: Permission, scope: ResourceScope): boolean {
	return permission === 'run.write' || scope.target !== undefined;
}
