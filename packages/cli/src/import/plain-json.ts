/** JSON as Python writes it: with numbers that are none, which JSON has not. */

const TEXT_OR_NO_NUMBER = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;

/** The JSON with null in place of NaN and of what is infinite. */
export function plainJson(text: string): string {
	return /NaN|Infinity/.test(text) ? text.replace(TEXT_OR_NO_NUMBER, (found) => (found.startsWith('"') ? found : 'null')) : text;
}
