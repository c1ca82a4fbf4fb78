/** Each change of a run's status: when, to what, who asked for it and why. */
import { makeStyles, tokens } from '@fluentui/react-components';
import type { Run, RunStatus } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { Moment } from '../../shared/format/moment.tsx';
import { formatDuration } from '../../shared/format/times.ts';
import { LoadingRows } from '../../shared/states/loading-rows.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { runEventsQuery } from './api.ts';
import { RunStatusLabel } from './run-status.tsx';
import { statusChanges } from './status-changes.ts';

const useStyles = makeStyles({
	list: { display: 'flex', flexDirection: 'column', margin: 0, padding: 0, listStyleType: 'none' },
	item: {
		display: 'grid',
		gridTemplateColumns: '148px minmax(0, 1fr) auto',
		alignItems: 'start',
		gap: `2px ${tokens.spacingHorizontalM}`,
		padding: '6px 0',
		borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
		fontSize: tokens.fontSizeBase200,
		'@media (max-width: 640px)': { gridTemplateColumns: 'minmax(0, 1fr) auto' },
	},
	why: { overflowWrap: 'anywhere', '@media (max-width: 640px)': { gridColumn: '1 / -1', gridRow: '2' } },
	by: { color: tokens.colorNeutralForeground3 },
	quiet: { color: tokens.colorNeutralForeground3, whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' },
});

export function StatusHistory({ run }: { readonly run: Run }) {
	const styles = useStyles();
	const query = useQuery(runEventsQuery(run.id));
	return (
		<QueryState query={query} label="the history" loading={<LoadingRows rows={4} label="Loading the history" />}>
			{(events) => (
				<ol className={styles.list} aria-label="Status changes">
					{statusChanges(run, events).map((change) => (
						<li key={change.key} className={styles.item}>
							<RunStatusLabel status={change.to as RunStatus} />
							<span className={styles.why}>
								{change.reason ?? ''}
								{/* A reason that names who it was does not name them twice. */}
								{change.reason?.includes(change.actor) !== true && <span className={styles.by}> by {change.actor}</span>}
							</span>
							<span className={styles.quiet}>
								<Moment time={change.time} />
								{change.afterMs !== null && `, after ${formatDuration(change.afterMs)}`}
							</span>
						</li>
					))}
				</ol>
			)}
		</QueryState>
	);
}
