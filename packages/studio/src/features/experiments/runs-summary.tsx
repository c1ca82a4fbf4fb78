/** In a line: how many runs, how many of them active and where, and how long they take. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { formatCount } from '../../shared/format/numbers.ts';
import { formatDuration } from '../../shared/format/times.ts';
import { type RunSearch, summaryQuery } from '../runs/api.ts';
import { filterErrorOf } from '../runs/filter-error.ts';
import type { RunListSearch } from '../runs/run-search.ts';
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

interface RunsSummaryProps {
	readonly workspace: string;
	readonly experimentId: string | null;
	/** What the list shows: the same runs are counted. */
	readonly view: RunListSearch;
}

export function RunsSummary({ workspace, experimentId, view }: RunsSummaryProps) {
	const styles = useStyles();
	const search: RunSearch = {
		workspace,
		experimentIds: experimentId === null ? (view.experiments ?? []) : [experimentId],
		filter: view.filter ?? '',
		orderBy: 'createdTime',
		isAscending: false,
		lifecycle: view.lifecycle ?? 'active',
		rootsOnly: view.flat !== true,
	};
	const { data } = useQuery({ ...summaryQuery(search), enabled: filterErrorOf(search.filter) === null });
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
