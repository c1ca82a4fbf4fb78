/** Asks the log tables. */
import type { QueryAnswer } from '@runstead/contract';
import { queryOptions } from '@tanstack/react-query';
import { client } from '../../shared/api/client.ts';

/** Rows that the page takes; the command line and the API take more. */
export const ROWS_MAX = 10_000;

export interface LogsQuestion {
	readonly workspace: string;
	readonly query: string;
	/** Null: of all times. */
	readonly timespan: string | null;
	readonly isEverywhere: boolean;
}

export const logTablesQuery = queryOptions({
	queryKey: ['logs', 'tables'],
	queryFn: async ({ signal }) => (await client.call('listLogTables', { signal })).tables,
	staleTime: Number.POSITIVE_INFINITY,
});

export function askLogs({ workspace, query, timespan, isEverywhere }: LogsQuestion, signal: AbortSignal): Promise<QueryAnswer> {
	const body = { query, limit: ROWS_MAX, ...(timespan !== null && { timespan }) };
	return isEverywhere
		? client.call('queryEverything', { body, signal })
		: client.call('queryWorkspace', { params: { workspace }, body, signal });
}
