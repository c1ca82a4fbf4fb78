/** What a page showed before, and what was taken back; values are never changed. */

export interface UndoHistory {
	readonly past: readonly string[];
	readonly current: string;
	readonly future: readonly string[];
	readonly changedMs: number;
}

/** Of a slider that is drawn, or a column that is made wider, only the end is a change. */
const ONE_CHANGE_MS = 700;
const KEPT_MAX = 100;

export function emptyHistory(current: string): UndoHistory {
	return { past: [], current, future: [], changedMs: Number.NEGATIVE_INFINITY };
}

/** Changes that follow one another at once are one; whatever was taken back is gone with a new one. */
export function withChange({ past, current, changedMs }: UndoHistory, next: string, nowMs: number): UndoHistory {
	const isSame = nowMs - changedMs < ONE_CHANGE_MS;
	return { past: isSame ? past : [...past, current].slice(-KEPT_MAX), current: next, future: [], changedMs: nowMs };
}

/** Null where there is nothing to take back. */
export function undone({ past, current, future }: UndoHistory): UndoHistory | null {
	const last = past.at(-1);
	if (last === undefined) return null;
	return { past: past.slice(0, -1), current: last, future: [current, ...future], changedMs: Number.NEGATIVE_INFINITY };
}

/** Null where nothing was taken back. */
export function redone({ past, current, future }: UndoHistory): UndoHistory | null {
	const [first, ...rest] = future;
	if (first === undefined) return null;
	return { past: [...past, current], current: first, future: rest, changedMs: Number.NEGATIVE_INFINITY };
}
