/** Spans as OpenTelemetry's exporters send them: protobuf or JSON, told in the JSON that MLflow's clients read them in. */
import type { SpanAttribute, SpanValue } from '@runstead/contract';
import type { NewSpan } from '../../capabilities/traces/service.ts';
import { checkedSpan, type Span, spanOfContent } from '../../capabilities/traces/span-content.ts';
import { MalformedProtobuf, type ProtobufField, protobufFields } from '../../formats/protobuf.ts';

export interface ExportedSpan {
	readonly span: Span;
	readonly serviceName: string | null;
}

/** How deep values may be nested. */
const DEPTH_MAX = 64;
const SPAN_KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const STATUS_CODES = ['UNSET', 'OK', 'ERROR'];

/** @throws {MalformedProtobuf}. */
export function spansOfProtobuf(request: Uint8Array): ExportedSpan[] {
	const spans: ExportedSpan[] = [];
	for (const resourceSpans of messagesIn(request, 1)) {
		let serviceName: string | null = null;
		for (const resource of messagesIn(resourceSpans, 1))
			for (const attribute of messagesIn(resource, 1)) {
				const { key, value } = keyValue(attribute, 0);
				if (key === 'service.name' && typeof value.string_value === 'string') serviceName = value.string_value;
			}
		for (const scopeSpans of messagesIn(resourceSpans, 2))
			for (const span of messagesIn(scopeSpans, 2)) spans.push({ span: spanOf(span), serviceName });
	}
	return spans;
}

function* messagesIn(message: Uint8Array, number: number): Generator<Uint8Array> {
	for (const field of protobufFields(message)) if (field.number === number) yield field.bytes();
}

function spanOf(message: Uint8Array): Span {
	const span: Span = { trace_id: '', span_id: '', name: '', start_time_unix_nano: '0', attributes: [] };
	const events: object[] = [];
	const links: object[] = [];
	for (const field of protobufFields(message)) {
		switch (field.number) {
			case 1:
				span.trace_id = base64(field);
				break;
			case 2:
				span.span_id = base64(field);
				break;
			case 3:
				span.trace_state = field.text();
				break;
			case 4:
				if (field.bytes().length > 0) span.parent_span_id = base64(field);
				break;
			case 5:
				span.name = field.text();
				break;
			case 6:
				span.kind = `SPAN_KIND_${SPAN_KINDS[Number(field.integer())] ?? 'UNSPECIFIED'}`;
				break;
			case 7:
				span.start_time_unix_nano = String(field.fixed64());
				break;
			case 8:
				span.end_time_unix_nano = String(field.fixed64());
				break;
			case 9:
				span.attributes.push(keyValue(field.bytes(), 0));
				break;
			case 11:
				events.push(eventOf(field.bytes()));
				break;
			case 13:
				links.push(linkOf(field.bytes()));
				break;
			case 15:
				span.status = statusOf(field.bytes());
				break;
		}
	}
	return { ...span, ...(events.length > 0 && { events }), ...(links.length > 0 && { links }) };
}

function eventOf(message: Uint8Array): object {
	const event: { time_unix_nano?: string; name?: string; attributes: SpanAttribute[] } = { attributes: [] };
	for (const field of protobufFields(message)) {
		if (field.number === 1) event.time_unix_nano = String(field.fixed64());
		if (field.number === 2) event.name = field.text();
		if (field.number === 3) event.attributes.push(keyValue(field.bytes(), 0));
	}
	return event;
}

function linkOf(message: Uint8Array): object {
	const link: { trace_id?: string; span_id?: string; attributes: SpanAttribute[] } = { attributes: [] };
	for (const field of protobufFields(message)) {
		if (field.number === 1) link.trace_id = base64(field);
		if (field.number === 2) link.span_id = base64(field);
		if (field.number === 4) link.attributes.push(keyValue(field.bytes(), 0));
	}
	return link;
}

function statusOf(message: Uint8Array): { code?: string; message?: string } {
	const status: { code?: string; message?: string } = {};
	for (const field of protobufFields(message)) {
		if (field.number === 2) status.message = field.text();
		if (field.number === 3) status.code = `STATUS_CODE_${STATUS_CODES[Number(field.integer())] ?? 'UNSET'}`;
	}
	return status;
}

function keyValue(message: Uint8Array, depth: number): Required<SpanAttribute> {
	let key = '';
	let value: SpanValue = {};
	for (const field of protobufFields(message)) {
		if (field.number === 1) key = field.text();
		if (field.number === 2) value = anyValue(field.bytes(), depth);
	}
	return { key, value };
}

function anyValue(message: Uint8Array, depth: number): SpanValue {
	if (depth > DEPTH_MAX) throw new MalformedProtobuf(`Values are nested more than ${DEPTH_MAX} deep.`);
	for (const field of protobufFields(message)) {
		switch (field.number) {
			case 1:
				return { string_value: field.text() };
			case 2:
				return { bool_value: field.integer() !== 0n };
			case 3:
				return { int_value: String(field.integer()) };
			case 4:
				return { double_value: jsonNumber(field.double()) };
			case 5:
				return { array_value: { values: [...messagesIn(field.bytes(), 1)].map((one) => anyValue(one, depth + 1)) } };
			case 6:
				return { kvlist_value: { values: [...messagesIn(field.bytes(), 1)].map((one) => keyValue(one, depth + 1)) } };
			case 7:
				return { bytes_value: base64(field) };
		}
	}
	return {};
}

function jsonNumber(number: number): number | string {
	return Number.isFinite(number) ? number : String(number);
}

function base64(field: ProtobufField): string {
	return Buffer.from(field.bytes()).toString('base64');
}

type JsonObject = Readonly<Record<string, unknown>>;

/** OTLP's own JSON: camel case, ids in hexadecimal. @throws {MalformedProtobuf} for what is no such JSON. */
export function spansOfJson(request: unknown): ExportedSpan[] {
	return listIn(request, 'resourceSpans').flatMap((resourceSpans) => {
		const attributes = listIn((resourceSpans as { resource?: unknown }).resource ?? {}, 'attributes').map((one) => one as JsonObject);
		const service = attributes.find(({ key }) => key === 'service.name')?.value as JsonObject | undefined;
		const serviceName = typeof service?.stringValue === 'string' ? service.stringValue : null;
		return listIn(resourceSpans, 'scopeSpans').flatMap((scopeSpans) =>
			listIn(scopeSpans, 'spans').map((span) => ({ span: spanOfJson(span as JsonObject), serviceName })),
		);
	});
}

function listIn(json: unknown, name: string): unknown[] {
	if (typeof json !== 'object' || json === null) throw new MalformedProtobuf('An object is missing.');
	const list = (json as JsonObject)[name] ?? [];
	if (!Array.isArray(list) || list.some((one) => typeof one !== 'object' || one === null))
		throw new MalformedProtobuf(`${name} is no list.`);
	return list;
}

const ID_FIELDS = new Set(['traceId', 'spanId', 'parentSpanId']);

/** Names in snake case, ids in base64; enums and values stay as they are. */
function snakeCased(json: unknown, depth = 0): unknown {
	if (depth > DEPTH_MAX) throw new MalformedProtobuf(`Values are nested more than ${DEPTH_MAX} deep.`);
	if (Array.isArray(json)) return json.map((one) => snakeCased(one, depth + 1));
	if (typeof json !== 'object' || json === null) return json;
	// A null is what is left out.
	const given = Object.entries(json).filter(([, value]) => value !== null);
	return Object.fromEntries(
		given.map(([key, value]) => {
			const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
			if (ID_FIELDS.has(key) && typeof value === 'string') return [name, Buffer.from(value, 'hex').toString('base64')];
			return [name, key.endsWith('UnixNano') ? String(value) : snakeCased(value, depth + 1)];
		}),
	);
}

function spanOfJson(json: JsonObject): Span {
	const { trace_id, span_id, name = '', start_time_unix_nano = '0', attributes = [], ...rest } = snakeCased(json) as Record<string, never>;
	if (typeof trace_id !== 'string' || typeof span_id !== 'string' || typeof name !== 'string' || !/^\d{1,20}$/.test(start_time_unix_nano))
		throw new MalformedProtobuf('A span has no id, name or start.');
	const { status, ...others } = rest as { status?: { code?: unknown; message?: string } };
	const code = typeof status?.code === 'number' ? `STATUS_CODE_${STATUS_CODES[status.code] ?? 'UNSET'}` : status?.code;
	const kind = typeof json.kind === 'number' ? { kind: `SPAN_KIND_${SPAN_KINDS[json.kind] ?? 'UNSPECIFIED'}` } : {};
	return checkedSpan({
		...others,
		...kind,
		trace_id,
		span_id,
		name,
		start_time_unix_nano,
		attributes,
		...(status && { status: { ...status, ...(typeof code === 'string' && { code }) } }),
	});
}

/** As it is stored: it says itself which trace it is of, in MLflow's name of it. @throws {MalformedProtobuf} for one without its ids. */
export function storedSpan({ span, serviceName }: ExportedSpan): NewSpan {
	if (span.trace_id === '' || span.span_id === '') throw new MalformedProtobuf('A span has no id.');
	const traceId = `tr-${Buffer.from(span.trace_id, 'base64').toString('hex')}`;
	const attributes = new Map(span.attributes.map(({ key, value = {} }) => [key, value]));
	attributes.set('mlflow.traceRequestId', { string_value: traceId });
	const isRoot = span.parent_span_id === undefined || span.parent_span_id === '';
	if (isRoot && serviceName !== null) attributes.set('service.name', { string_value: serviceName });
	return spanOfContent({ ...span, attributes: [...attributes].map(([key, value]) => ({ key, value })) }, traceId);
}
