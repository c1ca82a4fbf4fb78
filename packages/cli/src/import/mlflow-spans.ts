/** Spans as MLflow keeps them in its database and in files, in OpenTelemetry's JSON; and JSON whose whole numbers are larger than a number holds. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

type Json = Readonly<Record<string, unknown>>;
type Reviver = (key: string, value: unknown, context: { readonly source: string }) => unknown;

/** A number as it was written: whether it is a whole one is seen there alone. */
class Numeral {
	readonly text: string;

	constructor(text: string) {
		this.text = text;
	}
}

const parseWith = (text: string, reviver: Reviver): unknown => JSON.parse(text, reviver as (key: string, value: unknown) => unknown);

/** Fields of which OpenTelemetry's JSON makes texts, since they have 64 bits. */
const WIDE = new Set(['start_time_unix_nano', 'end_time_unix_nano', 'time_unix_nano', 'int_value', 'start_time', 'end_time', 'timestamp']);

/** Reads JSON; times in nanoseconds, and values that are whole numbers, are texts then. @throws {SyntaxError}. */
export function parseSpans(text: string): unknown {
	return parseWith(text, (key, value, { source }) => (typeof value === 'number' && WIDE.has(key) ? source : value));
}

/** Those in the file that MLflow keeps among the artifacts of a trace; null where there is none. @throws {SyntaxError}. */
export async function readSpansFile(folder: string): Promise<Json[] | null> {
	const text = await readFile(join(folder, 'traces.json'), 'utf8').catch(() => null);
	if (text === null) return null;
	const { spans = [] } = parseSpans(text) as { spans?: Json[] };
	return spans.map(otelSpan);
}

/** A span of MLflow 3 or 2, read by {@link parseSpans}. */
export function otelSpan(span: Json): Json {
	return 'context' in span ? otelSpanOfOld(span) : otelSpanOfNew(span);
}

function otelSpanOfNew(span: Json): Json {
	const { trace_id, span_id, parent_span_id, name, start_time_unix_nano, end_time_unix_nano, attributes, events, links, status } = span;
	return {
		trace_id,
		span_id,
		...(typeof parent_span_id === 'string' && parent_span_id !== '' && { parent_span_id }),
		name,
		start_time_unix_nano,
		...(typeof end_time_unix_nano === 'string' && { end_time_unix_nano }),
		attributes: attributesOfTexts(attributes),
		...listOf('events', events, (event) => ({
			time_unix_nano: event.time_unix_nano,
			name: event.name,
			attributes: attributesOfValues(event.attributes),
		})),
		...listOf('links', links, (link) => ({
			trace_id: base64Of(String(link.trace_id).replace(/^tr-/, '')),
			span_id: base64Of(String(link.span_id)),
			attributes: attributesOfValues(link.attributes),
		})),
		...(isObject(status) && { status: { ...(status.message !== '' && { message: status.message }), code: status.code } }),
	};
}

function otelSpanOfOld(span: Json): Json {
	const { context, parent_id, name, start_time, end_time, attributes, events, status_code, status_message } = span;
	const { trace_id, span_id } = context as Json;
	return {
		trace_id: base64Of(String(trace_id)),
		span_id: base64Of(String(span_id)),
		...(typeof parent_id === 'string' && { parent_span_id: base64Of(parent_id) }),
		name,
		start_time_unix_nano: start_time,
		...(typeof end_time === 'string' && { end_time_unix_nano: end_time }),
		attributes: attributesOfTexts(attributes),
		...listOf('events', events, (event) => ({
			time_unix_nano: event.timestamp,
			name: event.name,
			attributes: attributesOfValues(event.attributes),
		})),
		status: {
			...(typeof status_message === 'string' && status_message !== '' && { message: status_message }),
			code: `STATUS_CODE_${status_code}`,
		},
	};
}

function listOf(name: string, given: unknown, present: (one: Json) => Json): Json {
	return Array.isArray(given) && given.length > 0 ? { [name]: given.filter(isObject).map(present) } : {};
}

/** Ids in hexadecimal, as people see them. */
function base64Of(hex: string): string {
	return Buffer.from(hex.replace(/^0x/, ''), 'hex').toString('base64');
}

/** Attributes of spans are kept as texts of JSON each. */
function attributesOfTexts(given: unknown): Json[] {
	return Object.entries(isObject(given) ? given : {}).map(([key, value]) => ({ key, value: anyValue(valueIn(value)) }));
}

function attributesOfValues(given: unknown): Json[] {
	return attributesOfTexts(
		isObject(given) ? Object.fromEntries(Object.entries(given).map(([key, value]) => [key, JSON.stringify(value)])) : {},
	);
}

function valueIn(text: unknown): unknown {
	if (typeof text !== 'string') return text;
	try {
		return parseWith(text, (_, value, { source }) => (typeof value === 'number' ? new Numeral(source) : value));
	} catch {
		return text;
	}
}

function anyValue(value: unknown): Json {
	if (value instanceof Numeral) return /^-?\d+$/.test(value.text) ? { int_value: value.text } : { double_value: Number(value.text) };
	if (typeof value === 'string') return { string_value: value };
	if (typeof value === 'boolean') return { bool_value: value };
	if (typeof value === 'number') return { double_value: value };
	if (Array.isArray(value)) return { array_value: { values: value.map(anyValue) } };
	if (isObject(value)) return { kvlist_value: { values: Object.entries(value).map(([key, one]) => ({ key, value: anyValue(one) })) } };
	return {};
}

function isObject(value: unknown): value is Json {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
