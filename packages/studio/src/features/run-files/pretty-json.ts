/** Lays out a JSON text for reading without changing a digit of it: numbers too large for JavaScript stay as they were written. */

/** A list or object without others in it stays on one line up to this width. */
const LINE_CHARACTERS_MAX = 80;
const INDENT = '  ';
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g;
/** What a flat list or object is made of, from its first token to its closing one. */
const CLOSERS: Readonly<Record<string, string>> = { '{': '}', '[': ']' };

/** Null for a text that is no JSON. */
export function prettyJson(text: string): string | null {
	try {
		JSON.parse(text);
	} catch {
		return null;
	}
	const tokens = text.match(TOKEN) ?? [];
	let result = '';
	let depth = 0;
	const newLine = () => {
		result += `\n${INDENT.repeat(depth)}`;
	};
	for (let index = 0; index < tokens.length; index += 1) {
		const token = tokens[index] ?? '';
		const flat = flatFrom(tokens, index);
		if (flat !== null) {
			result += flat.text;
			index = flat.end;
		} else if (token in CLOSERS) {
			result += token;
			depth += 1;
			newLine();
		} else if (token === '}' || token === ']') {
			depth -= 1;
			newLine();
			result += token;
		} else if (token === ',') {
			result += token;
			newLine();
		} else result += token === ':' ? ': ' : token;
	}
	return result;
}

/** The list or object that begins at a token as one line, with the place of its end; null if it holds others or is too long. */
function flatFrom(tokens: readonly string[], start: number): { text: string; end: number } | null {
	const opener = tokens[start] ?? '';
	const closer = CLOSERS[opener];
	if (closer === undefined) return null;
	let inner = '';
	for (let end = start + 1; inner.length <= LINE_CHARACTERS_MAX; end += 1) {
		const token = tokens[end];
		if (token === undefined || token in CLOSERS) return null;
		if (token === closer) return { text: inner === '' || opener === '[' ? opener + inner + closer : `${opener} ${inner} ${closer}`, end };
		inner += token === ',' || token === ':' ? `${token} ` : token;
	}
	return null;
}
