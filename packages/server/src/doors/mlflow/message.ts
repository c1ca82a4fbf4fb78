/**
 * Requests as proto3-JSON writes them, in field names of the .proto files: 64-bit integers are numbers or decimal texts, doubles are
 * numbers or "NaN" and "Infinity", enums are names, null is unset. Fields that a message does not have are ignored.
 */
import { invalidParameter, type MlflowError } from './errors.ts';

/** One field of a message. */
export interface Field<Value> {
	/** @throws {WrongType} for what it cannot be; {MlflowError} where there is more to say. */
	read(value: unknown): Value;
	/** Of a query string, all values of the key belong to it. */
	readonly isRepeated?: true;
}

type Fields = Readonly<Record<string, Field<unknown>>>;
type ValueOf<One> = One extends Field<infer Value> ? Value : never;
type Prettified<Value> = { [Key in keyof Value]: Value[Key] };

/** What a message holds once it was read: required fields are there, the others may be. */
export type MessageOf<All extends Fields, Required extends keyof All> = Prettified<
	{ readonly [Name in Required]: ValueOf<All[Name]> } & { readonly [Name in Exclude<keyof All, Required>]?: ValueOf<All[Name]> }
>;

export interface Message<Value = unknown> {
	/** Reads a JSON object. @param text it was parsed from, if any. @throws {MlflowError} INVALID_PARAMETER_VALUE, naming the field and the value. */
	read(json: unknown, text?: string): Value;
	/** Reads a query string. @throws {MlflowError} as `read`. */
	readQuery(query: Readonly<Record<string, unknown>>): Value;
}

/** The value is of another type than its field. */
class WrongType extends Error {}

const MORE = ' See the API docs for more information about request parameters.';

/** The message of a request. Of `required` fields, an empty text counts as missing, as there is no other way to write that. */
export function message<All extends Fields, Required extends keyof All & string = never>(
	fields: All,
	required: readonly Required[] = [],
): Message<MessageOf<All, Required>> {
	const names = Object.keys(fields);
	const read = (json: unknown, text?: string): MessageOf<All, Required> => {
		if (typeof json !== 'object' || json === null || Array.isArray(json)) throw invalidParameter('The request is not a JSON object.');
		const values = readFields(fields, names, json as Record<string, unknown>, (name, value) => wrongParameter(name, value, text));
		for (const name of required) if (values[name] === undefined || values[name] === '') throw missingParameter(name);
		return values as MessageOf<All, Required>;
	};
	return {
		read,
		readQuery: (query) =>
			read(
				Object.fromEntries(
					names.flatMap((name) => {
						const given = query[name];
						if (given === undefined) return [];
						const all = Array.isArray(given) ? given : [given];
						return [[name, fields[name]?.isRepeated ? all : all[0]]];
					}),
				),
			),
	};
}

function missingParameter(name: string): MlflowError {
	return invalidParameter(`Missing value for required parameter '${name}'.${MORE}`);
}

function wrongParameter(name: string, value: unknown, text = ''): MlflowError {
	const number = typeof value === 'number' ? numberAsWritten(name, value, text) : undefined;
	const shown = number ?? JSON.stringify(value)?.slice(0, 1_000);
	const type = number?.match(/[.e]/i) ? 'float' : typeName(value);
	return invalidParameter(`Invalid value ${shown} for parameter '${name}' supplied:  Hint: Value was of type '${type}'.${MORE}`);
}

/** To who wrote 9.0 it is not 9. */
function numberAsWritten(name: string, value: number, text: string): string | undefined {
	const numbers = text.matchAll(/"([^"\\]+)"\s*:\s*(-?\d[\d.eE+-]*)/g);
	return numbers.find(([, key, number]) => key === name && Number(number) === value)?.[2];
}

function readFields(
	fields: Fields,
	names: readonly string[],
	json: Record<string, unknown>,
	wrong: (name: string, value: unknown) => Error,
): Record<string, unknown> {
	const values: Record<string, unknown> = {};
	for (const name of names) {
		const given = json[name];
		if (given === undefined || given === null) continue;
		try {
			values[name] = (fields[name] as Field<unknown>).read(given);
		} catch (error) {
			throw error instanceof WrongType ? wrong(name, given) : error;
		}
	}
	return values;
}

/** What Python calls the type: clients are told in its words. */
function typeName(value: unknown): string {
	if (value === null) return 'NoneType';
	if (Array.isArray(value)) return 'list';
	switch (typeof value) {
		case 'string':
			return 'str';
		case 'boolean':
			return 'bool';
		case 'number':
			return Number.isInteger(value) ? 'int' : 'float';
		default:
			return 'dict';
	}
}

export const text: Field<string> = {
	read(value) {
		if (typeof value !== 'string' || !value.isWellFormed()) throw new WrongType();
		return value;
	},
};

/** An id of an experiment: a number, as MLflow's are. */
export const experimentIdText: Field<string> = {
	read(value) {
		const id = text.read(value);
		if (id !== '' && !/^-?\d+$/.test(id))
			throw invalidParameter(`Invalid experiment ID '${id.slice(0, 200)}'. Experiment ID must be a valid integer.`);
		return id;
	},
};

const INTEGER = /^-?\d{1,19}$/;

/** A 64-bit integer. What a number does not hold exactly is not one of ours: times and steps are far below. */
export const integer: Field<number> = {
	read(value) {
		const number = typeof value === 'string' && INTEGER.test(value) ? Number(value) : value;
		if (typeof number !== 'number' || !Number.isSafeInteger(number)) throw new WrongType();
		return number;
	},
};

const SPECIAL_NUMBERS: Readonly<Record<string, number>> = {
	NaN: Number.NaN,
	Infinity: Number.POSITIVE_INFINITY,
	'-Infinity': Number.NEGATIVE_INFINITY,
};

export const double: Field<number> = {
	read(value) {
		if (typeof value === 'number') return value;
		if (typeof value !== 'string' || value.trim() === '') throw new WrongType();
		const number = SPECIAL_NUMBERS[value] ?? Number(value);
		if (Number.isNaN(number) && value !== 'NaN') throw new WrongType();
		return number;
	},
};

export const flag: Field<boolean> = {
	read(value) {
		if (value === true || value === false) return value;
		const lowered = typeof value === 'string' ? value.toLowerCase() : '';
		if (lowered !== 'true' && lowered !== 'false') throw new WrongType();
		return lowered === 'true';
	},
};

/** A name of an enum, or its number. */
export function oneOf<const Name extends string>(numbers: Readonly<Record<Name, number>>): Field<Name> {
	const names = new Map(Object.entries(numbers).map(([name, number]) => [number as number, name as Name]));
	return {
		read(value) {
			if (typeof value === 'string' && Object.hasOwn(numbers, value)) return value as Name;
			const isNumber = typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value));
			const name = isNumber ? names.get(Number(value)) : undefined;
			if (name === undefined) throw new WrongType();
			return name;
		},
	};
}

export function listOf<Value>(field: Field<Value>): Field<readonly Value[]> {
	return {
		isRepeated: true,
		read(value) {
			if (!Array.isArray(value)) throw new WrongType();
			return value.map((one) => field.read(one));
		},
	};
}

/** A message within a message; all of its fields may be absent. */
export function part<All extends Fields>(fields: All): Field<MessageOf<All, never>> {
	const names = Object.keys(fields);
	return {
		read(value) {
			if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new WrongType();
			return readFields(fields, names, value as Record<string, unknown>, () => new WrongType()) as MessageOf<All, never>;
		},
	};
}

/** A JSON object, as it is. */
export const anyObject: Field<Readonly<Record<string, unknown>>> = {
	read(value) {
		if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new WrongType();
		return value as Readonly<Record<string, unknown>>;
	},
};

/** A key with a value, as tags and params are written. */
export const keyValue = part({ key: text, value: text });
