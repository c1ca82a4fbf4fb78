/** Two texts side by side, with the lines marked that differ, and a way from one difference to the next. */
import { Button, makeStyles, mergeClasses, Switch, tokens } from '@fluentui/react-components';
import { terminalLine } from '@runstead/contract';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import { formatCount } from '../format/numbers.ts';
import { ArrowDownRegular, ArrowUpRegular, DismissRegular } from '../icons.ts';
import { scrollable } from '../keyboard/scrollable.ts';
import { usePaneStyles } from '../text/pane-styles.ts';
import { diffLines, withoutNumbers } from './line-diff.ts';

const LINE_HEIGHT_PX = 18;
const OVERSCAN_LINES = 30;

const useStyles = makeStyles({
	toolbar: {
		display: 'flex',
		flexWrap: 'wrap',
		alignItems: 'center',
		gap: tokens.spacingHorizontalS,
		padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
		borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
	},
	count: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
	close: { marginLeft: 'auto' },
	heads: { display: 'grid', gridTemplateColumns: '1fr 1fr', fontWeight: tokens.fontWeightSemibold, fontSize: tokens.fontSizeBase200 },
	head: { padding: `4px ${tokens.spacingHorizontalM}`, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
	row: { position: 'absolute', left: 0, width: '100%', display: 'grid', gridTemplateColumns: '1fr 1fr', height: '18px' },
	cell: {
		padding: '0 9px',
		borderLeft: '3px solid transparent',
		overflow: 'hidden',
		textOverflow: 'ellipsis',
		whiteSpace: 'pre',
	},
	removed: { backgroundColor: tokens.colorPaletteRedBackground1, borderLeftColor: tokens.colorPaletteRedForeground1 },
	added: { backgroundColor: tokens.colorPaletteGreenBackground1, borderLeftColor: tokens.colorPaletteGreenForeground1 },
	absent: { backgroundColor: tokens.colorNeutralBackground4 },
});

interface TextDiffProps {
	readonly left: string;
	readonly right: string;
	readonly names: readonly [string, string];
	/** What both are. */
	readonly label: string;
	/** Times and numbers differ from run to run: they may be left out of the comparison. */
	readonly mayIgnoreNumbers?: boolean;
	/** Of each text, when there is more of it. */
	readonly note?: string | undefined;
	readonly onClose?: () => void;
}

export function TextDiff({ left, right, names, label, mayIgnoreNumbers = false, note, onClose }: TextDiffProps) {
	const styles = useStyles();
	const pane = usePaneStyles();
	const scroller = useRef<HTMLDivElement>(null);
	const [ignoresNumbers, setIgnoresNumbers] = useState(mayIgnoreNumbers);
	const [chosen, setChosen] = useState<number | null>(null);
	const diff = useMemo(
		() => diffLines(linesOf(left), linesOf(right), ignoresNumbers ? withoutNumbers : undefined),
		[left, right, ignoresNumbers],
	);
	const virtualizer = useVirtualizer({
		count: diff.rows.length,
		getScrollElement: () => scroller.current,
		estimateSize: () => LINE_HEIGHT_PX,
		overscan: OVERSCAN_LINES,
		useFlushSync: false,
	});
	const { changes } = diff;
	const goTo = (next: number) => {
		const index = (next + changes.length) % changes.length;
		setChosen(index);
		virtualizer.scrollToIndex(changes[index] ?? 0, { align: 'center' });
	};
	return (
		<>
			<div className={styles.toolbar}>
				{mayIgnoreNumbers && (
					<Switch label="Leave numbers and times out" checked={ignoresNumbers} onChange={(_, { checked }) => setIgnoresNumbers(checked)} />
				)}
				<span className={styles.count} role="status">
					{changes.length === 0
						? 'no difference'
						: `${chosen === null ? '' : `${formatCount(chosen + 1)} of `}${formatCount(changes.length)} ${changes.length === 1 ? 'difference' : 'differences'}`}
				</span>
				<Button
					size="small"
					appearance="subtle"
					icon={<ArrowUpRegular />}
					aria-label="Previous difference"
					disabled={changes.length === 0}
					onClick={() => goTo((chosen ?? 0) - 1)}
				/>
				<Button
					size="small"
					appearance="subtle"
					icon={<ArrowDownRegular />}
					aria-label="Next difference"
					disabled={changes.length === 0}
					onClick={() => goTo(chosen === null ? 0 : chosen + 1)}
				/>
				{onClose && (
					<Button className={styles.close} size="small" appearance="subtle" icon={<DismissRegular />} onClick={onClose}>
						Close the comparison
					</Button>
				)}
			</div>
			{diff.isGivenUp && <div className={pane.note}>The texts differ in too much to be put beside each other line by line.</div>}
			{note && <div className={pane.note}>{note}</div>}
			<div className={styles.heads}>
				{names.map((name, side) => (
					// biome-ignore lint/suspicious/noArrayIndexKey: two runs may be called the same
					<span key={side} className={styles.head} title={name}>
						{name}
					</span>
				))}
			</div>
			<section {...scrollable} ref={scroller} className={pane.scroller} aria-label={`Differences in ${label}`}>
				<div style={{ height: virtualizer.getTotalSize() }}>
					{virtualizer.getVirtualItems().map((item) => {
						const row = diff.rows[item.index];
						return (
							row && (
								<div key={item.key} className={styles.row} style={{ transform: `translateY(${item.start}px)` }} data-diff={row.kind}>
									<Side text={row.left} isMarked={row.kind !== 'same'} side="removed" />
									<Side text={row.right} isMarked={row.kind !== 'same'} side="added" />
								</div>
							)
						);
					})}
				</div>
			</section>
		</>
	);
}

interface SideProps {
	readonly text: string | null;
	readonly isMarked: boolean;
	readonly side: 'removed' | 'added';
}

function Side({ text, isMarked, side }: SideProps) {
	const styles = useStyles();
	if (text === null) return <span className={mergeClasses(styles.cell, styles.absent)} />;
	return (
		<span className={mergeClasses(styles.cell, isMarked && styles[side])} title={text}>
			{text}
		</span>
	);
}

function linesOf(text: string): string[] {
	const lines = text.split('\n').map(terminalLine);
	if (lines.at(-1) === '') lines.pop();
	return lines;
}
