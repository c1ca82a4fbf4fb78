/** How far a run is, and about how long it still takes. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { isTerminal, type Run } from '@runstead/contract';
import { formatNumber, formatPercent } from '../../shared/format/numbers.ts';
import { formatTimeLeft } from '../../shared/format/times.ts';
import { useNow } from '../../shared/format/use-now.ts';
import { timeLeftMs } from './run-times.ts';

const useStyles = makeStyles({
	root: { display: 'inline-flex', alignItems: 'center', gap: tokens.spacingHorizontalS, minWidth: 0, maxWidth: '100%' },
	track: {
		width: '44px',
		height: '4px',
		borderRadius: '2px',
		backgroundColor: tokens.colorNeutralBackground6,
		overflow: 'hidden',
		flexShrink: 0,
	},
	fill: { display: 'block', height: '100%', borderRadius: '2px', backgroundColor: tokens.colorBrandForeground1 },
	ended: { backgroundColor: tokens.colorNeutralForeground4 },
	number: { fontVariantNumeric: 'tabular-nums' },
	left: { color: tokens.colorNeutralForeground3, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
});

export function RunProgress({ run }: { readonly run: Pick<Run, 'startTime' | 'endTime' | 'status' | 'progress'> }) {
	const styles = useStyles();
	const isLive = run.progress !== null && !isTerminal(run.status);
	const now = useNow(isLive);
	if (run.progress === null) return null;
	const { done, total } = run.progress;
	const left = timeLeftMs(run, now);
	const share = Math.min(1, done / total);
	return (
		<span className={styles.root} title={`${formatNumber(done)} of ${formatNumber(total)}`}>
			<span
				className={styles.track}
				role="progressbar"
				aria-label="Progress"
				aria-valuemin={0}
				aria-valuemax={100}
				aria-valuenow={Math.floor(share * 100)}
			>
				<span className={mergeClasses(styles.fill, !isLive && styles.ended)} style={{ width: `${share * 100}%` }} />
			</span>
			<span className={styles.number}>{formatPercent(done, total)}</span>
			{left !== null && <span className={styles.left}>{formatTimeLeft(left)}</span>}
		</span>
	);
}
