/** The further pages of a list, read as a table is scrolled towards its end. */
import { Button } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { describeError, isPassing } from '../api/describe-error.ts';

interface PagedList {
	readonly hasNextPage: boolean;
	readonly isFetching: boolean;
	readonly isFetchNextPageError: boolean;
	readonly error: Error | null;
	fetchNextPage(): Promise<unknown>;
}

/** For a DataTable. A page that was refused is asked for again only by whoever reads the list: the table would ask for ever. */
export function morePages(list: PagedList): { hasMore: boolean; onMore: () => void; footer: ReactNode } {
	const isRefused = list.isFetchNextPageError && !isPassing(list.error);
	const fetch = () => void list.fetchNextPage();
	return {
		hasMore: list.hasNextPage,
		onMore: () => {
			if (!list.isFetching && !isRefused) fetch();
		},
		footer: isRefused && (
			<span role="alert">
				{describeError(list.error).message}{' '}
				<Button size="small" disabled={list.isFetching} onClick={fetch}>
					Read on
				</Button>
			</span>
		),
	};
}
