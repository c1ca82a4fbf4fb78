/** Finds lines in the bytes of a file, a part after the other: by what they hold, and by how grave they are. */
import { isAtLeast, LevelReader, type LogLevel, levelOfLine, terminalLine } from '@runstead/contract';

export interface LineQuery {
	readonly pattern: string;
	readonly regex: boolean;
	readonly caseSensitive: boolean;
	readonly level: LogLevel | null;
}

export interface LineHit {
	readonly offset: number;
	readonly line: number;
	readonly text: string;
	readonly level: LogLevel | null;
}

const NEWLINE = 0x0a;
/** Of a hit; the file has the line whole. */
const HIT_CHARACTERS_MAX = 2_000;
/** A line longer than this is searched in pieces: it would have to be held whole. */
const LINE_BYTES_MAX = 1024 * 1024;
const SPECIAL = /[\\^$.*+?()[\]{}|/]/g;
/** Whatever names a grave level holds one of these, so that the other lines of a large file need no closer look. */
const GRAVE = /error|critical|fatal|severe|exception|interrupt|traceback|warn|^\[?[EW][ \d]/gim;

/** @throws {SyntaxError} for a pattern that is no regular expression. */
export function matcherOf({ pattern, regex, caseSensitive }: LineQuery, flags = ''): RegExp {
	return new RegExp(regex ? pattern : pattern.replace(SPECIAL, '\\$&'), (caseSensitive ? '' : 'i') + flags);
}

export class LineScanner {
	readonly #query: LineQuery;
	readonly #matcher: RegExp;
	/** Where a closer look is due, in a text of many lines; null: at each line. */
	readonly #candidates: RegExp | null;
	readonly #levels = new LevelReader();
	#carried: Uint8Array = new Uint8Array();
	/** Of the first byte that is not searched yet. */
	#offset: number;
	#lines = 0;

	constructor(query: LineQuery, offset: number) {
		this.#query = query;
		this.#offset = offset;
		this.#matcher = matcherOf(query);
		// A regular expression is held to one line, which it might leave in a longer text.
		this.#candidates = query.level !== null ? levelCandidates(query.level) : query.regex ? null : matcherOf(query, 'g');
	}

	get searchedTo(): number {
		return this.#offset;
	}

	get lines(): number {
		return this.#lines;
	}

	/** Searches what follows; a line that is not over yet is kept for the next part. */
	feed(bytes: Uint8Array): LineHit[] {
		const all = this.#carried.length === 0 ? bytes : Buffer.concat([this.#carried, bytes]);
		const lineEnd = all.lastIndexOf(NEWLINE) + 1;
		const cut = lineEnd === 0 && all.length > LINE_BYTES_MAX ? all.length : lineEnd;
		this.#carried = all.slice(cut);
		return this.#search(all.subarray(0, cut));
	}

	/** Searches the last line, which has no end. */
	finish(): LineHit[] {
		const rest = this.#carried;
		this.#carried = new Uint8Array();
		return this.#search(rest);
	}

	#search(bytes: Uint8Array): LineHit[] {
		if (bytes.length === 0) return [];
		const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
		const hits: LineHit[] = [];
		const place = new PlaceFinder(text, bytes);
		for (const [start, end] of this.#linesToLookAt(text)) {
			const hit = this.#look(text.slice(start, end));
			if (hit === null) continue;
			const { line, byte } = place.of(start);
			hits.push({ offset: this.#offset + byte, line: this.#lines + line + 1, ...hit });
		}
		this.#lines += place.lineCount();
		this.#offset += bytes.length;
		return hits;
	}

	*#linesToLookAt(text: string): Generator<[number, number]> {
		const candidates = this.#candidates;
		if (candidates === null) return yield* linesFrom(text, 0);
		// Where the last part ended within a traceback, its frames go on.
		candidates.lastIndex = yield* this.#framesFrom(text, 0);
		for (let found = candidates.exec(text); found !== null; found = candidates.exec(text)) {
			const end = lineEndAt(text, found.index);
			yield [text.lastIndexOf('\n', found.index - 1) + 1, end];
			candidates.lastIndex = yield* this.#framesFrom(text, end + 1);
			if (candidates.lastIndex >= text.length) return;
		}
	}

	/** What is indented below a line has its level. Gives where the line after it begins. */
	*#framesFrom(text: string, from: number): Generator<[number, number], number> {
		if (this.#query.level === null) return from;
		let next = from;
		for (const [start, end] of linesFrom(text, from)) {
			if (text[start] !== ' ' && text[start] !== '\t') break;
			yield [start, end];
			next = end + 1;
		}
		return next;
	}

	#look(raw: string): Pick<LineHit, 'text' | 'level'> | null {
		const line = terminalLine(raw.endsWith('\r') ? raw.slice(0, -1) : raw);
		const { level: least, pattern } = this.#query;
		const level = least === null ? levelOfLine(line) : this.#levels.next(line);
		if (least !== null && !isAtLeast(level, least)) return null;
		if (pattern !== '' && !this.#matcher.test(line)) return null;
		return { text: line.slice(0, HIT_CHARACTERS_MAX), level };
	}
}

function levelCandidates(level: LogLevel): RegExp | null {
	return level === 'error' || level === 'warning' ? new RegExp(GRAVE) : null;
}

function lineEndAt(text: string, at: number): number {
	const end = text.indexOf('\n', at);
	return end < 0 ? text.length : end;
}

function* linesFrom(text: string, from: number): Generator<[number, number]> {
	for (let start = from; start < text.length; ) {
		const end = lineEndAt(text, start);
		yield [start, end];
		start = end + 1;
	}
}

/** Line and byte of places in a text, asked for in their order. Lines tell where the bytes are: whatever they are, a line end is one byte. */
class PlaceFinder {
	readonly #text: string;
	readonly #bytes: Uint8Array;
	#at = 0;
	#line = 0;
	#byte = 0;

	constructor(text: string, bytes: Uint8Array) {
		this.#text = text;
		this.#bytes = bytes;
	}

	of(lineStart: number): { line: number; byte: number } {
		for (let end = this.#text.indexOf('\n', this.#at); end >= 0 && end < lineStart; end = this.#text.indexOf('\n', this.#at)) {
			this.#at = end + 1;
			this.#line += 1;
			this.#byte = this.#bytes.indexOf(NEWLINE, this.#byte) + 1;
		}
		return { line: this.#line, byte: this.#byte };
	}

	/** Of the whole text: its line ends are sought in the text, which takes a third of the time that it takes in bytes. */
	lineCount(): number {
		let count = this.#line;
		for (let end = this.#text.indexOf('\n', this.#at); end >= 0; end = this.#text.indexOf('\n', end + 1)) count += 1;
		return this.#bytes.at(-1) === NEWLINE ? count : count + 1;
	}
}
