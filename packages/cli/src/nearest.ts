/** Finds what was probably meant by a mistyped word. */

/** A mistyped beginning as short as this may be of many words. */
const BEGINNING_LEAST = 4;

/** The number of letters to insert, delete, replace or swap to make one word the other. */
function editDistance(from: string, to: string): number {
	const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)];
	for (let row = 1; row <= from.length; row += 1) {
		const current = [row];
		for (let column = 1; column <= to.length; column += 1) {
			const same = from[row - 1] === to[column - 1];
			let distance = Math.min(rows[row - 1]![column]! + 1, current[column - 1]! + 1, rows[row - 1]![column - 1]! + (same ? 0 : 1));
			const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
			if (swapped) distance = Math.min(distance, rows[row - 2]![column - 2]! + 1);
			current.push(distance);
		}
		rows.push(current);
	}
	return rows[from.length]![to.length]!;
}

/** A word of which only the beginning was typed is as near as that beginning, where more than a letter tells. */
function distanceTo(given: string, candidate: string): number {
	if (candidate.startsWith(given) && given.length > 1) return 0;
	const beginning = candidate
		.split('-')
		.reduce((text, part) => (text.length >= given.length - 1 ? text : text === '' ? part : `${text}-${part}`), '');
	return Math.min(
		editDistance(given, candidate),
		given.length > BEGINNING_LEAST ? editDistance(given, beginning) : Number.POSITIVE_INFINITY,
	);
}

/**
 * The candidate nearest to `given`, or null when none is near enough to be meant.
 * @example nearestOrNull('statsu', ['status', 'stop']) === 'status'
 * @example nearestOrNull('experimnt', ['experiment-name', 'status']) === 'experiment-name'
 */
export function nearestOrNull(given: string, candidates: readonly string[]): string | null {
	const allowed = Math.max(1, Math.floor(given.length / 3));
	const [best] = candidates
		.map((candidate) => ({ candidate, distance: distanceTo(given, candidate) }))
		.filter(({ distance }) => distance <= allowed)
		.toSorted((one, other) => one.distance - other.distance);
	return best?.candidate ?? null;
}
