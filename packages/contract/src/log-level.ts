/** How grave a line of a log is, told from its words: what loggers of the field write, and the tracebacks of Python. */

/** From the gravest. */
export const LOG_LEVELS = ['error', 'warning', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * A level stands near the beginning of a line, in capitals or followed by a colon (`2026-11-21 08:05:31 ERROR …`, `warning: …`,
 * `[E 08:05:31]` of Jupyter and glog's `E1121`), never just anywhere: "0 errors" is no error.
 */
const HEAD_CHARACTERS = 120;
const PATTERNS: readonly (readonly [LogLevel, RegExp])[] = [
	[
		'error',
		/\b(?:ERROR|CRITICAL|FATAL|SEVERE)\b|^\s*(?:error|fatal|critical|fatal error)\s*[:[]|^\[?E[ \d]\d{2,}|^(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Interrupt)\b(?::|$)|^Traceback \(most recent call last\)/,
	],
	['warning', /\b(?:WARNING|WARN)\b|^\s*warn(?:ing)?\s*[:[]|^\[?W[ \d]\d{2,}|\b[A-Z]\w*Warning: /],
	['info', /\b(?:INFO|NOTICE)\b|^\s*info\s*[:[]|^\[?I[ \d]\d{2,}/],
	['debug', /\b(?:DEBUG|TRACE)\b|^\s*(?:debug|trace)\s*[:[]|^\[?D[ \d]\d{2,}/],
];
const TRACEBACK = 'Traceback (most recent call last)';
const INDENTED = /^\s+\S/;

/** The level that a line itself names; null if it names none. */
export function levelOfLine(line: string): LogLevel | null {
	const head = line.length > HEAD_CHARACTERS ? line.slice(0, HEAD_CHARACTERS) : line;
	let first: LogLevel | null = null;
	let at = Number.POSITIVE_INFINITY;
	// Where a line names two, as "INFO last ERROR was …" does, the one that stands first is its own.
	for (const [level, pattern] of PATTERNS) {
		const found = head.search(pattern);
		if (found >= 0 && found < at) [first, at] = [level, found];
	}
	return first;
}

/** Reads lines in their order: what is indented below a line that names a level, such as the frames of a traceback, has its level. */
export class LevelReader {
	#above: LogLevel | null = null;

	next(line: string): LogLevel | null {
		const own = line.includes(TRACEBACK) ? 'error' : levelOfLine(line);
		if (own !== null) this.#above = own;
		else if (!INDENTED.test(line)) this.#above = null;
		return this.#above;
	}
}

/** Whether a level is as grave as another one, or graver. */
export function isAtLeast(level: LogLevel | null, least: LogLevel): boolean {
	return level !== null && LOG_LEVELS.indexOf(level) <= LOG_LEVELS.indexOf(least);
}
