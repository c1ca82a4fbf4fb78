/** A search in a file as React sees it: begun when the reader rests from typing, going on while the file grows. */
import type { FileSearchMessage } from '@runstead/contract';
import { useEffect, useState } from 'react';
import { searchFile } from './api.ts';
import { FileSearch, type SearchQuery } from './file-search.ts';

const REST_MS = 200;
const REDRAW_MS = 100;

/** Null while nothing is sought. */
export function useFileSearch(run: string, path: string, version: number, query: SearchQuery, sizeBytes: number): FileSearch | null {
	const { pattern, isRegex, level } = query;
	const [search, setSearch] = useState<FileSearch | null>(null);
	const [, redraw] = useState(0);
	const isSought = pattern !== '' || level !== null;
	useEffect(() => {
		if (!isSought) return setSearch(null);
		let timer: ReturnType<typeof setTimeout> | null = null;
		// Hits come by the thousand: the page is drawn a few times a second for them.
		const changed = () => {
			timer ??= setTimeout(() => {
				timer = null;
				redraw((count) => count + 1);
			}, REDRAW_MS);
		};
		const read = (from: number, limit: number, signal: AbortSignal): AsyncIterable<FileSearchMessage> =>
			searchFile(run, path, { pattern, regex: isRegex, version, from, limit, ...(level !== null && { level }) }, signal);
		const next = new FileSearch(read, changed);
		const rest = setTimeout(() => setSearch(next), REST_MS);
		return () => {
			clearTimeout(rest);
			if (timer !== null) clearTimeout(timer);
			next.stop();
		};
	}, [run, path, version, pattern, isRegex, level, isSought]);
	useEffect(() => search?.grow(sizeBytes), [search, sizeBytes]);
	return search;
}
