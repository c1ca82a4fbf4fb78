/** Traces in MLflow's own database; the spans of old ones lie in a file each, among the artifacts. */
import type { TraceState } from '@runstead/contract';
import { type ArtifactWatch, localFolderOrNull } from './local-artifacts.ts';
import type { SourceTrace } from './mlflow-source.ts';
import { otelSpan, parseSpans, readSpansFile } from './mlflow-spans.ts';

type Row = Readonly<Record<string, unknown>>;

export interface TraceTables {
	all(query: string, ...values: readonly (string | number)[]): Promise<Row[]>;
	/** Rows by the column `owner`, for some of its values. */
	byId(query: string, idColumn: string, ids: readonly string[]): Promise<Map<string, Row[]>>;
	readonly tables: ReadonlySet<string>;
	readonly places: ArtifactWatch;
}

const TRACES_PER_PAGE = 200;

/** Columns that newer databases have in place of metadata of these names. */
const TEXT_COLUMNS = { session_id: 'mlflow.trace.session' } as const;
const NUMBER_COLUMNS = {
	'mlflow.trace.tokenUsage': ['input_tokens', 'output_tokens', 'total_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens'],
	'mlflow.trace.cost': ['input_cost', 'output_cost', 'total_cost'],
} as const;

export async function* databaseTraces(source: TraceTables, experimentId: string): AsyncGenerator<SourceTrace> {
	const { all, tables } = source;
	if (!tables.has('trace_info')) return;
	let last: Row | undefined;
	for (;;) {
		const after = last ? 'and (timestamp_ms > ? or (timestamp_ms = ? and request_id > ?))' : '';
		const time = Number(last?.timestamp_ms ?? 0);
		const rows = await all(
			`select * from trace_info where experiment_id = ? ${after} order by timestamp_ms, request_id limit ${TRACES_PER_PAGE}`,
			Number(experimentId),
			...(last ? [time, time, String(last.request_id)] : []),
		);
		yield* await tracesOf(source, rows);
		last = rows.at(-1);
		if (rows.length < TRACES_PER_PAGE) return;
	}
}

async function tracesOf(source: TraceTables, rows: readonly Row[]): Promise<SourceTrace[]> {
	const { byId, tables } = source;
	const ids = rows.map(({ request_id }) => String(request_id));
	const ofTraces = (table: string, columns: string, id = 'request_id') =>
		tables.has(table) ? byId(`select ${id} as owner, ${columns} from ${table}`, id, ids) : new Map<string, Row[]>();
	const tags = await ofTraces('trace_tags', 'key, value');
	const metadata = await ofTraces('trace_request_metadata', 'key, value');
	const assessments = await ofTraces('assessments', '*', 'trace_id');
	const links = await ofTraces('entity_associations', 'source_type, destination_type, destination_id', 'source_id');
	return rows.map((row) => {
		const id = String(row.request_id);
		const ownTags = { ...pairs(tags.get(id)), ...(row.trace_name != null && { 'mlflow.traceName': String(row.trace_name) }) };
		const said = assessmentsOf(assessments.get(id) ?? []);
		const ownMetadata = { ...pairs(metadata.get(id)), ...metadataOfColumns(row) };
		return {
			id,
			requestTime: new Date(Number(row.timestamp_ms)).toISOString(),
			durationMs: row.execution_time_ms == null ? null : Number(row.execution_time_ms),
			state: String(row.status).replace(/^TRACE_STATUS_/, 'STATE_') as TraceState,
			clientRequestId: textOrNull(row.client_request_id),
			requestPreview: textOrNull(row.request_preview) ?? (ownMetadata['mlflow.traceInputs'] || null),
			responsePreview: textOrNull(row.response_preview) ?? (ownMetadata['mlflow.traceOutputs'] || null),
			tags: ownTags,
			metadata: ownMetadata,
			...said,
			runIds: (links.get(id) ?? []).flatMap(({ source_type, destination_type, destination_id }) =>
				source_type === 'trace' && destination_type === 'run' ? [String(destination_id)] : [],
			),
			spans: () => spansOf(source, id, ownTags),
		};
	});
}

async function spansOf({ all, tables, places }: TraceTables, id: string, tags: Readonly<Record<string, string>>) {
	const rows = tables.has('spans') ? await all('select content from spans where trace_id = ? order by start_time_unix_nano', id) : [];
	if (rows.length > 0) return rows.map(({ content }) => otelSpan(parseSpans(String(content)) as Record<string, unknown>));
	const location = tags['mlflow.artifactLocation'];
	if (location === undefined || tags['mlflow.trace.spansLocation'] === 'TRACKING_STORE') return [];
	const folder = localFolderOrNull(location, places);
	return folder === null ? null : readSpansFile(folder);
}

function pairs(rows: readonly Row[] = []): Record<string, string> {
	return Object.fromEntries(rows.map(({ key, value }) => [String(key), String(value ?? '')]));
}

function textOrNull(value: unknown): string | null {
	return value === null || value === undefined ? null : String(value);
}

function metadataOfColumns(row: Row): Record<string, string> {
	const metadata: Record<string, string> = {};
	for (const [column, key] of Object.entries(TEXT_COLUMNS)) if (row[column] != null) metadata[key] = String(row[column]);
	for (const [key, columns] of Object.entries(NUMBER_COLUMNS)) {
		const given = columns.filter((column) => row[column] != null);
		if (given.length > 0) metadata[key] = `{${given.map((column) => `"${column}": ${row[column]}`).join(', ')}}`;
	}
	return metadata;
}

/** Those that can be read, the earliest first, and what is wrong with the others. */
function assessmentsOf(rows: readonly Row[]): { readonly assessments: Record<string, unknown>[]; readonly problems: string[] } {
	const assessments: Record<string, unknown>[] = [];
	const problems: string[] = [];
	for (const row of rows.toSorted((one, other) => Number(one.created_timestamp) - Number(other.created_timestamp))) {
		const type = String(row.assessment_type);
		try {
			if (Object.hasOwn(SAID, type)) assessments.push(assessmentOf(row, SAID[type as keyof typeof SAID]));
			else problems.push(`Its assessment ${row.name} is of the kind ${type}, which is not known here: it comes without that.`);
		} catch (error) {
			if (!(error instanceof SyntaxError)) throw error;
			problems.push(`Its assessment ${row.name} cannot be read (${error.message}): it comes without that.`);
		}
	}
	return { assessments, problems };
}

/** What an assessment says, by its kind. */
const SAID = {
	feedback: (row: Row, value: unknown) => ({
		feedback: { value, ...(row.error != null && { error: errorOf(JSON.parse(String(row.error)) as Record<string, unknown>) }) },
	}),
	expectation: (row: Row, value: unknown) => ({
		expectation:
			typeof value !== 'object' || value === null
				? { value }
				: { serialized_value: { serialization_format: 'JSON_FORMAT', value: String(row.value) } },
	}),
	issue: (_row: Row, value: unknown) => ({ issue: value }),
} as const;

/** In the words of MLflow's protocol. @throws {SyntaxError} where it holds what is no JSON. */
function assessmentOf(row: Row, said: (typeof SAID)[keyof typeof SAID]): Record<string, unknown> {
	const time = (millis: unknown) => new Date(Number(millis)).toISOString();
	return {
		assessment_id: String(row.assessment_id),
		assessment_name: String(row.name),
		source: { source_type: String(row.source_type), ...(row.source_id != null && { source_id: String(row.source_id) }) },
		create_time: time(row.created_timestamp),
		last_update_time: time(row.last_updated_timestamp),
		...said(row, JSON.parse(String(row.value)) as unknown),
		...(row.rationale != null && { rationale: String(row.rationale) }),
		...(row.assessment_metadata != null && { metadata: JSON.parse(String(row.assessment_metadata)) as unknown }),
		...(row.span_id != null && { span_id: String(row.span_id) }),
		...(row.overrides != null && { overrides: String(row.overrides) }),
		valid: row.valid === 1 || row.valid === true,
	};
}

function errorOf({ error_code, error_message, stack_trace }: Record<string, unknown>): Record<string, unknown> {
	return { error_code, ...(error_message != null && { error_message }), ...(stack_trace != null && { stack_trace }) };
}
