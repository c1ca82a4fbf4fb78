/** Traces. */
import type { Generated } from 'kysely';

export interface TraceTable {
	key: Generated<number>;
	id: string;
	experiment_key: number;
	request_time: number;
	duration_ms: number | null;
	state: string;
	client_request_id: string | null;
	request_preview: string | null;
	response_preview: string | null;
	/** 1 once whoever traced has said all of it; until then its spans tell. */
	complete: number;
}

export interface TraceAttributeTable {
	trace_key: number;
	kind: 'tag' | 'metadata';
	key: string;
	value: string;
}

export interface TraceSpanTable {
	trace_key: number;
	span_id: string;
	parent_id: string | null;
	name: string;
	type: string | null;
	status: string;
	start_time: number;
	end_time: number | null;
	/** The span as OpenTelemetry's JSON has it. */
	content: string;
}

export interface TraceAssessmentTable {
	trace_key: number;
	id: string;
	name: string;
	kind: 'feedback' | 'expectation' | 'issue';
	/** JSON. */
	value: string;
	valid: number;
	created_time: number;
	/** The assessment as it was given. */
	content: string;
}

/** A trace that belongs to a run, as somebody said later. */
export interface TraceRunTable {
	trace_key: number;
	run_id: string;
}

export interface TraceTables {
	trace: TraceTable;
	trace_attribute: TraceAttributeTable;
	trace_span: TraceSpanTable;
	trace_assessment: TraceAssessmentTable;
	trace_run: TraceRunTable;
}
