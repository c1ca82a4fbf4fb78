/** Reads traces. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { client } from '../../shared/api/client.ts';

const PAGE_SIZE = 100;
/** Of a trace that goes on. */
const READ_AGAIN_MS = 3_000;

/** Which traces a list shows. */
export interface TraceScope {
	readonly workspace: string;
	readonly experiment?: string;
	readonly run?: string;
}

export function tracesQuery({ workspace, experiment, run }: TraceScope, filter: string) {
	return infiniteQueryOptions({
		queryKey: ['traces', workspace, 'list', experiment, run, filter],
		queryFn: ({ pageParam, signal }) =>
			client.call('searchTraces', {
				params: { workspace },
				query: {
					limit: PAGE_SIZE,
					...(filter !== '' && { filter }),
					...(experiment !== undefined && { experiment }),
					...(run !== undefined && { run }),
					...(pageParam !== null && { cursor: pageParam }),
				},
				signal,
			}),
		initialPageParam: null as string | null,
		getNextPageParam: (page) => page.nextCursor,
	});
}

export function traceQuery(experiment: string, trace: string) {
	return queryOptions({
		queryKey: ['traces', 'one', experiment, trace],
		queryFn: ({ signal }) => client.call('getTrace', { params: { experiment, trace }, signal }),
		refetchInterval: ({ state }) => (state.data?.trace.state === 'IN_PROGRESS' ? READ_AGAIN_MS : false),
	});
}
