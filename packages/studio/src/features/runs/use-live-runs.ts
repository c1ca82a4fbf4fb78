/** Keeps a list of runs as the server has it: rows on screen are read again when they change, new runs are announced. */
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef } from 'react';
import { useLiveEvents } from '../../shared/live/live-provider.tsx';
import { useThrottled } from '../../shared/live/use-throttled.ts';
import { refreshListedRuns, runKeys } from './api.ts';
import type { RunRow } from './use-run-rows.ts';

const REFRESH_MS = 1_000;
/** Lists of up to so many pages are read again whole for a new run; longer ones wait until the reader asks. */
const PAGES_READ_AGAIN = 3;

interface LiveRunsOptions {
	readonly workspace: string;
	readonly pages: number;
	/** New runs would come first. */
	readonly isNewestFirst: boolean;
	readonly onReadAgain: () => Promise<unknown>;
}

/** Gives what the table calls with the rows on screen. */
export function useLiveRuns({ workspace, pages, isNewestFirst, onReadAgain }: LiveRunsOptions): (rows: readonly RunRow[]) => void {
	const queries = useQueryClient();
	const changed = useRef(new Set<string>());
	const visible = useRef<readonly RunRow[]>([]);

	const refresh = useThrottled(async () => {
		const ids = visible.current.filter((row) => row.kind === 'run' && changed.current.has(row.id)).map((row) => row.id);
		for (const id of ids) changed.current.delete(id);
		await refreshListedRuns(queries, workspace, ids);
	}, REFRESH_MS);
	const readAgain = useThrottled(onReadAgain, REFRESH_MS);

	useLiveEvents((event) => {
		if (event.kind === 'resumed') return;
		if (event.kind === 'signal') {
			changed.current.add(event.signal.run);
			return refresh();
		}
		const { type, subject, data } = event.change;
		if (!type.startsWith('run.')) return;
		if (type === 'run.created') {
			const { parentId } = data;
			if (typeof parentId === 'string') {
				changed.current.add(parentId);
				void queries.invalidateQueries({ queryKey: runKeys.children(parentId) });
			} else if (isNewestFirst && pages <= PAGES_READ_AGAIN) return readAgain();
		}
		if (type === 'run.lifecycle' || type === 'run.purged') return readAgain();
		changed.current.add(subject);
		refresh();
	});

	return useCallback(
		(rows) => {
			visible.current = rows;
			if (rows.some((row) => row.kind === 'run' && changed.current.has(row.id))) refresh();
		},
		[refresh],
	);
}
