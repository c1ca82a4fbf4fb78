/** What happened to a cluster, or to one of its nodes, newest first. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Moment } from '../../shared/format/moment.tsx';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { ErrorState } from '../../shared/states/error-state.tsx';
import { LoadingRows } from '../../shared/states/loading-rows.tsx';
import { computeEventsQuery } from './api.ts';
import { eventText } from './compute-event-text.ts';

const useStyles = makeStyles({
	list: { margin: 0, padding: 0, listStyleType: 'none', width: '100%' },
	item: {
		display: 'grid',
		gridTemplateColumns: 'minmax(88px, 112px) minmax(0, 1fr) auto',
		gap: tokens.spacingHorizontalM,
		padding: `6px 0`,
		borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
		fontSize: tokens.fontSizeBase200,
		overflowWrap: 'anywhere',
	},
	quiet: { color: tokens.colorNeutralForeground3 },
});

interface EventListProps {
	readonly workspace: string;
	readonly cluster: string;
	/** Only what happened to this node. */
	readonly node?: string;
}

export function EventList({ workspace, cluster, node }: EventListProps) {
	const styles = useStyles();
	const query = useInfiniteQuery(computeEventsQuery(workspace, cluster));
	if (query.isError && query.data === undefined) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
	if (query.data === undefined) return <LoadingRows label="Loading the events" />;
	const events = query.data.pages.flatMap((page) => page.events).filter((event) => node === undefined || event.subject === node);
	return (
		<>
			{events.length === 0 && !query.hasNextPage && <EmptyState title="Nothing has happened yet" />}
			<ul className={styles.list} aria-label={node === undefined ? 'Events' : `Events of ${node}`}>
				{events.map((event) => (
					<li key={event.sequence} className={styles.item}>
						<span className={styles.quiet}>
							<Moment time={event.time} />
						</span>
						<span>{eventText(event)}</span>
						<span className={styles.quiet}>{event.actor}</span>
					</li>
				))}
			</ul>
			{query.hasNextPage && (
				<Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
					Earlier events
				</Button>
			)}
		</>
	);
}
