/** Keeps a list of runs as the server has it: rows on screen are read again when they change, new runs are shown or announced. */
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import { useLiveEvents } from '../../shared/live/live-provider.tsx';
import { useThrottled } from '../../shared/live/use-throttled.ts';
import { type RunSearch, refreshListedRuns, runKeys } from './api.ts';
import { NEWEST_FIRST } from './run-search.ts';
import type { RunRow } from './use-run-rows.ts';

const REFRESH_MS = 1_000;
/** Lists of up to so many pages are read again whole for a new run; longer ones wait until the reader asks. */
const PAGES_READ_AGAIN = 3;
/** Changed runs that are not on screen and remembered until they are; with more all is read again. */
const CHANGED_MAX = 10_000;

interface LiveRuns {
	/** The table calls it with the rows on screen. */
	readonly onVisible: (rows: readonly RunRow[]) => void;
	/** New runs that the list does not show yet. */
	readonly newCount: number;
	readonly showNew: () => void;
}

export function useLiveRuns(search: RunSearch, pages: number, onReadAgain: () => Promise<unknown>): LiveRuns {
	const queries = useQueryClient();
	const changed = useRef(new Set<string>());
	const parents = useRef(new Set<string>());
	const visible = useRef<readonly RunRow[]>([]);
	const [newCount, setNewCount] = useState(0);

	const refresh = useThrottled(async () => {
		const grown = [...parents.current];
		parents.current.clear();
		const ids = visible.current.filter((row) => row.kind === 'run' && changed.current.has(row.id)).map((row) => row.id);
		for (const id of ids) changed.current.delete(id);
		await Promise.all([
			refreshListedRuns(queries, search.workspace, ids),
			...grown.map((id) => queries.invalidateQueries({ queryKey: runKeys.children(id) })),
		]);
	}, REFRESH_MS);
	const readAgain = useThrottled(() => {
		changed.current.clear();
		return onReadAgain();
	}, REFRESH_MS);

	const note = (run: string) => {
		changed.current.add(run);
		if (changed.current.size > CHANGED_MAX) readAgain();
		else refresh();
	};
	const created = (data: Record<string, unknown>) => {
		const { parentId, experimentId } = data;
		if (typeof parentId === 'string') {
			parents.current.add(parentId);
			note(parentId);
			if (search.rootsOnly) return;
		}
		if (search.experimentId !== null && search.experimentId !== experimentId) return;
		const comesFirst = search.orderBy === NEWEST_FIRST.by && !search.isAscending;
		if (comesFirst && pages <= PAGES_READ_AGAIN) readAgain();
		else setNewCount((count) => count + 1);
	};

	useLiveEvents((event) => {
		if (event.kind === 'resumed') return;
		if (event.kind === 'signal') return note(event.signal.run);
		const { type, subject, data } = event.change;
		if (type === 'run.created') created(data);
		else if (type === 'run.lifecycle' || type === 'run.purged') readAgain();
		else if (type.startsWith('run.')) note(subject);
	});

	const onVisible = useCallback(
		(rows: readonly RunRow[]) => {
			visible.current = rows;
			if (rows.some((row) => row.kind === 'run' && changed.current.has(row.id))) refresh();
		},
		[refresh],
	);
	const showNew = () => {
		setNewCount(0);
		void queries.resetQueries({ queryKey: runKeys.list(search) });
	};
	return { onVisible, newCount, showNew };
}
