/** Finds the action group that a command means, by its name or id. */
import type { Client } from '@runstead/client';
import { type ActionGroup, RunsteadError } from '@runstead/contract';

/** @throws {RunsteadError} not-found. */
export async function findActionGroup(client: Client, workspace: string, given: string): Promise<ActionGroup> {
	const { groups } = await client.call('listActionGroups', { params: { workspace } });
	const group = groups.find(({ id, name }) => id === given || name.toLowerCase() === given.toLowerCase());
	if (group === undefined) throw new RunsteadError('not-found', { noun: 'action group', given });
	return group;
}
