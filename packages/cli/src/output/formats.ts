/** The formats of `-o` for programs: JSON, JSON with colours, tab-separated values, YAML. */
import type { OutputFormat } from './output-format.ts';

type Paint = (text: string) => string;

export interface JsonPaints {
	key: Paint;
	text: Paint;
	other: Paint;
}

/** JSON with two spaces a level; `paints` colour its keys, texts and other values. */
export function jsonText(value: unknown, paints?: JsonPaints): string {
	const json = JSON.stringify(value ?? null, null, 2);
	if (paints === undefined) return json;
	return json.replace(
		/("(?:[^"\\]|\\.)*")(:?)|\b(?:true|false|null)\b|-?\d[\d.eE+-]*/g,
		(whole, text: string | undefined, colon: string | undefined) => {
			if (text === undefined) return paints.other(whole);
			return colon === ':' ? `${paints.key(text)}:` : paints.text(text);
		},
	);
}

/** A value in one cell: nothing for null, JSON for what has parts; tabs and line ends are written as \t and \n. */
function cell(value: unknown): string {
	if (value === null || value === undefined) return '';
	const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
	return text.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}

function tsvRow(value: unknown): string {
	if (Array.isArray(value)) return value.map(cell).join('\t');
	if (typeof value === 'object' && value !== null) return Object.values(value).map(cell).join('\t');
	return cell(value);
}

/**
 * For lines of whole answers, which nobody has picked the fields of: each field stays one cell, as it does with the Azure CLI. Of a list it
 * is the count, and empty for what has fields of its own.
 */
export function withoutParts(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(withoutParts);
	if (typeof value !== 'object' || value === null) return value;
	const cells = Object.entries(value).map(([name, field]) => {
		if (Array.isArray(field)) return [name, field.length];
		return [name, typeof field === 'object' ? null : field];
	});
	return Object.fromEntries(cells);
}

/** One line an element, without a heading: fields of an object in their order, elements of a list in theirs. */
function tsvText(value: unknown): string {
	if (value === null || value === undefined) return '';
	return Array.isArray(value) ? value.map(tsvRow).join('\n') : tsvRow(value);
}

/** The text of a value, or null where nothing is to be printed. */
export async function formatted(value: unknown, format: Exclude<OutputFormat, 'table'>, paints: JsonPaints): Promise<string | null> {
	if (format === 'none') return null;
	if (format === 'json') return jsonText(value);
	if (format === 'jsonc') return jsonText(value, paints);
	if (format === 'tsv') {
		const text = tsvText(value);
		return text === '' ? null : text;
	}
	const { stringify } = await import('yaml');
	return stringify(JSON.parse(JSON.stringify(value ?? null)), { lineWidth: 0 }).trimEnd();
}
