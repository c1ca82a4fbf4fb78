/** In a line: how many runs, how many of them active and where, and how long they take. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { formatCount } from '../../shared/format/numbers.ts';
import { formatDuration } from '../../shared/format/times.ts';
import { type RunSearch, summaryQuery } from '../runs/api.ts';
import { ActiveRuns } from './active-runs.tsx';

const TARGETS_NAMED = 3;

const useStyles = makeStyles({
	root: {
		display: 'inline-flex',
		flexWrap: 'wrap',
		gap: `0 ${tokens.spacingHorizontalL}`,
		minHeight: '20px',
		fontSize: tokens.fontSizeBase200,
	},
});

/** Of all runs there are, not of those that a filter leaves. */
export function RunsSummary({ workspace, experimentId }: { readonly workspace: string; readonly experimentId: string | null }) {
	const styles = useStyles();
	const search: RunSearch = {
		workspace,
		experimentIds: experimentId === null ? [] : [experimentId],
		filter: '',
		orderBy: 'createdTime',
		isAscending: false,
		lifecycle: 'active',
		rootsOnly: false,
	};
	const { data } = useQuery(summaryQuery(search));
	if (data === undefined) return <span className={styles.root} />;
	const { runCount, activeRunCount, activeTargets, durationMs } = data;
	const names = activeTargets.slice(0, TARGETS_NAMED).map(({ target, activeRunCount: runs }) => `${target} (${formatCount(runs)})`);
	const more = activeTargets.length > TARGETS_NAMED ? [`${activeTargets.length - TARGETS_NAMED} more`] : [];
	return (
		<span className={styles.root} data-summary="">
			<span>
				{formatCount(runCount)} {runCount === 1 ? 'run' : 'runs'}
			</span>
			{activeRunCount > 0 && <ActiveRuns count={activeRunCount} />}
			{activeTargets.length > 0 && (
				<span title="Compute targets of the active runs">
					{formatCount(activeTargets.length)} compute {activeTargets.length === 1 ? 'target' : 'targets'} in use:{' '}
					{[...names, ...more].join(', ')}
				</span>
			)}
			{durationMs !== null && (
				<span
					title={`From ${formatDuration(durationMs.min)} to ${formatDuration(durationMs.max)}, ${formatDuration(durationMs.total)} in all`}
				>
					{formatDuration(durationMs.mean)} on average
				</span>
			)}
		</span>
	);
}
