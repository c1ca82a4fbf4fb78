/** What a terminal would show of one line: carriage returns go back and write over, colours and other orders are left out. */

const ESCAPE = '\u001b';
const BELL = '\u0007';
/** `ESC [ … letter` and `ESC ] … BEL`: orders to a terminal. */
const ORDER = new RegExp(`${ESCAPE}(?:\\[([0-9;?]*)([A-Za-z])|\\][^${BELL}${ESCAPE}]*(?:${BELL}|${ESCAPE}\\\\)|[@-_])`, 'g');
/** `ESC [ K`: what is right of here is erased. */
const ERASE_TO_END = '\u0000';

/** A progress bar that wrote over itself a thousand times is one line of its last state. */
export function terminalLine(raw: string): string {
	if (!raw.includes('\r') && !raw.includes(ESCAPE) && !raw.includes('\b')) return raw;
	const text = raw.replace(ORDER, (_, parameters: string | undefined, letter: string | undefined) => {
		return letter === 'K' && (parameters === '' || parameters === '0') ? ERASE_TO_END : '';
	});
	let shown = '';
	for (const part of text.split('\r')) if (part !== '') shown = writeOver(shown, part);
	return shown;
}

/** Writes from the left end: what reaches further right than the new text stays, unless it is erased. */
function writeOver(shown: string, part: string): string {
	const erased = part.lastIndexOf(ERASE_TO_END);
	const written = backspaced(part.replaceAll(ERASE_TO_END, ''));
	return erased >= 0 ? written : written + shown.slice(written.length);
}

function backspaced(text: string): string {
	if (!text.includes('\b')) return text;
	let result = '';
	for (const character of text) result = character === '\b' ? result.slice(0, -1) : result + character;
	return result;
}
