/** Where a page will be: grey rows, and what it waits for when the server is away. */
import { useLiveStateOrNull } from '../live/live-provider.tsx';
import { EmptyState } from './empty-state.tsx';
import { LoadingRows } from './loading-rows.tsx';

export function LoadingPage() {
	const isAway = useLiveStateOrNull()?.kind === 'lost';
	if (isAway) return <EmptyState title="The server does not answer">This page comes by itself when it is back.</EmptyState>;
	return <LoadingRows rows={10} label="Loading the page" />;
}
