/** What a command answers: a value for programs, and beside it how a person is shown the same. */

export interface Column<Item> {
	heading: string;
	of: (item: Item) => string;
	/** Never cut: ids and whatever else is copied. */
	whole?: boolean;
}

interface Common {
	/** 1 when what is shown is bad news; 0 if absent. */
	exitCode?: number;
	/** What a person should know beside it; goes to standard error. */
	remark?: string;
}

export interface ListAnswer extends Common {
	kind: 'list';
	items: Iterable<unknown> | AsyncIterable<unknown>;
	columns: readonly Column<unknown>[];
	/** Said in place of an empty table. */
	empty: string;
}

export interface DocumentAnswer extends Common {
	kind: 'document';
	value: unknown;
	/** For a person: labels with their values, or text as it is to be printed. */
	shown: readonly (readonly [string, string])[] | string;
}

export type Answer = ListAnswer | DocumentAnswer;

/** Items may come in pages that are fetched as they are needed: see {@link pages}. */
export function listAnswer<Item>(
	items: Iterable<Item> | AsyncIterable<Item>,
	shape: { columns: readonly Column<Item>[]; empty: string } & Common,
): Answer {
	return { kind: 'list', items, ...shape, columns: shape.columns as readonly Column<unknown>[] };
}

export function documentAnswer(value: unknown, shown: DocumentAnswer['shown'], common: Common = {}): Answer {
	return { kind: 'document', value, shown, ...common };
}

/** The items of a list of the server, page after page as they are asked for. */
export async function* pages<Item>(
	fetchPage: (cursor: string | undefined) => Promise<{ items: readonly Item[]; nextCursor: string | null }>,
): AsyncGenerator<Item> {
	let cursor: string | undefined;
	do {
		const page = await fetchPage(cursor);
		yield* page.items;
		cursor = page.nextCursor ?? undefined;
	} while (cursor !== undefined);
}
