/** Lists of a container, flat, or of one level: what lies behind the delimiter is then one folder, however much it is. */
import type { DatastoreFile } from '@runstead/contract';
import { encodeCursor } from '../../http/cursor.ts';

export interface ListedFiles {
	readonly files: readonly DatastoreFile[];
	readonly nextCursor: string | null;
}

export interface Level {
	readonly prefix: string;
	/** '' lists flat. */
	readonly delimiter: string;
	readonly limit: number;
	readonly cursor: string;
}

/** Behind every path that begins so. */
const LAST = '\u{10ffff}';

/** `list` gives the files behind a cursor, a page at a time and ordered by path. */
export async function listLevel(
	list: (cursor: string) => Promise<ListedFiles>,
	{ prefix, delimiter, limit, cursor }: Level,
): Promise<{ files: DatastoreFile[]; folders: string[]; nextCursor: string | null }> {
	const files: DatastoreFile[] = [];
	const folders: string[] = [];
	let end = '';
	let place: string | null = cursor;
	while (place !== null) {
		const page: ListedFiles = await list(place);
		place = page.nextCursor;
		for (const file of page.files) {
			const folder = folderOf(file.path, prefix, delimiter);
			// The rest of a folder that is listed already.
			if (folder !== null && folder === folders.at(-1)) continue;
			if (files.length + folders.length === limit) return { files, folders, nextCursor: encodeCursor([end]) };
			if (folder === null) files.push(file);
			else folders.push(folder);
			end = folder === null ? file.path : folder + LAST;
		}
		// What is left of the last folder, which may be long, is passed over.
		const last = page.files.at(-1);
		const open = last && folderOf(last.path, prefix, delimiter);
		if (place !== null && open) place = encodeCursor([open + LAST]);
	}
	return { files, folders, nextCursor: null };
}

function folderOf(path: string, prefix: string, delimiter: string): string | null {
	const end = delimiter === '' ? -1 : path.indexOf(delimiter, prefix.length);
	return end === -1 ? null : path.slice(0, end + delimiter.length);
}
