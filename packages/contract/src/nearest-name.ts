/** The known name that somebody may have meant who wrote another one. */

/** One letter of three may be wrong. */
const LETTERS_PER_MISTAKE = 3;

/** Letters to change, add, leave out or swap with their neighbour to come from one word to the other. */
export function editDistance(one: string, other: string): number {
	let before: number[] = [];
	let last = Array.from({ length: other.length + 1 }, (_, index) => index);
	for (let row = 1; row <= one.length; row++) {
		const current = [row];
		for (let column = 1; column <= other.length; column++) {
			const same = one[row - 1] === other[column - 1];
			let least = Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + (same ? 0 : 1));
			if (row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1])
				least = Math.min(least, (before[column - 2] ?? 0) + 1);
			current.push(least);
		}
		[before, last] = [last, current];
	}
	return last[other.length] ?? 0;
}

/** A name that is not known, with the one that may have been meant behind it in brackets. @example withNearest('Faild', ['Failed']) // Faild (did you mean Failed?) */
export function withNearest(given: string, names: Iterable<string>): string {
	const nearest = nearestNameOrNull(given, names);
	return nearest === null ? given : `${given} (did you mean ${nearest}?)`;
}

/**
 * The nearest of some names, whatever their case; null where none is near.
 * @example nearestNameOrNull('ClusterNmae', ['ClusterName', 'Type']) // ClusterName
 */
export function nearestNameOrNull(given: string, names: Iterable<string>): string | null {
	const most = Math.max(1, Math.floor(given.length / LETTERS_PER_MISTAKE));
	let nearest: { name: string; mistakes: number } | null = null;
	for (const name of names) {
		if (Math.abs(name.length - given.length) > most) continue;
		const mistakes = editDistance(given.toLowerCase(), name.toLowerCase());
		if (mistakes <= most && (nearest === null || mistakes < nearest.mistakes)) nearest = { name, mistakes };
	}
	return nearest?.name ?? null;
}
