/** Keeps a list of runs as the server has it: rows on screen are read again when they change, new runs are shown or announced. */
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';
import { useLiveEvents, useLiveEventsSince } from '../../shared/live/live-provider.tsx';
import { useThrottled } from '../../shared/live/use-throttled.ts';
import { type RunSearch, readRunsAgain, runKeys } from './api.ts';
import type { RunPages } from './run-pages.ts';
import type { RunModelRow } from './run-rows.ts';
import { NEWEST_FIRST } from './run-search.ts';
import type { SparklineStore } from './sparkline-store.ts';

const REFRESH_MS = 1_000;
/** Sums over many runs cost more than a row. */
const SUMS_REFRESH_MS = 4_000;
/** A list is read again for a new run while its top is on screen; further down new runs are announced. */
const TOP_ROWS = 100;
/** Changed runs that are not on screen and remembered until they are; with more all is read again. */
const CHANGED_MAX = 10_000;

export interface LiveRunsOptions {
	readonly search: RunSearch;
	readonly fields: string;
	readonly pages: RunPages;
	readonly rowAt: (index: number) => RunModelRow | null;
	readonly spark: { readonly metric: string; readonly store: SparklineStore } | null;
}

interface LiveRuns {
	/** The table calls it with the rows that are drawn. */
	readonly onDrawn: (first: number, last: number) => void;
	/** New runs that the list does not show yet. */
	readonly newCount: number;
	readonly showNew: () => void;
}

export function useLiveRuns({ search, fields, pages, rowAt, spark }: LiveRunsOptions): LiveRuns {
	const queries = useQueryClient();
	const changed = useRef(new Set<string>());
	const parents = useRef(new Set<string>());
	const drawn = useRef({ first: 0, last: -1 });
	const [newCount, setNewCount] = useState(0);

	const drawnIds = (): string[] => {
		const ids: string[] = [];
		for (let index = drawn.current.first; index <= drawn.current.last; index++) {
			const row = rowAt(index)?.original;
			if (row?.kind === 'run') ids.push(row.id);
		}
		return ids;
	};
	const refresh = useThrottled(async () => {
		const grown = [...parents.current];
		parents.current.clear();
		const ids = drawnIds().filter((id) => changed.current.has(id));
		for (const id of ids) changed.current.delete(id);
		const fresh = readRunsAgain(queries, search.workspace, ids, fields).then((runs) => pages.replace(runs));
		await Promise.all([fresh, ...grown.map((id) => queries.invalidateQueries({ queryKey: runKeys.children(id) }))]);
	}, REFRESH_MS);
	const readAgain = useThrottled(() => {
		// What was never asked for is read when it is known what to ask for.
		if (!pages.isBegun) return;
		changed.current.clear();
		return pages.readAgain();
	}, REFRESH_MS);
	const sumAgain = useThrottled(
		() =>
			Promise.all([
				queries.invalidateQueries({ queryKey: runKeys.groups }),
				queries.invalidateQueries({ queryKey: runKeys.summaries }),
				queries.invalidateQueries({ queryKey: runKeys.fields, refetchType: 'none' }),
			]),
		SUMS_REFRESH_MS,
	);

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
		if (search.experimentIds.length > 0 && !search.experimentIds.some((id) => id === experimentId)) return;
		const comesFirst = search.orderBy === NEWEST_FIRST.by && !search.isAscending;
		if ((comesFirst && drawn.current.first < TOP_ROWS) || pages.state().count < TOP_ROWS) readAgain();
		else setNewCount((count) => count + 1);
	};

	useLiveEvents((event) => {
		if (event.kind === 'change' && event.change.type.startsWith('run.') && event.change.type !== 'run.changed') sumAgain();
	});
	// The rows are read when the list comes, or by the loader of its page a moment before.
	const askedMs = () => pages.askedMs ?? Date.now();
	useLiveEventsSince(askedMs, (event) => {
		if (event.kind === 'resumed') return readAgain();
		if (event.kind === 'signal') {
			if (spark !== null && event.signal.metrics?.includes(spark.metric)) spark.store.grew(event.signal.run);
			return note(event.signal.run);
		}
		const { type, subject, data } = event.change;
		if (!type.startsWith('run.')) return;
		if (type === 'run.created') created(data);
		else if (type === 'run.lifecycle' || type === 'run.purged') readAgain();
		else note(subject);
	});

	const onDrawn = useCallback(
		(first: number, last: number) => {
			drawn.current = { first, last };
			if (changed.current.size > 0) refresh();
		},
		[refresh],
	);
	const showNew = () => {
		setNewCount(0);
		void pages.readAgain({ isAsked: true });
	};
	return { onDrawn, newCount, showNew };
}
