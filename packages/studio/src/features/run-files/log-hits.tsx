/** Only the lines that a search or a level found, each with its number; a press on one goes to it in the whole text. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { formatCount } from '../../shared/format/numbers.ts';
import { usePaneStyles } from '../../shared/text/pane-styles.ts';
import type { SearchHit } from './file-search.ts';
import { LogLine } from './log-line.tsx';

const LINE_HEIGHT_PX = 18;
const OVERSCAN_LINES = 30;

const useStyles = makeStyles({
	lines: { position: 'absolute', left: 0, minWidth: '100%', width: 'max-content' },
	row: {
		display: 'flex',
		width: '100%',
		padding: 0,
		border: 'none',
		background: 'none',
		font: 'inherit',
		color: 'inherit',
		textAlign: 'left',
		cursor: 'pointer',
		':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
		':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
	},
	wrapped: { width: '100%' },
	number: {
		flexShrink: 0,
		width: '80px',
		paddingRight: tokens.spacingHorizontalS,
		textAlign: 'right',
		color: tokens.colorNeutralForeground3,
		fontVariantNumeric: 'tabular-nums',
	},
	text: { flexGrow: 1, minWidth: 0 },
});

interface LogHitsProps {
	readonly label: string;
	readonly hits: readonly SearchHit[];
	readonly marker: RegExp | null;
	readonly chosen: number | null;
	readonly isWrapped: boolean;
	readonly hasTimes: boolean;
	readonly onOpen: (hit: number) => void;
}

export function LogHits({ label, hits, marker, chosen, isWrapped, hasTimes, onOpen }: LogHitsProps) {
	const styles = useStyles();
	const pane = usePaneStyles();
	const scroller = useRef<HTMLDivElement>(null);
	const virtualizer = useVirtualizer({
		count: hits.length,
		getScrollElement: () => scroller.current,
		estimateSize: () => LINE_HEIGHT_PX,
		overscan: OVERSCAN_LINES,
		useFlushSync: false,
	});
	const items = virtualizer.getVirtualItems();
	useEffect(() => {
		if (chosen !== null) virtualizer.scrollToIndex(chosen, { align: 'auto' });
	}, [virtualizer, chosen]);
	return (
		<section ref={scroller} className={pane.scroller} aria-label={`Found in ${label}`}>
			<div style={{ height: virtualizer.getTotalSize() }}>
				<div className={mergeClasses(styles.lines, isWrapped && styles.wrapped)} style={{ top: items[0]?.start ?? 0 }}>
					{items.map((item) => {
						const hit = hits[item.index];
						if (hit === undefined) return null;
						return (
							<button
								key={hit.offset}
								ref={isWrapped ? virtualizer.measureElement : undefined}
								data-index={item.index}
								type="button"
								className={styles.row}
								title="Show it among the other lines"
								onClick={() => onOpen(item.index)}
							>
								<span className={styles.number}>{formatCount(hit.line)}</span>
								<span className={styles.text}>
									<LogLine
										index={item.index}
										text={hit.text}
										marker={marker}
										isChosen={item.index === chosen}
										isWrapped={isWrapped}
										hasTime={hasTimes}
									/>
								</span>
							</button>
						);
					})}
				</div>
			</div>
		</section>
	);
}
