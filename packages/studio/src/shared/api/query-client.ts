/** The cache of everything read from the server. The live stream says when something is stale, so nothing is polled. */
import { QueryClient } from '@tanstack/react-query';
import { FRESH_MS } from '../live/live-memory.ts';
import { isPassing } from './describe-error.ts';

const RETRIES_MAX = 2;

export function createQueryClient(): QueryClient {
	return new QueryClient({
		defaultOptions: {
			queries: {
				staleTime: FRESH_MS,
				retry: (count, error) => isPassing(error) && count < RETRIES_MAX,
				refetchOnWindowFocus: false,
				// The browser's word on the network says nothing about a server on this machine.
				networkMode: 'always',
			},
			mutations: { networkMode: 'always' },
		},
	});
}
