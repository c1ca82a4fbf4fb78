/** Cells that are of a row of the list itself: its box, its eye, the name of a group and its sums. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { RunGroup } from '@runstead/contract';
import { useSyncExternalStore } from 'react';
import { seriesColour } from '../../shared/charts/colours.ts';
import { LineStroke } from '../../shared/charts/line-stroke.tsx';
import { formatCount, formatNumber } from '../../shared/format/numbers.ts';
import { formatDuration } from '../../shared/format/times.ts';
import { EyeOffRegular, EyeRegular } from '../../shared/icons.ts';
import { type RunColours, useRunColour } from './run-colours.ts';
import type { RunPages } from './run-pages.ts';
import { type Selection, useIsSelected, useSelected } from './selection.ts';

const useStyles = makeStyles({
	box: { width: '16px', height: '16px', margin: 0, accentColor: tokens.colorBrandBackground, cursor: 'pointer' },
	eye: {
		display: 'inline-flex',
		flexDirection: 'column',
		alignItems: 'center',
		gap: '2px',
		padding: '4px 0 2px',
		border: 'none',
		background: 'none',
		fontSize: '16px',
		color: tokens.colorNeutralForeground3,
		cursor: 'pointer',
		borderRadius: tokens.borderRadiusSmall,
		':hover': { color: tokens.colorNeutralForeground1 },
		':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}` },
	},
	hidden: { color: tokens.colorNeutralForeground4 },
	group: {
		display: 'inline-flex',
		gap: tokens.spacingHorizontalS,
		alignItems: 'baseline',
		minWidth: 0,
		fontWeight: tokens.fontWeightSemibold,
	},
	value: { overflow: 'hidden', textOverflow: 'ellipsis' },
	count: { color: tokens.colorNeutralForeground3, fontWeight: tokens.fontWeightRegular, fontSize: tokens.fontSizeBase200 },
});

export function SelectBox({ selection, id, name }: { readonly selection: Selection; readonly id: string; readonly name: string }) {
	const styles = useStyles();
	const isSelected = useIsSelected(selection, id);
	return (
		<input
			type="checkbox"
			tabIndex={-1}
			className={styles.box}
			checked={isSelected}
			aria-label={`Select ${name}`}
			onChange={() => selection.toggle(id)}
		/>
	);
}

/** Chooses all runs that are in memory, or none. */
export function SelectAllBox({ selection, pages }: { readonly selection: Selection; readonly pages: RunPages }) {
	const styles = useStyles();
	const count = useSelected(selection).size;
	const heldCount = useSyncExternalStore(pages.subscribe, () => pages.heldRuns().length);
	return (
		<input
			type="checkbox"
			className={styles.box}
			checked={count > 0}
			ref={(element) => {
				if (element !== null) element.indeterminate = count > 0 && count < heldCount;
			}}
			aria-label={count > 0 ? 'Select none' : 'Select all that are loaded'}
			onChange={() => selection.set(count > 0 ? [] : pages.heldRuns().map(({ id }) => id))}
		/>
	);
}

/** In the colour of its run in the charts, over a piece of its line. */
export function EyeButton({
	colours,
	run,
	isHidden,
	name,
	onToggle,
}: {
	readonly colours: RunColours;
	readonly run: string;
	readonly isHidden: boolean;
	readonly name: string;
	readonly onToggle: () => void;
}) {
	const styles = useStyles();
	const colour = useRunColour(colours, run);
	return (
		<button
			type="button"
			tabIndex={-1}
			style={colour === null || isHidden ? undefined : { color: seriesColour(colour) }}
			className={mergeClasses(styles.eye, isHidden && styles.hidden)}
			aria-pressed={isHidden}
			aria-label={isHidden ? `Show ${name} in charts` : `Hide ${name} from charts`}
			title={isHidden ? 'Left out of charts' : 'Shown in charts'}
			onClick={onToggle}
		>
			{isHidden ? <EyeOffRegular /> : <EyeRegular />}
			{colour !== null && !isHidden && <LineStroke series={colour} />}
		</button>
	);
}

export function GroupName({ field, group }: { readonly field: string; readonly group: RunGroup }) {
	const styles = useStyles();
	const active = group.activeRunCount > 0 ? `, ${formatCount(group.activeRunCount)} active` : '';
	return (
		<span className={styles.group} title={`${field} = ${group.value ?? 'none'}`}>
			<span className={styles.value}>{group.value === null ? '(none)' : group.value === '' ? '(empty)' : group.value}</span>
			<span className={styles.count}>
				{formatCount(group.runCount)} {group.runCount === 1 ? 'run' : 'runs'}
				{active}
			</span>
		</span>
	);
}

/** The mean, with what it is of on hover. */
export function GroupSum({ sum, isDuration }: { readonly sum: RunGroup['aggregates'][number]; readonly isDuration: boolean }) {
	if (sum.mean === null || sum.min === null || sum.max === null) return null;
	const text = isDuration ? formatDuration : formatNumber;
	const title = `mean ${sum.mean} of ${sum.count} runs, from ${sum.min} to ${sum.max}`;
	return <span title={title}>⌀ {text(sum.mean)}</span>;
}
