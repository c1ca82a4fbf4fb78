/** The pages of a list for as long as it is looked for; the last ones stay for whoever comes back, and until the next are there. */
import { useLayoutEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { type RunSearch, readRuns } from './api.ts';
import { type PagesState, RunPages } from './run-pages.ts';

/** Lists that are kept for coming back. */
const KEPT_MAX = 4;
/** By what they show, the newest last. */
const kept = new Map<string, RunPages>();
/** Lists that a page's loader has begun, and no page has shown yet. */
const begun = new WeakSet<RunPages>();

/** Reads the first page of a list that will be shown in a moment; resolves when it has come, or could not be had. */
export async function beginRunPages(search: RunSearch, fields: string): Promise<void> {
	const pages = pagesOf(keyOf(search, fields));
	if (pages.isBegun) return;
	begun.add(pages);
	pages.show(0, 0);
	await pages.firstRead;
}

function keyOf(search: RunSearch, fields: string): string {
	return JSON.stringify([search, fields]);
}

interface ShownPages {
	readonly pages: RunPages;
	readonly state: PagesState;
	/** What the pages are of: the search that was asked for, or, until its first page is there, the one before it. */
	readonly search: RunSearch;
	/** Others were asked for, and have not come. */
	readonly isOld: boolean;
}

/** `fields` is null while it is not known yet what rows show. */
export function useRunPages(search: RunSearch, fields: string | null): ShownPages {
	const key = fields === null ? null : keyOf(search, fields);
	const wanted = useMemo(() => pagesOf(key), [key]);
	const wantedState = useSyncExternalStore(wanted.subscribe, wanted.state);
	const shown = useRef({ pages: wanted, search });
	// What was shown stays until there is something to show in its place; an error is shown at once.
	if (wantedState.isLoaded || wantedState.error !== null) shown.current = { pages: wanted, search };
	const { pages, search: shownSearch } = shown.current;
	const state = useSyncExternalStore(pages.subscribe, pages.state);
	// Before the effects in which charts and totals are read: the rows are not to wait for them.
	useLayoutEffect(() => {
		if (key === null) return;
		const wasKept = !begun.delete(wanted) && wanted.state().isLoaded;
		wanted.show(0, 0);
		if (wasKept) void wanted.readAgain();
	}, [wanted, key]);
	return { pages, state, search: shownSearch, isOld: pages !== wanted };
}

function pagesOf(key: string | null): RunPages {
	if (key === null) return NONE;
	const [search, fields] = JSON.parse(key) as [RunSearch, string];
	const pages = kept.get(key) ?? new RunPages((cursor, signal) => readRuns(search, fields, cursor, signal));
	kept.delete(key);
	kept.set(key, pages);
	for (const oldest of kept.keys()) {
		if (kept.size <= KEPT_MAX) break;
		kept.delete(oldest);
	}
	return pages;
}

const NONE = new RunPages(() => new Promise(() => undefined));
