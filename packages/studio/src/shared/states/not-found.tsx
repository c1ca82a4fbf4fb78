/** An address that leads nowhere. */
import { PageTrail } from '../shell/page-trail.tsx';
import { EmptyState } from './empty-state.tsx';

export function NotFound() {
	return (
		<>
			<PageTrail items={[{ label: 'Not found' }]} />
			<EmptyState title="There is no such page">
				The address may be mistyped, or the page may have moved. <a href={document.baseURI}>Go to the first workspace.</a>
			</EmptyState>
		</>
	);
}
