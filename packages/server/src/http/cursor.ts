/** Cursors of lists: the sort key of the last row, opaque to clients, stable while rows come and go. */
import { RunsteadError } from '@runstead/contract';

export type CursorValue = string | number | null;

export function encodeCursor(values: readonly CursorValue[]): string {
	return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** @throws {RunsteadError} invalid-cursor when it is not one of `length` values that a list gave out. */
export function decodeCursor(cursor: string, length: number): CursorValue[] {
	let values: unknown;
	try {
		values = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
	} catch {
		throw new RunsteadError('invalid-cursor', {});
	}
	const valid =
		Array.isArray(values) &&
		values.length === length &&
		values.every((value) => value === null || typeof value === 'string' || typeof value === 'number');
	if (!valid) throw new RunsteadError('invalid-cursor', {});
	return values as CursorValue[];
}

/** Cuts one row more than a page into the page and the cursor of the next. */
export function pageOf<Item>(
	rows: readonly Item[],
	limit: number,
	keyOf: (last: Item) => readonly CursorValue[],
): { rows: Item[]; nextCursor: string | null } {
	const page = rows.slice(0, limit);
	const last = page.at(-1);
	return { rows: page, nextCursor: rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null };
}
