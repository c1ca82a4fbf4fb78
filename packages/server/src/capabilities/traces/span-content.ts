/** Spans as they are kept: OpenTelemetry's JSON in snake case, ids in base64, of which searches and traces take what they ask for. */
import { isSpanAttribute, plainSpanValue, RunsteadError, type SpanAttribute, type SpanValue } from '@runstead/contract';
import { storableJson } from '../../storage/storable-json.ts';
import type { NewSpan } from './new-trace.ts';

export interface SpanEvent {
	name?: string;
	time_unix_nano?: string;
	attributes?: SpanAttribute[];
}

export interface Span {
	trace_id: string;
	span_id: string;
	parent_span_id?: string;
	trace_state?: string;
	name: string;
	kind?: string;
	start_time_unix_nano: string;
	end_time_unix_nano?: string;
	attributes: SpanAttribute[];
	events?: SpanEvent[];
	links?: object[];
	status?: { code?: string; message?: string };
}

const PREVIEW_CHARACTERS_MAX = 1_000;
const TRACE_TAG_PREFIX = 'mlflow.traceTag.';
const NANOS = /^\d{1,19}$/;

/** A span that comes as it was kept elsewhere. @throws {RunsteadError} invalid-request for what is none. */
export function checkedSpan(given: Readonly<Record<string, unknown>>): Span {
	const refuse = (what: string): never => {
		throw new RunsteadError('invalid-request', { what: `A span ${what}: ${JSON.stringify(given).slice(0, 200)}` });
	};
	const {
		trace_id,
		span_id,
		parent_span_id = '',
		name,
		start_time_unix_nano: start,
		end_time_unix_nano: end = '0',
		attributes,
		events = [],
		links = [],
		status,
	} = given;
	for (const [id, field] of [
		[trace_id, 'trace_id'],
		[span_id, 'span_id'],
	] as const)
		if (typeof id !== 'string' || id === '') refuse(`has no ${field}`);
	if (typeof parent_span_id !== 'string') refuse('has a parent_span_id that is no text');
	if (typeof name !== 'string') refuse('has no name');
	if (typeof start !== 'string' || !NANOS.test(start)) refuse('has no start_time_unix_nano, a text of digits');
	if (typeof end !== 'string' || !NANOS.test(end)) refuse('has an end_time_unix_nano that is no text of digits');
	if (!isAttributes(attributes)) refuse('has no list of attributes, each with key and value');
	if (!Array.isArray(events) || !events.every(isEvent)) refuse('has events that are no list of name, time_unix_nano and attributes');
	if (!Array.isArray(links)) refuse('has links that are no list');
	if (status !== undefined && (typeof status !== 'object' || status === null)) refuse('has a status that is no object');
	const code = (status as { code?: unknown } | undefined)?.code;
	if (code !== undefined && typeof code !== 'string') refuse('has a status code that is no text');
	return given as unknown as Span;
}

function isAttributes(given: unknown): given is SpanAttribute[] {
	return Array.isArray(given) && given.every(isSpanAttribute);
}

function isEvent(given: unknown): given is SpanEvent {
	const { name = '', time_unix_nano: time = '0', attributes = [] } = (given ?? {}) as Record<string, unknown>;
	return typeof name === 'string' && typeof time === 'string' && NANOS.test(time) && isAttributes(attributes);
}

/** @param traceId of the trace that it is kept with. */
export function spanOfContent(given: Span, traceId: string): NewSpan {
	const json = JSON.stringify(given);
	const content = storableJson(json);
	// What stands in columns of its own can be kept there too.
	const span = content === json ? given : (JSON.parse(content) as Span);
	const attributes = new Map(span.attributes.map(({ key, value = {} }) => [key, value]));
	const isRoot = span.parent_span_id === undefined || span.parent_span_id === '';
	const code = span.status?.code ?? 'STATUS_CODE_UNSET';
	return {
		traceId,
		spanId: hexOf(span.span_id),
		parentId: isRoot ? null : hexOf(span.parent_span_id as string),
		name: span.name,
		type: textOf(attributes.get('mlflow.spanType')),
		status: code.endsWith('ERROR') ? 'ERROR' : code.endsWith('OK') ? 'OK' : 'UNSET',
		startTime: microsOfNanos(span.start_time_unix_nano),
		endTime: span.end_time_unix_nano === undefined || span.end_time_unix_nano === '0' ? null : microsOfNanos(span.end_time_unix_nano),
		content,
		ofTrace: isRoot ? ofTrace(span, attributes) : null,
	};
}

function hexOf(base64: string): string {
	return Buffer.from(base64, 'base64').toString('hex');
}

function ofTrace(span: Span, attributes: ReadonlyMap<string, SpanValue>): NonNullable<NewSpan['ofTrace']> {
	const tags: Record<string, string> = { 'mlflow.traceName': span.name };
	for (const [key, value] of attributes)
		if (key.startsWith(TRACE_TAG_PREFIX)) tags[key.slice(TRACE_TAG_PREFIX.length)] = textOf(value) ?? '';
	const session = textOf(attributes.get('session.id'));
	const user = textOf(attributes.get('user.id'));
	return {
		requestPreview: previewOf(attributes.get('mlflow.spanInputs')),
		responsePreview: previewOf(attributes.get('mlflow.spanOutputs')),
		tags,
		metadata: { ...(session !== null && { 'mlflow.trace.session': session }), ...(user !== null && { 'mlflow.trace.user': user }) },
	};
}

function microsOfNanos(nanos: string): number {
	return Number(BigInt(nanos) / 1_000n);
}

function previewOf(value: SpanValue | undefined): string | null {
	if (value === undefined) return null;
	const text = typeof value.string_value === 'string' ? value.string_value : JSON.stringify(plainSpanValue(value));
	return text.length <= PREVIEW_CHARACTERS_MAX ? text : `${text.slice(0, PREVIEW_CHARACTERS_MAX - 3)}...`;
}

function textOf(value: SpanValue | undefined): string | null {
	if (value === undefined) return null;
	return typeof value.string_value === 'string' ? value.string_value : JSON.stringify(plainSpanValue(value));
}
