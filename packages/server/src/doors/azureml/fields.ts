/** Reads the fields of a body whose shape its sender alone vouches for. */
import { RunsteadError } from '@runstead/contract';

export type Fields = Readonly<Record<string, unknown>>;

function refuse(path: string, wanted: string, given: unknown): never {
	throw new RunsteadError('invalid-request', { what: `${path} is ${JSON.stringify(given)?.slice(0, 80)}, not ${wanted}.` });
}

/** @throws {RunsteadError} invalid-request where it is not an object. */
export function objectOf(value: unknown, path = 'The body'): Fields {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(path, 'an object', value);
	return value as Fields;
}

/** @throws {RunsteadError} invalid-request where it is not a list. */
export function listOf(value: unknown, path: string): readonly unknown[] {
	return Array.isArray(value) ? value : refuse(path, 'a list', value);
}

/** A text, or undefined where there is none; null is none. @throws {RunsteadError} invalid-request. */
export function textOf(fields: Fields, name: string): string | undefined {
	const value = fields[name];
	if (value === undefined || value === null) return undefined;
	return typeof value === 'string' ? value : refuse(name, 'a text', value);
}

/** A text that has to be there. @throws {RunsteadError} invalid-request. */
export function neededText(fields: Fields, name: string): string {
	return textOf(fields, name) ?? refuse(name, 'a text', fields[name]);
}

/** Texts by key; a number or truth value is written out. @throws {RunsteadError} invalid-request. */
export function textsOf(fields: Fields, name: string): Record<string, string | null> | undefined {
	const value = fields[name];
	if (value === undefined || value === null) return undefined;
	return Object.fromEntries(
		Object.entries(objectOf(value, name)).map(([key, text]) => {
			if (text === null || typeof text === 'string') return [key, text];
			return typeof text === 'number' || typeof text === 'boolean' ? [key, String(text)] : refuse(`${name}.${key}`, 'a text', text);
		}),
	);
}
