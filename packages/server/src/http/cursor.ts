/** Cursors of lists: the sort key of the last row, opaque to clients, stable while rows come and go. */
import { RunsteadError } from '@runstead/contract';

export type CursorValue = string | number | null;

/** What stands at a place of a cursor. A `number` may be infinite, an `integer` is one that a number holds exactly. */
export type CursorType = 'text' | 'integer' | 'number' | 'null' | 'any';

type ValueOf<Type extends CursorType> = { text: string; integer: number; number: number; null: null; any: CursorValue }[Type];
type ValuesOf<Types extends readonly CursorType[]> = { -readonly [Place in keyof Types]: ValueOf<Types[Place]> };

const INFINITIES: Readonly<Record<string, number>> = { Infinity: Number.POSITIVE_INFINITY, '-Infinity': Number.NEGATIVE_INFINITY };

export function encodeCursor(values: readonly CursorValue[]): string {
	// JSON has no infinite numbers.
	const written = values.map((value) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value));
	return Buffer.from(JSON.stringify(written)).toString('base64url');
}

/** @throws {RunsteadError} invalid-cursor when it does not hold values of these types: no list can have given it out. */
export function decodeCursor<const Types extends readonly CursorType[]>(cursor: string, types: Types): ValuesOf<Types> {
	const written = jsonOrNull(Buffer.from(cursor, 'base64url').toString('utf8'));
	if (!Array.isArray(written) || written.length !== types.length) throw new RunsteadError('invalid-cursor', {});
	return types.map((type, place) => valueAt(type, written[place])) as ValuesOf<Types>;
}

function jsonOrNull(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

function valueAt(type: CursorType, written: unknown): CursorValue {
	const infinite = typeof written === 'string' ? INFINITIES[written] : undefined;
	if (type === 'number' && infinite !== undefined) return infinite;
	const isOne =
		(typeof written === 'string' && (type === 'text' || type === 'any')) ||
		(typeof written === 'number' && (type === 'number' || type === 'any' || (type === 'integer' && Number.isSafeInteger(written)))) ||
		(written === null && (type === 'null' || type === 'any'));
	if (!isOne || (typeof written === 'string' && written.includes('\0'))) throw new RunsteadError('invalid-cursor', {});
	return written as CursorValue;
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
