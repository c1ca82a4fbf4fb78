/** Finds the lines of a text that hold what is sought, upper and lower case alike. */

/** More matches are not counted: nobody steps through them. */
const MATCHES_MAX = 10_000;

interface Lines {
	readonly lineCount: number;
	line(index: number): string;
}

export function findLines(lines: Lines, search: string): number[] {
	const found: number[] = [];
	if (search === '') return found;
	const sought = search.toLowerCase();
	for (let index = 0; index < lines.lineCount && found.length < MATCHES_MAX; index += 1) {
		if (lines.line(index).toLowerCase().includes(sought)) found.push(index);
	}
	return found;
}
