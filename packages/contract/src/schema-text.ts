/** Plain JSON Schema in words and by example, for the pages that people read. */
import type { JsonObject } from './openapi.ts';

export interface PlainSchema extends JsonObject {
	type?: string;
	$ref?: string;
	description?: string;
	enum?: unknown[];
	const?: unknown;
	default?: unknown;
	examples?: unknown[];
	pattern?: string;
	minimum?: number;
	maximum?: number;
	exclusiveMinimum?: number;
	minLength?: number;
	maxLength?: number;
	minItems?: number;
	maxItems?: number;
	items?: PlainSchema;
	anyOf?: PlainSchema[];
	properties?: Record<string, PlainSchema>;
	required?: string[];
	additionalProperties?: PlainSchema | boolean;
}

interface SchemaField {
	name: string;
	schema: PlainSchema;
	required: boolean;
}

/** The name that a reference leads to: `Run` of `#/components/schemas/Run`. */
export function referencedName(reference: string): string {
	return reference.slice(reference.lastIndexOf('/') + 1);
}

/**
 * What a value of the schema is, in words: `array of Run`, `string or null`, `"active" or "archived"`.
 * `show` makes a link of a schema's name, or leaves it.
 */
export function typeInWords(schema: PlainSchema, show: (name: string) => string): string {
	if (schema.$ref !== undefined) return show(referencedName(schema.$ref));
	if (schema.anyOf !== undefined) return schema.anyOf.map((option) => typeInWords(option, show)).join(' or ');
	if (schema.enum !== undefined) return schema.enum.map((word) => JSON.stringify(word)).join(' or ');
	if (schema.const !== undefined) return JSON.stringify(schema.const);
	if (schema.type === 'array') return schema.items === undefined ? 'array' : `array of ${typeInWords(schema.items, show)}`;
	if (schema.type === 'object' && typeof schema.additionalProperties === 'object') {
		return `object of ${typeInWords(schema.additionalProperties, show)}`;
	}
	return schema.type ?? 'any value';
}

/** What bounds a value and what it is when left out: `at most 256 characters, default 100`. */
export function boundsInWords(schema: PlainSchema): string {
	const { minimum, maximum, exclusiveMinimum, minLength, maxLength, minItems, maxItems } = schema;
	const bounds = [
		minimum === undefined ? '' : `at least ${minimum}`,
		exclusiveMinimum === undefined ? '' : `greater than ${exclusiveMinimum}`,
		maximum === undefined ? '' : `at most ${maximum}`,
		minLength === undefined ? '' : `at least ${minLength} ${minLength === 1 ? 'character' : 'characters'}`,
		maxLength === undefined ? '' : `at most ${maxLength} characters`,
		minItems === undefined ? '' : `at least ${minItems} of them`,
		maxItems === undefined ? '' : `at most ${maxItems} of them`,
		schema.default === undefined ? '' : `default ${JSON.stringify(schema.default)}`,
	];
	return bounds.filter((bound) => bound !== '').join(', ');
}

/** The fields of an object; none for anything else. */
export function fieldsOf(schema: PlainSchema): SchemaField[] {
	const { properties = {}, required = [] } = schema;
	return Object.entries(properties).map(([name, property]) => ({ name, schema: property, required: required.includes(name) }));
}

/** Values that read as a person would write them, by the name of the field. */
const SAMPLES: Record<string, unknown> = {
	agent: 'laptop',
	experiment: '1',
	filter: 'metrics.mse.min < 3000',
	kind: 'scalar',
	name: 'loss',
	path: 'outputs/model.pkl',
	run: 'hello_1',
	script: 'train.py',
	steps: [0, 1],
	tags: { quality: 'good' },
	target: 'local',
	time: '2026-11-21T08:05:31.123456Z',
	times: [1_795_248_331_000_000, 1_795_248_332_000_000],
	values: [0.9, 0.7],
	workspace: 'quickstart',
};

/** How many optional fields an example shows where none is required. */
const OPTIONAL_FIELDS_SHOWN = 2;

function exampleOfObject(schema: PlainSchema, schemas: Record<string, PlainSchema>): JsonObject {
	const fields = fieldsOf(schema);
	const required = fields.filter((field) => field.required);
	const shown = required.length > 0 ? required : fields.slice(0, OPTIONAL_FIELDS_SHOWN);
	return Object.fromEntries(shown.map((field) => [field.name, exampleOf(field.schema, schemas, field.name)]));
}

/** A small value that the schema accepts: required fields, with words that read well. */
export function exampleOf(schema: PlainSchema, schemas: Record<string, PlainSchema>, name = ''): unknown {
	if (schema.$ref !== undefined) return exampleOf(schemas[referencedName(schema.$ref)]!, schemas, name);
	if (schema.examples?.[0] !== undefined) return schema.examples[0];
	if (schema.enum !== undefined) return schema.enum[0];
	if (schema.const !== undefined) return schema.const;
	if (schema.default !== undefined) return schema.default;
	if (Object.hasOwn(SAMPLES, name)) return SAMPLES[name];
	if (schema.anyOf?.[0] !== undefined) return exampleOf(schema.anyOf[0], schemas, name);
	if (schema.type === 'object') return exampleOfObject(schema, schemas);
	if (schema.type === 'array') return schema.items === undefined ? [] : [exampleOf(schema.items, schemas, name)];
	if (schema.type === 'boolean') return true;
	if (schema.type === 'integer' || schema.type === 'number') return schema.minimum ?? 1;
	// The SHA-256 of no bytes at all.
	if (schema.pattern === '^[0-9a-f]{64}$') return 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
	return 'text';
}
