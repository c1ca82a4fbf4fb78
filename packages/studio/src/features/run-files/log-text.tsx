/** The lines of a text of any size; a log that grows is followed for as long as its end is looked at. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type Ref, useEffect, useImperativeHandle, useLayoutEffect, useRef } from 'react';
import { scrollable } from '../../shared/keyboard/scrollable.ts';
import { usePaneStyles } from '../../shared/text/pane-styles.ts';
import { LogLine } from './log-line.tsx';
import type { LogReader } from './log-reader.ts';

const LINE_HEIGHT_PX = 18;
const OVERSCAN_LINES = 30;
/** The earlier or later part is read when so few lines are left before the edge. */
const LINES_AHEAD = 100;
/** So near the end counts as at the end. */
const END_PX = 2 * LINE_HEIGHT_PX;

const useStyles = makeStyles({
	lines: { position: 'absolute', left: 0, minWidth: '100%', width: 'max-content', paddingRight: tokens.spacingHorizontalM },
	wrapped: { width: '100%' },
});

export interface LogTextHandle {
	/** Brings the line at a byte of the file on screen, reading it first where it is not held. */
	goTo(offset: number): void;
	goToEdge(edge: 'start' | 'end'): void;
}

interface LogTextProps {
	readonly ref: Ref<LogTextHandle>;
	readonly label: string;
	readonly log: LogReader;
	readonly marker: RegExp | null;
	/** The byte at which the chosen line begins. */
	readonly chosen: number | null;
	readonly isWrapped: boolean;
	readonly hasTimes: boolean;
	readonly isFollowing: boolean;
	readonly onFollow: (isFollowing: boolean) => void;
}

export function LogText({ ref, label, log, marker, chosen, isWrapped, hasTimes, isFollowing, onFollow }: LogTextProps) {
	const styles = useStyles();
	const pane = usePaneStyles();
	const scroller = useRef<HTMLDivElement>(null);
	const { window: held, version } = log;
	const count = held.lineCount;
	const virtualizer = useVirtualizer({
		count,
		getScrollElement: () => scroller.current,
		estimateSize: () => LINE_HEIGHT_PX,
		getItemKey: (index) => held.keyOf(index),
		overscan: OVERSCAN_LINES,
		useFlushSync: false,
	});
	const items = virtualizer.getVirtualItems();
	const firstShown = items[0]?.index ?? 0;
	const lastShown = items.at(-1)?.index ?? 0;
	const chosenIndex = chosen === null ? null : held.indexAt(chosen);

	// What is looked at stays in place when lines come before it.
	// biome-ignore lint/correctness/useExhaustiveDependencies: once for each version of the window
	useLayoutEffect(() => {
		const element = scroller.current;
		if (element === null || log.target !== null) return;
		if (log.isOpenedAtStart) element.scrollTop = 0;
		else element.scrollTop += log.prepended * LINE_HEIGHT_PX;
	}, [version]);
	const targetIndex = log.target === null ? null : held.indexAt(log.target);
	useLayoutEffect(() => {
		if (targetIndex === null) return;
		virtualizer.scrollToIndex(targetIndex, { align: 'center' });
		log.reached();
	}, [virtualizer, log, targetIndex]);
	// biome-ignore lint/correctness/useExhaustiveDependencies: whenever there is more to follow
	useLayoutEffect(() => {
		const element = scroller.current;
		if (element !== null && isFollowing) element.scrollTop = element.scrollHeight;
	}, [version, count, isFollowing]);

	useEffect(() => {
		if (version === 0 || log.target !== null) return;
		if (firstShown < LINES_AHEAD && held.start > 0 && !isFollowing) log.want('earlier');
		else if (lastShown > count - LINES_AHEAD && held.end < log.sizeBytes) log.want('later');
	}, [version, firstShown, lastShown, count, held, log, isFollowing]);

	useImperativeHandle(ref, () => ({
		goTo(offset) {
			onFollow(false);
			log.goTo(offset);
		},
		goToEdge(edge) {
			onFollow(edge === 'end');
			const isHeld = edge === 'start' ? held.start === 0 : held.end >= log.sizeBytes;
			if (!isHeld) log.want(edge === 'start' ? 'open-start' : 'open-end');
			else virtualizer.scrollToOffset(edge === 'start' ? 0 : virtualizer.getTotalSize());
		},
	}));

	const lastTop = useRef(0);
	const onScroll = () => {
		const element = scroller.current;
		if (element === null) return;
		const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight <= END_PX && held.end >= log.sizeBytes;
		if (isAtEnd) onFollow(true);
		else if (element.scrollTop < lastTop.current) onFollow(false);
		lastTop.current = element.scrollTop;
	};

	return (
		<section {...scrollable} ref={scroller} className={pane.scroller} aria-label={label} onScroll={onScroll} data-following={isFollowing}>
			<div style={{ height: virtualizer.getTotalSize() }}>
				<div className={mergeClasses(styles.lines, isWrapped && styles.wrapped)} style={{ top: items[0]?.start ?? 0 }}>
					{items.map((item) => (
						<LogLine
							key={item.key}
							ref={isWrapped ? virtualizer.measureElement : undefined}
							index={item.index}
							text={held.line(item.index)}
							marker={marker}
							isChosen={chosenIndex === item.index}
							isWrapped={isWrapped}
							hasTime={hasTimes}
						/>
					))}
				</div>
			</div>
		</section>
	);
}
