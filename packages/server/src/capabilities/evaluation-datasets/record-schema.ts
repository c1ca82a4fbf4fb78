/** The schema of an evaluation dataset: which type each field had when it was first seen. */
import type { GivenRecord } from './given-records.ts';
import { isObject, typeOfValue } from './record-json.ts';

type Fields = Map<string, string>;

interface Schema {
	inputs: Fields;
	/** A type alone: outputs were no objects. */
	outputs: Fields | string;
	expectations: Fields;
}

/** More fields than these are no columns of one table, but keys that differ from record to record: they are left out. */
const FIELDS_MAX = 2_000;

/** The schema with what records have beside it, as JSON. */
export function schemaWith(known: string | null, records: readonly GivenRecord[]): string {
	const schema = read(known);
	for (const { inputs, outputs, expectations } of records) {
		note(schema.inputs, inputs);
		if (isObject(outputs)) {
			if (typeof schema.outputs !== 'string') note(schema.outputs, outputs);
		} else if (outputs !== undefined && outputs !== null && typeof schema.outputs !== 'string' && schema.outputs.size === 0)
			schema.outputs = typeOfValue(outputs);
		note(schema.expectations, expectations ?? {});
	}
	const { inputs, outputs, expectations } = schema;
	return JSON.stringify({
		inputs: Object.fromEntries(inputs),
		outputs: typeof outputs === 'string' ? outputs : Object.fromEntries(outputs),
		expectations: Object.fromEntries(expectations),
		version: '1.0',
	});
}

function read(json: string | null): Schema {
	const given = (json === null ? {} : JSON.parse(json)) as Readonly<Record<string, unknown>>;
	const fields = (value: unknown): Fields =>
		new Map(Object.entries(isObject(value) ? value : {}).map(([key, type]) => [key, String(type)]));
	return {
		inputs: fields(given.inputs),
		outputs: typeof given.outputs === 'string' ? given.outputs : fields(given.outputs),
		expectations: fields(given.expectations),
	};
}

function note(fields: Fields, values: Readonly<Record<string, unknown>>): void {
	for (const [key, value] of Object.entries(values))
		if (!fields.has(key) && fields.size < FIELDS_MAX && key.length <= KEY_CHARACTERS_MAX) fields.set(key, typeOfValue(value));
}

const KEY_CHARACTERS_MAX = 500;
