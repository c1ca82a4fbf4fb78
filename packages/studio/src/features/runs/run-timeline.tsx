/** A bar of what a run spent its time on: queued, preparing, running, finalizing. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { isTerminal, type Run } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { formatAbsolute, formatDuration } from '../../shared/format/times.ts';
import { useNow } from '../../shared/format/use-now.ts';
import { runEventsQuery } from './api.ts';
import { type Phase, type PhaseName, phasesOf } from './run-phases.ts';
import { useRunMarks } from './use-run-marks.ts';

const WORDS: Readonly<Record<PhaseName, string>> = {
	queued: 'Queued',
	preparing: 'Preparing',
	running: 'Running',
	finalizing: 'Finalizing',
};

const useStyles = makeStyles({
	root: {
		display: 'flex',
		alignItems: 'center',
		gap: tokens.spacingHorizontalM,
		flexWrap: 'wrap',
		padding: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalS}`,
	},
	bar: { position: 'relative', display: 'flex', gap: '2px', flexGrow: 1, minWidth: '160px', height: '6px' },
	mark: {
		position: 'absolute',
		top: '-4px',
		width: '3px',
		height: '14px',
		borderRadius: '1px',
		backgroundColor: tokens.colorPaletteMarigoldForeground2,
		boxShadow: `0 0 0 1px ${tokens.colorNeutralBackground1}`,
	},
	bad: { backgroundColor: tokens.colorPaletteRedForeground1 },
	phase: { minWidth: '3px', borderRadius: '3px' },
	legend: {
		'@media (max-width: 640px)': { display: 'none' },
		display: 'flex',
		flexWrap: 'wrap',
		gap: tokens.spacingHorizontalM,
		margin: 0,
		padding: 0,
		listStyleType: 'none',
		fontSize: tokens.fontSizeBase200,
		color: tokens.colorNeutralForeground3,
	},
	item: { display: 'inline-flex', alignItems: 'center', gap: '6px', fontVariantNumeric: 'tabular-nums' },
	dot: { width: '8px', height: '8px', borderRadius: '2px' },
	queued: { backgroundColor: tokens.colorNeutralStroke1 },
	preparing: { backgroundColor: tokens.colorPaletteTealBorderActive },
	running: { backgroundColor: tokens.colorBrandForeground1 },
	finalizing: { backgroundColor: tokens.colorPaletteLavenderBorderActive },
});

export function RunTimeline({ run }: { readonly run: Run }) {
	const styles = useStyles();
	const events = useQuery(runEventsQuery(run.id));
	const now = useNow(!isTerminal(run.status));
	const phases = phasesOf(run, events.data ?? [], now);
	const marks = useRunMarks(run);
	const [startMs, endMs] = [phases[0]?.startMs ?? now, phases.at(-1)?.endMs ?? now];
	return (
		<div className={styles.root}>
			<div className={styles.bar} aria-hidden="true">
				{phases.map((phase) => (
					<div
						key={phase.startMs}
						className={mergeClasses(styles.phase, styles[phase.name])}
						style={{ flexGrow: Math.max(1, lengthMs(phase)) }}
						title={titleOf(phase)}
					/>
				))}
				{marks.map((mark) => (
					<div
						key={`${mark.atMs} ${mark.text}`}
						className={mergeClasses(styles.mark, mark.tone === 'bad' && styles.bad)}
						style={{ left: `${Math.min(100, Math.max(0, ((mark.atMs - startMs) / Math.max(1, endMs - startMs)) * 100))}%` }}
						title={`${mark.text} (${formatAbsolute(mark.atMs)})`}
					/>
				))}
			</div>
			<ul className={styles.legend} aria-label="What the run spent its time on">
				{totals(phases).map(([name, total]) => (
					<li key={name} className={styles.item}>
						<span className={mergeClasses(styles.dot, styles[name])} />
						{WORDS[name]} {formatDuration(total)}
					</li>
				))}
			</ul>
		</div>
	);
}

function lengthMs(phase: Phase): number {
	return phase.endMs - phase.startMs;
}

function titleOf(phase: Phase): string {
	return `${WORDS[phase.name]} ${formatDuration(lengthMs(phase))}: ${formatAbsolute(phase.startMs)} to ${formatAbsolute(phase.endMs)}`;
}

/** Length of each phase, summed where a run came back to it. */
function totals(phases: readonly Phase[]): [PhaseName, number][] {
	const sums = new Map<PhaseName, number>();
	for (const phase of phases) sums.set(phase.name, (sums.get(phase.name) ?? 0) + lengthMs(phase));
	return [...sums];
}
