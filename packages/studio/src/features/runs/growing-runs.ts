/** Lists of runs that grow page by page when they are asked to. */
import { type QueryClient, queryOptions } from '@tanstack/react-query';
import type { RunPage } from './run-pages.ts';

/** Read again, it is as long as it was. */
export interface GrowingRuns {
	readonly query: ReturnType<typeof growingQuery>;
	readonly more: (queries: QueryClient) => Promise<void>;
}

type ReadPage = (cursor: string | null, signal?: AbortSignal) => Promise<RunPage>;

function growingQuery(queryKey: readonly unknown[], read: ReadPage) {
	return queryOptions({
		queryKey,
		queryFn: async ({ signal, client: queries }) => {
			const heldCount = queries.getQueryData<RunPage>(queryKey)?.runs.length ?? 0;
			let page = await read(null, signal);
			while (page.nextCursor !== null && page.runs.length < heldCount) page = joined(page, await read(page.nextCursor, signal));
			return page;
		},
	});
}

function joined(before: RunPage, next: RunPage): RunPage {
	return { ...next, runs: [...before.runs, ...next.runs] };
}

export function growingRuns(queryKey: readonly unknown[], read: ReadPage): GrowingRuns {
	return {
		query: growingQuery(queryKey, read),
		more: async (queries) => {
			const held = queries.getQueryData<RunPage>(queryKey);
			if (held?.nextCursor == null) return;
			const next = await read(held.nextCursor);
			// Read anew meanwhile: what comes after is of another list.
			queries.setQueryData<RunPage>(queryKey, (now) => (now?.nextCursor === held.nextCursor ? joined(now, next) : now));
		},
	};
}
