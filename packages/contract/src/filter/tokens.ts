/** Cuts the text of a filter into tokens, each with its place. */
import { RunsteadError } from '../errors.ts';

export type Token =
	| { readonly type: 'word'; readonly text: string; readonly at: number }
	| { readonly type: 'quoted'; readonly text: string; readonly mark: '"' | '`'; readonly at: number }
	| { readonly type: 'string'; readonly text: string; readonly at: number }
	| { readonly type: 'number'; readonly value: number; readonly text: string; readonly at: number }
	| { readonly type: 'symbol'; readonly text: string; readonly at: number }
	| { readonly type: 'end'; readonly text: ''; readonly at: number };

const SPACE = /\s+/y;
const NUMBER = /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![A-Za-z0-9_/])/y;
/** A word of a path may hold what metric names often hold; anything else is quoted. */
const WORD = /[A-Za-z_][A-Za-z0-9_\-/]*|[0-9][A-Za-z0-9_\-/]*/y;
const SYMBOL = /!=|<>|<=|>=|==|[=<>(),.]/y;
const STRING = /'((?:[^']|'')*)'/y;
const QUOTED = /"((?:[^"]|"")*)"|`([^`]*)`/y;

/** @throws {RunsteadError} invalid-filter at the first character that begins no token. */
export function tokenize(text: string): Token[] {
	const tokens: Token[] = [];
	let at = 0;
	const match = (pattern: RegExp): RegExpExecArray | null => {
		pattern.lastIndex = at;
		return pattern.exec(text);
	};
	while (at < text.length) {
		const space = match(SPACE);
		if (space) {
			at += space[0].length;
			continue;
		}
		const token = tokenAt(at, match, tokens.at(-1));
		if (!token) throw new RunsteadError('invalid-filter', { position: at + 1, reason: unreadable(text[at] ?? '') });
		tokens.push(token.token);
		at += token.length;
	}
	tokens.push({ type: 'end', text: '', at });
	return tokens;
}

function tokenAt(
	at: number,
	match: (pattern: RegExp) => RegExpExecArray | null,
	before: Token | undefined,
): { token: Token; length: number } | null {
	const string = match(STRING);
	if (string) return { token: { type: 'string', text: (string[1] ?? '').replaceAll("''", "'"), at }, length: string[0].length };
	const quoted = match(QUOTED);
	if (quoted) {
		const [whole, inDoubleQuotes, inBackticks = ''] = quoted;
		const text = inDoubleQuotes?.replaceAll('""', '"') ?? inBackticks;
		return { token: { type: 'quoted', text, mark: inDoubleQuotes === undefined ? '`' : '"', at }, length: whole.length };
	}
	// After a dot stands a key, even one of digits alone; a dot after a name begins no fraction.
	const inField = before?.type === 'word' || before?.type === 'quoted' || (before?.type === 'symbol' && before.text === '.');
	const number = inField ? null : match(NUMBER);
	if (number) return { token: { type: 'number', value: Number(number[0]), text: number[0], at }, length: number[0].length };
	const word = match(WORD);
	if (word) return { token: { type: 'word', text: word[0], at }, length: word[0].length };
	const symbol = match(SYMBOL);
	if (symbol) return { token: { type: 'symbol', text: symbol[0], at }, length: symbol[0].length };
	return null;
}

function unreadable(character: string): string {
	if (character === "'" || character === '"') return 'this quote is never closed';
	if (character === '`') return 'this quoted name is never closed';
	return `${JSON.stringify(character)} has no meaning here`;
}
