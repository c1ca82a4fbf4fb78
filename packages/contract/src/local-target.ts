/** The compute target `local`: one machine, without a cluster. */

/** The machine of the server. */
export const LOCAL_TARGET = 'local';

/** What is `local` on another machine than the server's: a target that only an agent of that machine takes jobs of. */
export function localTargetOf(machine: string | undefined): string {
	return machine === undefined ? LOCAL_TARGET : `${LOCAL_TARGET}:${machine}`;
}

/** Whether a target is one machine. */
export function isLocal(target: string): boolean {
	return target === LOCAL_TARGET || target.startsWith(`${LOCAL_TARGET}:`);
}
