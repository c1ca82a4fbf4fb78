/** Rows of a text of comma- or tab-separated values, as RFC 4180 has them: quoted fields hold separators, line ends and doubled quotes. */
import type { TextRows } from './value-table.tsx';

const SEPARATORS = [',', '\t', ';', '|'];

/** The separator that the first line has most of. */
function separatorOf(text: string): string {
	const [first = ''] = text.split('\n', 1);
	const count = (separator: string) => first.split(separator).length;
	return SEPARATORS.reduce((best, separator) => (count(separator) > count(best) ? separator : best), ',');
}

export function parseCsv(text: string, rowsMax: number): TextRows {
	const separator = separatorOf(text);
	const rows: string[][] = [];
	let row: string[] = [];
	let field = '';
	let isQuoted = false;
	const endField = () => {
		row.push(field);
		field = '';
	};
	const endRow = () => {
		endField();
		if (row.length > 1 || row[0] !== '') rows.push(row);
		row = [];
	};
	let at = text.startsWith('\uFEFF') ? 1 : 0;
	for (; at < text.length && rows.length <= rowsMax; at += 1) {
		const character = text[at] as string;
		if (isQuoted) {
			if (character !== '"') field += character;
			else if (text[at + 1] === '"') field += text[++at];
			else isQuoted = false;
		} else if (character === '"' && field === '') isQuoted = true;
		else if (character === separator) endField();
		else if (character === '\n') endRow();
		else if (character !== '\r' || text[at + 1] !== '\n') field += character;
	}
	if (field !== '' || row.length > 0) endRow();
	const [header = [], ...rest] = rows;
	return { header, rows: rest.slice(0, rowsMax), isCut: at < text.length || rest.length > rowsMax };
}
