/** Traces behind a server that speaks MLflow's REST protocol: of MLflow 3, and of a server that knows the calls of MLflow 2 alone. */
import type { TraceState } from '@runstead/contract';
import { isOffered } from './mlflow-server-reply.ts';
import type { SourceTrace } from './mlflow-source.ts';
import { otelSpan, parseSpans } from './mlflow-spans.ts';

/** Asks the server; what it refuses is an answer too. */
type Ask = (path: string, init?: RequestInit) => Promise<Response>;

interface RestTrace {
	readonly trace_id: string;
	readonly client_request_id?: string;
	readonly request_time: string;
	readonly execution_duration?: string;
	readonly state?: TraceState;
	readonly request_preview?: string;
	readonly response_preview?: string;
	readonly trace_metadata?: Readonly<Record<string, string>>;
	readonly tags?: Readonly<Record<string, string>>;
	readonly assessments?: Record<string, unknown>[];
}

interface Pair {
	readonly key: string;
	readonly value?: string;
}

interface OldRestTrace {
	readonly request_id: string;
	readonly timestamp_ms: number | string;
	readonly execution_time_ms?: number | string;
	readonly status?: string;
	readonly request_metadata?: readonly Pair[];
	readonly tags?: readonly Pair[];
}

interface Page<One> {
	readonly traces?: readonly One[];
	readonly next_page_token?: string;
}

const TRACES_PER_PAGE = 500;

export async function* serverTraces(ask: Ask, experimentId: string): AsyncGenerator<SourceTrace> {
	const spans = (id: string) => () => spansOf(ask, id);
	const search = (token: string | undefined) =>
		ask('/api/3.0/mlflow/traces/search', {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({
				locations: [{ type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: experimentId } }],
				max_results: TRACES_PER_PAGE,
				order_by: ['timestamp_ms ASC'],
				...(token !== undefined && { page_token: token }),
			}),
		});
	const searchOld = (token: string | undefined) => {
		const query = { experiment_ids: experimentId, max_results: String(TRACES_PER_PAGE), ...(token !== undefined && { page_token: token }) };
		return ask(`/api/2.0/mlflow/traces?${new URLSearchParams(query)}`);
	};
	if (await isOffered(await search(undefined)))
		for await (const trace of paged<RestTrace>(search)) yield { ...traceOf(trace), spans: spans(trace.trace_id) };
	else for await (const trace of paged<OldRestTrace>(searchOld)) yield { ...traceOfOld(trace), spans: spans(trace.request_id) };
}

/** None of a server that keeps no traces. */
async function* paged<One>(fetchPage: (token: string | undefined) => Promise<Response>): AsyncGenerator<One> {
	let token: string | undefined;
	do {
		const reply = await fetchPage(token);
		if (!(await isOffered(reply))) return;
		const page = (await reply.json()) as Page<One>;
		yield* page.traces ?? [];
		token = page.next_page_token || undefined;
	} while (token !== undefined);
}

/** From where the server keeps them: among its tables, or in a file. */
async function spansOf(ask: Ask, id: string): Promise<readonly Record<string, unknown>[] | null> {
	const kept = await ask(`/api/3.0/mlflow/traces/get?${new URLSearchParams({ trace_id: id, allow_partial: 'true' })}`);
	if (kept.ok) {
		const { trace } = parseSpans(await kept.text()) as { trace?: { spans?: Record<string, unknown>[] } };
		if (trace?.spans !== undefined && trace.spans.length > 0) return trace.spans;
	}
	const file = await ask(`/ajax-api/2.0/mlflow/get-trace-artifact?${new URLSearchParams({ request_id: id })}`);
	if (!file.ok) return kept.ok ? [] : null;
	const { spans = [] } = parseSpans(await file.text()) as { spans?: Record<string, unknown>[] };
	return spans.map(otelSpan);
}

function traceOf(given: RestTrace): Omit<SourceTrace, 'spans'> {
	return {
		id: given.trace_id,
		requestTime: given.request_time,
		durationMs: given.execution_duration === undefined ? null : Math.round(Number(given.execution_duration.replace(/s$/, '')) * 1_000),
		state: given.state ?? 'STATE_UNSPECIFIED',
		clientRequestId: given.client_request_id ?? null,
		requestPreview: given.request_preview ?? null,
		responsePreview: given.response_preview ?? null,
		tags: { ...given.tags },
		metadata: { ...given.trace_metadata },
		assessments: given.assessments ?? [],
		problems: [],
		runIds: [],
	};
}

function traceOfOld(given: OldRestTrace): Omit<SourceTrace, 'spans'> {
	const mapOf = (pairs: readonly Pair[] = []) => Object.fromEntries(pairs.map(({ key, value = '' }) => [key, value]));
	const metadata = mapOf(given.request_metadata);
	return {
		id: given.request_id,
		requestTime: new Date(Number(given.timestamp_ms)).toISOString(),
		durationMs: given.execution_time_ms === undefined ? null : Number(given.execution_time_ms),
		state: (given.status ?? 'STATE_UNSPECIFIED').replace(/^TRACE_STATUS_/, 'STATE_') as TraceState,
		clientRequestId: null,
		requestPreview: metadata['mlflow.traceInputs'] || null,
		responsePreview: metadata['mlflow.traceOutputs'] || null,
		tags: mapOf(given.tags),
		metadata,
		assessments: [],
		problems: [],
		runIds: [],
	};
}
