/** Traces and assessments between MLflow's messages and ours. */
import type { Trace, TraceState } from '@runstead/contract';
import { assessmentOf, saidBy } from '../../capabilities/traces/assessment-content.ts';
import type { NewTrace } from '../../capabilities/traces/service.ts';
import { invalidParameter } from './errors.ts';
import { anyObject, experimentIdText, listOf, oneOf, part, text } from './message.ts';
import { microsOf, millisOf } from './times.ts';

const STATES = { STATE_UNSPECIFIED: 0, OK: 1, ERROR: 2, IN_PROGRESS: 3 } as const;

export const TraceInfo = part({
	trace_id: text,
	client_request_id: text,
	trace_location: anyObject,
	request_preview: text,
	response_preview: text,
	request_time: text,
	execution_duration: text,
	state: oneOf(STATES),
	trace_metadata: anyObject,
	tags: anyObject,
	assessments: listOf(anyObject),
});
type GivenInfo = ReturnType<(typeof TraceInfo)['read']>;

export function traceArtifacts(experimentId: string, traceId: string): string {
	return `mlflow-artifacts:/${experimentId}/traces/${traceId}/artifacts`;
}

/** Where clients put a file that a span carried in or out. */
export function attachmentAddress(experimentId: string, traceId: string, name: string): string {
	return `${experimentId}/traces/${traceId}/artifacts/attachments/${name}`;
}

/** @throws {MlflowError} INVALID_PARAMETER_VALUE unless the trace is said to be of an experiment. */
export function experimentIdOf(location: Readonly<Record<string, unknown>> | undefined): string {
	const id = (location?.mlflow_experiment as { experiment_id?: unknown } | undefined)?.experiment_id;
	if (typeof id !== 'string' || id === '')
		throw invalidParameter(
			"Missing value for required parameter 'trace_location.mlflow_experiment.experiment_id'. Traces belong to an experiment here.",
		);
	return experimentIdText.read(id);
}

/** Times and durations as protobuf's JSON has them. */
function microsOfTimestamp(given: string | undefined): number {
	const millis = given === undefined ? 0 : Date.parse(given);
	if (Number.isNaN(millis))
		throw invalidParameter(`Invalid value ${JSON.stringify(given)} for parameter 'request_time' supplied: It is no time.`);
	return microsOf(millis);
}

function millisOfDuration(given: string | undefined): number | null {
	if (given === undefined) return null;
	const seconds = /^(-?\d+(?:\.\d+)?)s$/.exec(given)?.[1];
	if (seconds === undefined || !Number.isSafeInteger(Math.round(Number(seconds) * 1_000)))
		throw invalidParameter(`Invalid value ${JSON.stringify(given)} for parameter 'execution_duration' supplied: It is no duration.`);
	return Math.round(Number(seconds) * 1_000);
}

function timestampOf(millis: number): string {
	return new Date(millis).toISOString().replace(/\.000Z$/, 'Z');
}

function durationOf(millis: number): string {
	return millis % 1_000 === 0 ? `${millis / 1_000}s` : `${(millis / 1_000).toFixed(3)}s`;
}

function texts(map: Readonly<Record<string, unknown>> | undefined): Record<string, string> {
	return Object.fromEntries(Object.entries(map ?? {}).map(([key, value]) => [key, String(value)]));
}

/** @throws {MlflowError} INVALID_PARAMETER_VALUE. */
export function traceOf(info: GivenInfo, experimentId: string): NewTrace {
	const { trace_id: id = '' } = info;
	if (id === '')
		throw invalidParameter(
			"Missing value for required parameter 'trace_id'. See the API docs for more information about request parameters.",
		);
	return {
		id,
		requestTime: microsOfTimestamp(info.request_time),
		durationMs: millisOfDuration(info.execution_duration),
		state: (info.state ?? 'STATE_UNSPECIFIED') as TraceState,
		clientRequestId: info.client_request_id ?? null,
		requestPreview: info.request_preview ?? null,
		responsePreview: info.response_preview ?? null,
		tags: { ...texts(info.tags), 'mlflow.artifactLocation': traceArtifacts(experimentId, id) },
		metadata: texts(info.trace_metadata),
		assessments: (info.assessments ?? []).map((one) => assessmentOf(one)),
	};
}

export function presentInfo(trace: Trace): object {
	return {
		trace_id: trace.id,
		...(trace.clientRequestId !== null && { client_request_id: trace.clientRequestId }),
		trace_location: { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: trace.experimentId } },
		...(trace.requestPreview !== null && { request_preview: trace.requestPreview }),
		...(trace.responsePreview !== null && { response_preview: trace.responsePreview }),
		request_time: timestampOf(Date.parse(trace.requestTime)),
		...(trace.durationMs !== null && { execution_duration: durationOf(trace.durationMs) }),
		state: trace.state,
		...(Object.keys(trace.metadata).length > 0 && { trace_metadata: trace.metadata }),
		...(trace.assessments.length > 0 && { assessments: trace.assessments }),
		...(Object.keys(trace.tags).length > 0 && { tags: trace.tags }),
	};
}

/** What an update changes of an assessment: the fields that its mask names. @throws {MlflowError} INVALID_PARAMETER_VALUE. */
export function revised(
	before: Readonly<Record<string, unknown>>,
	given: Readonly<Record<string, unknown>>,
	mask: readonly string[],
): { name: string; value: unknown; content: Record<string, unknown> } {
	const content: Record<string, unknown> = { ...before, last_update_time: timestampOf(Date.now()) };
	for (const path of mask) {
		const field = path.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
		if (field === 'metadata') content.metadata = { ...(before.metadata as object | undefined), ...(given.metadata as object | undefined) };
		else if (field === 'expectation' || field === 'feedback') {
			if (before[field] === undefined) {
				const [is, isNot] = field === 'feedback' ? ['Expectation', 'feedback'] : ['Feedback', 'expectation'];
				throw invalidParameter(`Cannot update ${isNot} value on ${is === 'Expectation' ? 'an' : 'a'} ${is} assessment.`);
			}
			content[field] = given[field];
		} else if (field === 'rationale' || field === 'assessment_name') content[field] = given[field] ?? '';
	}
	const said = saidBy(content);
	return { name: String(content.assessment_name), value: said.value, content: { ...content, ...said.content } };
}

/** A trace as calls of the second version of the API show it. */
export function presentOldInfo(trace: Trace): object {
	const pairs = (map: Readonly<Record<string, string>>): object[] => Object.entries(map).map(([key, value]) => ({ key, value }));
	return {
		request_id: trace.id,
		experiment_id: trace.experimentId,
		timestamp_ms: millisOf(Date.parse(trace.requestTime) * 1_000),
		...(trace.durationMs !== null && { execution_time_ms: trace.durationMs }),
		status: trace.state === 'STATE_UNSPECIFIED' ? 'TRACE_STATUS_UNSPECIFIED' : trace.state,
		request_metadata: pairs(trace.metadata),
		tags: pairs(trace.tags),
	};
}
