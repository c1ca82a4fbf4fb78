/** Reads workspaces, and knows the address of a workspace's live stream. */
import { queryOptions } from '@tanstack/react-query';
import { client } from '../../shared/api/client.ts';

const WORKSPACES_MAX = 1_000;

export const workspacesQuery = queryOptions({
	queryKey: ['workspaces'],
	queryFn: async ({ signal }) => (await client.call('listWorkspaces', { query: { limit: WORKSPACES_MAX }, signal })).workspaces,
});

export function workspaceQuery(workspace: string) {
	return queryOptions({
		queryKey: ['workspaces', workspace],
		queryFn: ({ signal }) => client.call('getWorkspace', { params: { workspace }, signal }),
	});
}

export function liveAddress(workspace: string): string {
	return client.address('streamWorkspace', { params: { workspace }, query: {} });
}
