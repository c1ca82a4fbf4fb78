/** Where a line holds what is sought, and the time that it begins with. */

/** Marks of one line; more are not drawn. */
const MARKS_MAX = 200;
const SPECIAL = /[\\^$.*+?()[\]{}|/]/g;

/** Finds every place; null for nothing sought, and for a pattern that is no regular expression yet. */
export function markerOf(pattern: string, isRegex: boolean): RegExp | null {
	if (pattern === '') return null;
	try {
		return new RegExp(isRegex ? pattern : pattern.replace(SPECIAL, '\\$&'), 'gi');
	} catch {
		return null;
	}
}

/** Beginnings and ends, in their order. */
export function marksIn(text: string, marker: RegExp): [number, number][] {
	const marks: [number, number][] = [];
	for (const match of text.matchAll(marker)) {
		if (match[0] !== '') marks.push([match.index, match.index + match[0].length]);
		if (marks.length >= MARKS_MAX) break;
	}
	return marks;
}

/** ISO and logging times, `[12:00:00]`, and syslog's, with what parts them from the rest. */
const LEADING_TIME =
	/^\s*[[(]?(?:\d{4}[-/]\d{2}[-/]\d{2}[ T]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?|\d{2}:\d{2}:\d{2}(?:[.,]\d+)?|[A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2})[\])]?(?:\s*[:|-]\s+|\s+)/;

/** The line without the time that it begins with. */
export function withoutTime(text: string): string {
	return text.replace(LEADING_TIME, '');
}
