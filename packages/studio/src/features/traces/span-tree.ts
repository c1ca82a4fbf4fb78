/** Spans as a tree over the time of their trace. */
import { isSpanAttribute, plainSpanValue, type SpanAttribute } from '@runstead/contract';

export interface SpanEvent {
	readonly name: string;
	/** From the start of the trace. */
	readonly offsetMs: number;
	readonly attributes: readonly NamedValue[];
}

export interface NamedValue {
	readonly key: string;
	/** As JSON has it. */
	readonly value: unknown;
}

export interface SpanNode {
	readonly id: string;
	readonly name: string;
	/** `LLM`, `TOOL`; empty where nobody said. */
	readonly type: string;
	readonly isError: boolean;
	readonly statusMessage: string;
	/** From the start of the trace. */
	readonly offsetMs: number;
	/** Null while it goes on. */
	readonly durationMs: number | null;
	readonly attributes: readonly NamedValue[];
	readonly events: readonly SpanEvent[];
	readonly children: readonly SpanNode[];
}

export interface SpanTree {
	readonly roots: readonly SpanNode[];
	readonly count: number;
	readonly lengthMs: number;
}

type GivenSpan = Readonly<Record<string, unknown>>;

/** A span whose parent is not among them stands at the top. */
export function spanTreeOf(spans: readonly GivenSpan[]): SpanTree {
	const begun = spans.map((span) => nanosOf(span.start_time_unix_nano) ?? 0n);
	const start = begun.reduce((least, one) => (one < least ? one : least), begun[0] ?? 0n);
	const ids = new Set(spans.map(({ span_id }) => span_id));
	const childrenOf = Map.groupBy(spans, ({ parent_span_id: parent }) => (ids.has(parent) ? parent : null));
	const taken = new Set<GivenSpan>();
	let lengthMs = 0;
	const nodeOf = (span: GivenSpan): SpanNode => {
		taken.add(span);
		const node = readSpan(span, start);
		lengthMs = Math.max(lengthMs, node.offsetMs + (node.durationMs ?? 0));
		return { ...node, children: (childrenOf.get(span.span_id) ?? []).filter((child) => !taken.has(child)).map(nodeOf) };
	};
	const roots = (childrenOf.get(null) ?? []).map(nodeOf);
	// Spans that are each other's parents hang on none of these.
	for (const span of spans) if (!taken.has(span)) roots.push(nodeOf(span));
	return { roots, count: spans.length, lengthMs };
}

/** The span with an id, among all of a tree. */
export function findSpan(nodes: readonly SpanNode[], id: string | undefined): SpanNode | undefined {
	for (const node of nodes) {
		const found = node.id === id ? node : findSpan(node.children, id);
		if (found !== undefined) return found;
	}
	return undefined;
}

/** The spans that hold others. */
export function parentIds(nodes: readonly SpanNode[]): string[] {
	return nodes.flatMap(({ id, children }) => (children.length === 0 ? [] : [id, ...parentIds(children)]));
}

const ATTRIBUTES_OF_THE_SPAN = new Set(['mlflow.spanInputs', 'mlflow.spanOutputs', 'mlflow.spanType', 'mlflow.traceRequestId']);

/** Undefined where it has none of that name. */
export function attributeOf({ attributes }: SpanNode, key: string): unknown {
	return attributes.find((one) => one.key === key)?.value;
}

/** Those that are not shown in a place of their own. */
export function furtherAttributes({ attributes }: SpanNode): readonly NamedValue[] {
	return attributes.filter(({ key }) => !ATTRIBUTES_OF_THE_SPAN.has(key));
}

function readSpan(span: GivenSpan, start: bigint): Omit<SpanNode, 'children'> {
	const attributes = valuesOf(span.attributes);
	const begin = nanosOf(span.start_time_unix_nano) ?? start;
	const end = nanosOf(span.end_time_unix_nano);
	const { code = '', message = '' } = (span.status ?? {}) as { code?: string; message?: unknown };
	const type = attributes.find(({ key }) => key === 'mlflow.spanType')?.value;
	return {
		id: hexOf(String(span.span_id)),
		name: String(span.name),
		type: typeof type === 'string' && type !== 'UNKNOWN' ? type : '',
		isError: String(code).endsWith('ERROR'),
		statusMessage: typeof message === 'string' ? message : '',
		offsetMs: millisBetween(start, begin),
		durationMs: end === null ? null : millisBetween(begin, end),
		attributes,
		events: (Array.isArray(span.events) ? (span.events as GivenSpan[]) : []).map((event) => ({
			name: String(event.name ?? ''),
			offsetMs: millisBetween(start, nanosOf(event.time_unix_nano) ?? begin),
			attributes: valuesOf(event.attributes),
		})),
	};
}

/** Clients of MLflow write every value as JSON in a text; others write values as they are. */
function valuesOf(given: unknown): NamedValue[] {
	const attributes: SpanAttribute[] = Array.isArray(given) ? given.filter(isSpanAttribute) : [];
	return attributes.map(({ key, value }) => {
		const plain = plainSpanValue(value);
		return { key, value: typeof plain === 'string' ? ofJson(plain) : plain };
	});
}

function ofJson(text: string): unknown {
	// Numbers and the like are shown as they are written.
	if (!/^\s*["[{]/.test(text)) return text;
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

/** As clients name spans; OpenTelemetry's JSON has base64. */
function hexOf(base64: string): string {
	try {
		return [...atob(base64)].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');
	} catch {
		return base64;
	}
}

/** Null for what has not come yet. */
function nanosOf(given: unknown): bigint | null {
	return typeof given === 'string' && /^\d+$/.test(given) && given !== '0' ? BigInt(given) : null;
}

function millisBetween(from: bigint, to: bigint): number {
	return Number(to - from) / 1e6;
}

/** `0.42 ms`, `3.1 ms`, `52 ms`: spans are often shorter than what a run's durations are written for. */
export function formatShort(durationMs: number): string {
	if (durationMs < 10) return `${Number(durationMs.toPrecision(2))} ms`;
	return durationMs < 1_000 ? `${Math.round(durationMs)} ms` : `${Number((durationMs / 1_000).toPrecision(3))} s`;
}
