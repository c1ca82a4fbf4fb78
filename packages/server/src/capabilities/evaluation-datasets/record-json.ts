/** JSON of records, in which numbers stay as they were written: 1.0 is no integer to those who read it, and 64 bits are kept. */
import { isRawNumber, LIMITS, parseExactJson, RunsteadError } from '@runstead/contract';

export type JsonObject = Readonly<Record<string, unknown>>;

/** @throws {RunsteadError} invalid-request for what is no JSON, such as NaN. limit-exceeded where it is nested too deep. */
export function parseExactly(text: string, what: string): unknown {
	// Its depth is known before it is read exactly, which takes room for each level.
	checkDepth(parsedOrRefused(text, what), 0, what);
	return parseExactJson(text);
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
	return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawNumber(value);
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
	if (isRawNumber(value)) return /[.eE]/.test(value.rawJSON) ? 'float' : 'integer';
	if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'float';
	if (Array.isArray(value)) return 'array';
	return typeof value;
}
