/** One place for the states that every view has: loading, error, and what was read. */
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ErrorState } from './error-state.tsx';
import { LoadingRows } from './loading-rows.tsx';

interface QueryStateProps<Data> {
	readonly query: UseQueryResult<Data>;
	/** What is being read, for those who hear the page. */
	readonly label: string;
	readonly loading?: ReactNode;
	readonly children: (data: Data) => ReactNode;
}

/** What was read once stays on screen when a later reading fails: the live indicator says that the server is away. */
export function QueryState<Data>({ query, label, loading, children }: QueryStateProps<Data>) {
	if (query.data !== undefined) return children(query.data);
	if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
	return loading ?? <LoadingRows label={`Loading ${label}`} />;
}
