/** JSON of records, in which numbers stay as they were written: 1.0 is no integer to those who read it, and 64 bits are kept. */
import { LIMITS, RunsteadError } from '@runstead/contract';

export type JsonObject = Readonly<Record<string, unknown>>;

/** A number as it was written, where JavaScript would write another. */
interface RawJson {
	readonly rawJSON: string;
}

/** The JSON of newer JavaScript than TypeScript describes. */
const exact = JSON as unknown as {
	parse(text: string, revive: (key: string, value: unknown, context: { readonly source?: string }) => unknown): unknown;
	rawJSON(text: string): RawJson;
	isRawJSON(value: unknown): value is RawJson;
};

/** Whether a number may be written otherwise than JavaScript writes it: with a fraction of 0, an exponent, or many digits. */
const PERHAPS_OTHERWISE = /\.\d*0(?!\d)|\d[eE]|\d{16}|-0|\.\d{15}/;

/** @throws {RunsteadError} invalid-request for what is no JSON, such as NaN. limit-exceeded where it is nested too deep. */
export function parseExactly(text: string, what: string): unknown {
	const parsed = parsedOrRefused(text, what);
	checkDepth(parsed, 0, what);
	if (!PERHAPS_OTHERWISE.test(text)) return parsed;
	return exact.parse(text, (_key, value, { source }) =>
		typeof value === 'number' && source !== undefined && String(value) !== source ? exact.rawJSON(source) : value,
	);
}

function parsedOrRefused(text: string, what: string): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		const hint = /[[{:,]\s*-?(?:NaN|Infinity)/.test(text) ? ' JSON has no NaN and no Infinity: give null, or a text, in their place.' : '';
		throw new RunsteadError('invalid-request', { what: `${what} are not valid JSON: ${(error as Error).message}.${hint}` });
	}
}

function checkDepth(value: unknown, depth: number, what: string): void {
	if (typeof value !== 'object' || value === null) return;
	const { max } = LIMITS.evaluationRecordDepth;
	// The list of the records is around each of them.
	if (depth > max)
		throw new RunsteadError('limit-exceeded', {
			what: `The depth of ${what.toLowerCase()}`,
			given: depth,
			limit: 'evaluationRecordDepth',
			max,
		});
	for (const one of Array.isArray(value) ? value : Object.values(value)) checkDepth(one, depth + 1, what);
}

export function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value) && !exact.isRawJSON(value);
}

/** The JSON of a value with the fields of each object in one order, so that equal values are written alike. */
export function sortedJson(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`;
	if (!isObject(value)) return JSON.stringify(value);
	const fields = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
	return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${sortedJson(field)}`).join(',')}}`;
}

/** What MLflow calls the type of a value. */
export function typeOfValue(value: unknown): string {
	if (value === null) return 'null';
	if (exact.isRawJSON(value)) return /[.eE]/.test(value.rawJSON) ? 'float' : 'integer';
	if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'float';
	if (Array.isArray(value)) return 'array';
	return typeof value;
}
