/** Shows a text of any size, line by line; a log that grows is followed for as long as its end is looked at. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import type { RunFile } from '@runstead/contract';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useDeferredValue, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { formatBytes } from '../../shared/format/bytes.ts';
import { scrollable } from '../../shared/keyboard/scrollable.ts';
import { ErrorState } from '../../shared/states/error-state.tsx';
import { LoadingRows } from '../../shared/states/loading-rows.tsx';
import { LogLine } from './log-line.tsx';
import { findLines } from './log-search.ts';
import { LogToolbar } from './log-toolbar.tsx';
import { HELD_BYTES_MAX } from './log-window.ts';
import { useLog } from './use-log.ts';

const LINE_HEIGHT_PX = 18;
const OVERSCAN_LINES = 30;
/** The earlier or later part is read when so few lines are left before the edge. */
const LINES_AHEAD = 100;
/** So near the end counts as at the end. */
const END_PX = 2 * LINE_HEIGHT_PX;

const useStyles = makeStyles({
	root: { display: 'flex', flexDirection: 'column', flexGrow: 1, minHeight: 0, minWidth: 0 },
	scroller: {
		flexGrow: 1,
		minHeight: 0,
		overflow: 'auto',
		position: 'relative',
		backgroundColor: tokens.colorNeutralBackground2,
		fontFamily: tokens.fontFamilyMonospace,
		fontSize: tokens.fontSizeBase200,
		lineHeight: `${LINE_HEIGHT_PX}px`,
		tabSize: '4',
		overflowAnchor: 'none',
		':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
	},
	lines: { position: 'absolute', left: 0, minWidth: '100%', width: 'max-content', padding: `0 ${tokens.spacingHorizontalM}` },
	wrapped: { width: '100%' },
	edge: {
		padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
		color: tokens.colorNeutralForeground3,
		fontSize: tokens.fontSizeBase200,
	},
});

interface LogViewerProps {
	readonly run: string;
	readonly file: RunFile;
	readonly downloadAddress: string;
}

export function LogViewer({ run, file, downloadAddress }: LogViewerProps) {
	const styles = useStyles();
	const log = useLog(run, file);
	const scroller = useRef<HTMLDivElement>(null);
	const [isFollowing, setIsFollowing] = useState(true);
	const [isWrapped, setIsWrapped] = useState(false);
	const [search, setSearch] = useState('');
	const [chosenMatch, setChosenMatch] = useState(0);
	const sought = useDeferredValue(search);
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

	// biome-ignore lint/correctness/useExhaustiveDependencies: the lines found change with the version of the window
	const matches = useMemo(() => findLines(held, sought), [held, version, sought]);
	const match = matches.length === 0 ? null : Math.min(chosenMatch, matches.length - 1);
	const isGrowing = file.kind === 'log' && !file.sealed;

	// What is looked at stays in place when lines come before it.
	// biome-ignore lint/correctness/useExhaustiveDependencies: once for each version of the window
	useLayoutEffect(() => {
		const element = scroller.current;
		if (element === null) return;
		if (log.isOpenedAtStart) element.scrollTop = 0;
		else element.scrollTop += log.prepended * LINE_HEIGHT_PX;
	}, [version]);
	// biome-ignore lint/correctness/useExhaustiveDependencies: whenever there is more to follow
	useLayoutEffect(() => {
		const element = scroller.current;
		if (element !== null && isFollowing) element.scrollTop = element.scrollHeight;
	}, [version, count, isFollowing]);

	useEffect(() => {
		if (version === 0) return;
		if (firstShown < LINES_AHEAD && held.start > 0 && !isFollowing) log.want('earlier');
		else if (lastShown > count - LINES_AHEAD && held.end < log.sizeBytes) log.want('later');
	}, [version, firstShown, lastShown, count, held, log, isFollowing]);

	const lastTop = useRef(0);
	const onScroll = () => {
		const element = scroller.current;
		if (element === null) return;
		const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight <= END_PX && held.end >= log.sizeBytes;
		if (isAtEnd) setIsFollowing(true);
		else if (element.scrollTop < lastTop.current) setIsFollowing(false);
		lastTop.current = element.scrollTop;
	};
	const goToMatch = (next: number) => {
		const index = (next + matches.length) % matches.length;
		const line = matches[index];
		if (line === undefined) return;
		setIsFollowing(false);
		setChosenMatch(index);
		virtualizer.scrollToIndex(line, { align: 'center' });
	};
	const jump = (place: 'start' | 'end') => {
		setIsFollowing(place === 'end');
		const isHeld = place === 'start' ? held.start === 0 : held.end >= log.sizeBytes;
		if (!isHeld) log.want(place === 'start' ? 'open-start' : 'open-end');
		else virtualizer.scrollToOffset(place === 'start' ? 0 : virtualizer.getTotalSize());
	};

	const readAll = () => {
		setIsFollowing(false);
		log.want('all');
	};

	return (
		<div className={styles.root}>
			<LogToolbar
				search={search}
				onSearch={(text) => {
					setSearch(text);
					setChosenMatch(0);
				}}
				match={match}
				matchCount={matches.length}
				isPartlyRead={held.start > 0 || held.end < log.sizeBytes}
				onReadAll={log.sizeBytes > HELD_BYTES_MAX ? null : readAll}
				sizeBytes={log.sizeBytes}
				onMatch={goToMatch}
				isWrapped={isWrapped}
				onWrap={setIsWrapped}
				isFollowing={isFollowing}
				isGrowing={isGrowing}
				onJump={jump}
				downloadAddress={downloadAddress}
			/>
			{log.error !== null && <ErrorState error={log.error} onRetry={() => log.want(version === 0 ? 'open-end' : 'later')} />}
			{version === 0 && log.error === null && <LoadingRows label={`Loading ${file.path}`} />}
			{version > 0 && count === 0 && <div className={styles.edge}>{isGrowing ? 'Nothing was written yet.' : 'The file is empty.'}</div>}
			<section
				{...scrollable}
				ref={scroller}
				className={styles.scroller}
				aria-label={file.path}
				onScroll={onScroll}
				data-following={isFollowing}
			>
				<div style={{ height: virtualizer.getTotalSize() }}>
					<div className={mergeClasses(styles.lines, isWrapped && styles.wrapped)} style={{ top: items[0]?.start ?? 0 }}>
						{items.map((item) => (
							<LogLine
								key={item.key}
								ref={isWrapped ? virtualizer.measureElement : undefined}
								index={item.index}
								text={held.line(item.index)}
								search={sought}
								isChosen={match !== null && matches[match] === item.index}
								isWrapped={isWrapped}
							/>
						))}
					</div>
				</div>
			</section>
			{held.start > 0 && version > 0 && (
				<div className={styles.edge}>Shown from {formatBytes(held.start)} on; scroll up for what is before.</div>
			)}
		</div>
	);
}
