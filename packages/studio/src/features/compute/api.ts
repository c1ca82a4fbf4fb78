/** Reads and changes clusters: their nodes, their queue, what happened to them. */
import type { Cluster, Run } from '@runstead/contract';
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { client } from '../../shared/api/client.ts';

const CLUSTERS_MAX = 1_000;
const EVENTS_PAGE = 100;
/** Runs of a cluster shown at once; the page says when there are more. */
export const RUNS_MAX = 500;
const ENDED = "status in ('Completed', 'Failed', 'Canceled')";

export const computeKeys = {
	all: (workspace: string) => ['compute', workspace],
	list: (workspace: string) => ['compute', workspace, 'list'],
	one: (workspace: string, name: string) => ['compute', workspace, 'cluster', name],
	part: (workspace: string, name: string, part: 'nodes' | 'queue' | 'runs' | 'events' | 'waits') => [
		'compute',
		workspace,
		'cluster',
		name,
		part,
	],
} as const;

export function clustersQuery(workspace: string) {
	return queryOptions({
		queryKey: computeKeys.list(workspace),
		queryFn: async ({ signal }) =>
			(await client.call('listClusters', { params: { workspace }, query: { limit: CLUSTERS_MAX }, signal })).clusters,
	});
}

export function clusterQuery(workspace: string, compute: string) {
	return queryOptions({
		queryKey: [...computeKeys.one(workspace, compute), 'itself'],
		queryFn: ({ signal }) => client.call('getCluster', { params: { workspace, compute }, signal }),
	});
}

export function nodesQuery(workspace: string, compute: string) {
	return queryOptions({
		queryKey: computeKeys.part(workspace, compute, 'nodes'),
		queryFn: async ({ signal }) => (await client.call('listNodes', { params: { workspace, compute }, signal })).nodes,
	});
}

export function queueQuery(workspace: string, compute: string) {
	return queryOptions({
		queryKey: computeKeys.part(workspace, compute, 'queue'),
		queryFn: ({ signal }) => client.call('listQueue', { params: { workspace, compute }, query: { limit: RUNS_MAX }, signal }),
	});
}

/** A name as a filter writes it. */
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The filter, for the list of runs, of those that a cluster has had. */
export function endedRunsFilter(cluster: string): string {
	return `target = ${quoted(cluster)} and ${ENDED}`;
}

/** Runs that wait or are active on a cluster, oldest first, child runs among them. */
export function clusterRunsQuery(workspace: string, compute: string) {
	return queryOptions({
		queryKey: computeKeys.part(workspace, compute, 'runs'),
		queryFn: ({ signal }): Promise<{ runs: Run[]; nextCursor: string | null }> =>
			client.call('searchRuns', {
				params: { workspace },
				body: {
					filter: `target = ${quoted(compute)} and not ${ENDED}`,
					orderBy: { by: 'createdTime', direction: 'ascending' },
					limit: RUNS_MAX,
				},
				signal,
			}),
	});
}

export function computeEventsQuery(workspace: string, compute: string) {
	return infiniteQueryOptions({
		queryKey: computeKeys.part(workspace, compute, 'events'),
		queryFn: ({ pageParam, signal }) =>
			client.call('listComputeEvents', {
				params: { workspace, compute },
				query: { limit: EVENTS_PAGE, ...(pageParam !== null && { cursor: pageParam }) },
				signal,
			}),
		initialPageParam: null as string | null,
		getNextPageParam: (page) => page.nextCursor,
	});
}

export function queueWaitsQuery(workspace: string, compute: string) {
	return queryOptions({
		queryKey: computeKeys.part(workspace, compute, 'waits'),
		queryFn: async ({ signal }) => (await client.call('listQueueWaits', { params: { workspace, compute }, query: {}, signal })).waits,
	});
}

export function quotasQuery(workspace: string) {
	return queryOptions({
		queryKey: [...computeKeys.all(workspace), 'quotas'],
		queryFn: async ({ signal }) => (await client.call('listQuotas', { params: { workspace }, signal })).quotas,
	});
}

const QUOTA_REQUESTS_MAX = 50;

/** Requests for more, the newest first. */
export function quotaRequestsQuery(workspace: string) {
	return queryOptions({
		queryKey: [...computeKeys.all(workspace), 'quota-requests'],
		queryFn: async ({ signal }) =>
			(await client.call('listQuotaRequests', { params: { workspace }, query: { limit: QUOTA_REQUESTS_MAX }, signal })).requests,
	});
}

export const vmSizesQuery = queryOptions({
	queryKey: ['vm-sizes'],
	queryFn: async ({ signal }) => (await client.call('listVmSizes', { signal })).vmSizes,
	staleTime: Number.POSITIVE_INFINITY,
});

export interface NewCluster {
	readonly name: string;
	readonly vmSize: string;
	readonly vmPriority: 'dedicated' | 'lowpriority';
	readonly minNodes: number;
	readonly maxNodes: number;
	readonly idleSecondsBeforeScaleDown: number;
	readonly maxConcurrentRuns: number | null;
}

type ClusterChange =
	| { readonly kind: 'create'; readonly fields: NewCluster }
	| {
			readonly kind: 'scale';
			readonly name: string;
			readonly scale: Pick<Cluster, 'minNodes' | 'maxNodes' | 'idleSecondsBeforeScaleDown' | 'maxConcurrentRuns'>;
	  }
	| { readonly kind: 'delete'; readonly name: string; readonly cancelRuns: boolean }
	| { readonly kind: 'request-quota'; readonly quota: string; readonly limitCores: number; readonly reason: string }
	| { readonly kind: 'decide-quota'; readonly request: string; readonly granted: boolean }
	| { readonly kind: 'node'; readonly name: string; readonly node: string; readonly change: { cordoned?: boolean; drain?: boolean } };

async function changeCompute(workspace: string, change: ClusterChange): Promise<unknown> {
	switch (change.kind) {
		case 'create':
			return client.call('createCluster', { params: { workspace }, body: change.fields });
		case 'scale':
			return client.call('updateCluster', { params: { workspace, compute: change.name }, body: change.scale });
		case 'delete':
			return client.call('deleteCluster', { params: { workspace, compute: change.name }, query: { cancelRuns: change.cancelRuns } });
		case 'request-quota': {
			const { quota, limitCores, reason } = change;
			return client.call('requestQuota', { params: { workspace }, body: { quota, limitCores, reason } });
		}
		case 'decide-quota':
			return client.call('decideQuotaRequest', {
				params: { workspace, request: change.request },
				body: { granted: change.granted },
			});
		case 'node':
			return client.call('changeNode', { params: { workspace, compute: change.name, node: change.node }, body: change.change });
	}
}

export const changeKey = (workspace: string) => ['compute', workspace, 'change'];

export function useChangeCompute(workspace: string) {
	const queries = useQueryClient();
	return useMutation({
		mutationFn: (change: ClusterChange) => changeCompute(workspace, change),
		mutationKey: changeKey(workspace),
		// A cluster that was deleted is not read again: only the list is there still.
		onSuccess: (_, { kind }) =>
			void queries.invalidateQueries({ queryKey: kind === 'delete' ? computeKeys.list(workspace) : computeKeys.all(workspace) }),
	});
}
