/** A text of any size with its tools: opened at its end, followed while it grows, searched on the server. */
import { makeStyles } from '@fluentui/react-components';
import type { RunFile } from '@runstead/contract';
import { type ReactNode, useMemo, useRef, useState } from 'react';
import { describeError } from '../../shared/api/describe-error.ts';
import { formatBytes } from '../../shared/format/bytes.ts';
import { ErrorState } from '../../shared/states/error-state.tsx';
import { LoadingRows } from '../../shared/states/loading-rows.tsx';
import { usePaneStyles } from '../../shared/text/pane-styles.ts';
import { searchFile } from './api.ts';
import { HITS_MAX } from './file-search.ts';
import { LogHits } from './log-hits.tsx';
import { markerOf } from './log-marks.ts';
import { LogText, type LogTextHandle } from './log-text.tsx';
import { LogToolbar } from './log-toolbar.tsx';
import type { LogView } from './log-view.ts';
import { useFileSearch } from './use-file-search.ts';
import { useLog } from './use-log.ts';

const useStyles = makeStyles({
	root: { display: 'flex', flexDirection: 'column', flexGrow: 1, minHeight: 0, minWidth: 0 },
});

interface LogViewerProps {
	readonly run: string;
	readonly file: RunFile;
	readonly downloadAddress: string;
	readonly view: LogView;
	readonly onView: (change: LogView) => void;
	/** More tools. */
	readonly tools?: ReactNode;
}

export function LogViewer({ run, file, downloadAddress, view, onView, tools }: LogViewerProps) {
	const styles = useStyles();
	const pane = usePaneStyles();
	const log = useLog(run, file);
	const text = useRef<LogTextHandle>(null);
	const [isFollowing, setIsFollowing] = useState(true);
	const [hasTimes, setHasTimes] = useState(true);
	const [chosenHit, setChosenHit] = useState<number | null>(null);
	const [chosenOffset, setChosenOffset] = useState<number | null>(null);
	const [note, setNote] = useState<string | null>(null);
	const { q = '', regex: isRegex = false, level = null, only: isFiltered = false, wrap: isWrapped = false } = view;
	const search = useFileSearch(run, file.path, file.version, { pattern: q, isRegex, level }, log.sizeBytes);
	const marker = useMemo(() => markerOf(q, isRegex), [q, isRegex]);
	const hits = search?.hits ?? [];
	const hit = chosenHit === null || hits.length === 0 ? null : Math.min(chosenHit, hits.length - 1);
	const isGrowing = file.kind === 'log' && !file.sealed;
	const { window: held, version } = log;

	/** Where only what was found is on screen, the text is read at that place before it comes. */
	const goTo = (offset: number) => {
		setChosenOffset(offset);
		if (text.current !== null) return text.current.goTo(offset);
		setIsFollowing(false);
		log.goTo(offset);
	};
	const goToHit = (next: number) => {
		const index = (next + hits.length) % hits.length;
		const found = hits[index];
		if (found === undefined) return;
		setChosenHit(index);
		if (!isFiltered) goTo(found.offset);
	};
	const change = (next: LogView) => {
		setNote(null);
		setChosenHit(null);
		onView(next);
	};
	const firstError = async () => {
		setNote('Looking for the first error …');
		try {
			const query = { pattern: '', regex: false, level: 'error', version: file.version, from: 0, limit: 1 } as const;
			for await (const message of searchFile(run, file.path, query, new AbortController().signal)) {
				if (!('offset' in message)) continue;
				onView({ only: undefined });
				setNote(null);
				return goTo(message.offset);
			}
			setNote('No line of this text says that it is an error.');
		} catch (error) {
			setNote(describeError(error).message);
		}
	};

	return (
		<div className={styles.root}>
			<LogToolbar
				view={view}
				onView={change}
				hit={hit}
				hitCount={hits.length}
				isSearching={search === null || search.isSearching || (search.ended === null && search.error === null)}
				isCutOff={search?.ended === 'limit'}
				onHit={goToHit}
				onFirstError={() => void firstError()}
				hasTimes={hasTimes}
				onTimes={setHasTimes}
				isFollowing={isFollowing}
				isGrowing={isGrowing}
				onJump={(edge) => text.current?.goToEdge(edge)}
				downloadAddress={downloadAddress}
			>
				{tools}
			</LogToolbar>
			{search?.error !== null && search?.error !== undefined && <div className={pane.problem}>{describeError(search.error).message}</div>}
			{search?.ended === 'time' && (
				<div className={pane.problem}>This pattern takes too long on one of the lines; the search was ended there.</div>
			)}
			{search?.ended === 'limit' && <div className={pane.note}>The first {HITS_MAX.toLocaleString('en')} lines found.</div>}
			{note !== null && (
				<div className={pane.note} role="status">
					{note}
				</div>
			)}
			{log.error !== null && <ErrorState error={log.error} onRetry={() => log.want(version === 0 ? 'open-end' : 'later')} />}
			{version === 0 && log.error === null && <LoadingRows label={`Loading ${file.path}`} />}
			{version > 0 && held.lineCount === 0 && (
				<div className={pane.note}>{isGrowing ? 'Nothing was written yet.' : 'The file is empty.'}</div>
			)}
			{isFiltered && search !== null ? (
				<LogHits
					label={file.path}
					hits={hits}
					marker={marker}
					chosen={hit}
					isWrapped={isWrapped}
					hasTimes={hasTimes}
					onOpen={(index) => {
						const found = hits[index];
						if (found === undefined) return;
						setChosenHit(index);
						goTo(found.offset);
						onView({ only: undefined });
					}}
				/>
			) : (
				<LogText
					ref={text}
					label={file.path}
					log={log}
					marker={marker}
					chosen={chosenOffset}
					isWrapped={isWrapped}
					hasTimes={hasTimes}
					isFollowing={isFollowing}
					onFollow={setIsFollowing}
				/>
			)}
			{held.start > 0 && version > 0 && !isFiltered && (
				<div className={pane.note}>Shown from {formatBytes(held.start)} on; scroll up for what is before.</div>
			)}
		</div>
	);
}
