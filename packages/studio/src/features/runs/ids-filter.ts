/** Filters that name runs by id. */
import { LIMITS } from '@runstead/contract';

export function idsFilter(ids: readonly string[]): string {
	return `id in (${ids.map((id) => `'${id.replaceAll("'", "''")}'`).join(', ')})`;
}

/** Quotes, comma and space around each id, and the words before the first. */
const CHARACTERS_PER_ID = 4;
const CHARACTERS_BEFORE_IDS = 8;

/** Ids in as few parts as a filter can name, and a page of what it finds can hold. */
export function idsByFilter(ids: readonly string[]): string[][] {
	const parts: string[][] = [];
	let room = 0;
	for (const id of ids) {
		room -= id.length + CHARACTERS_PER_ID;
		if (room < 0 || parts.length === 0 || parts.at(-1)?.length === LIMITS.pageSize.max) {
			parts.push([]);
			room = LIMITS.filterCharacters.max - CHARACTERS_BEFORE_IDS - id.length - CHARACTERS_PER_ID;
		}
		parts.at(-1)?.push(id);
	}
	return parts;
}
