/** How many columns of a terminal a text takes, and cutting it to fit. */

/** Characters that take two columns: East Asian wide and full-width ones, and most pictures. */
const WIDE =
	/[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const NO_WIDTH = /^(?:\p{Mark}|[\u200b-\u200f])+$/u;

/** Control characters, with which a name could move the cursor or change colours. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;

/** One line that shows a text as it is, with nothing that a terminal would obey. */
export function printable(text: string): string {
	return text.replace(/\r?\n/g, ' ').replace(CONTROL, '\ufffd');
}

function widthOfCharacter(character: string): number {
	if (NO_WIDTH.test(character)) return 0;
	return WIDE.test(character) ? 2 : 1;
}

/** @example widthOf('학습') === 4 */
export function widthOf(text: string): number {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: plain ASCII is what nearly every text is.
	if (/^[\u0000-\u007f]*$/.test(text)) return text.length;
	return Array.from(text).reduce((width, character) => width + widthOfCharacter(character), 0);
}

/** @example fit('testexperiment', 6) === 'teste…' */
export function fit(text: string, columns: number): string {
	if (widthOf(text) <= columns) return text;
	let kept = '';
	let width = 0;
	for (const character of text) {
		width += widthOfCharacter(character);
		if (width > columns - 1) break;
		kept += character;
	}
	return `${kept}…`;
}

export function padEnd(text: string, columns: number): string {
	return text + ' '.repeat(Math.max(0, columns - widthOf(text)));
}

/** Breaks a text between words into lines of at most so many columns; a longer word stands alone on its line. What it begins with stays. */
export function wrap(text: string, columns: number): string[] {
	const lines: string[] = [];
	const words = text.trimStart();
	let line = text.slice(0, text.length - words.length);
	let isEmpty = true;
	for (const word of words.split(' ')) {
		if (!isEmpty && widthOf(line) + 1 + widthOf(word) > columns) {
			lines.push(line);
			line = word;
		} else line = isEmpty ? line + word : `${line} ${word}`;
		isEmpty = false;
	}
	return [...lines, line];
}
