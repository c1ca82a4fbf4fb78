/** Assessments as they are kept: as MLflow's protocol has them, of which searches take what they ask for. */
import { RunsteadError } from '@runstead/contract';
import type { NewAssessment } from './new-trace.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** What it is about, is its id, who made it and when, are kept as they were given. @throws {RunsteadError} invalid-request. */
export function assessmentOf(given: JsonObject, now = new Date()): NewAssessment {
	const { assessment_id, trace_id: _, valid: __, ...content } = given;
	const { kind, value, content: said } = saidBy(content);
	const { assessment_name: name, overrides } = content;
	if (typeof name !== 'string' || name === '')
		throw new RunsteadError('invalid-request', {
			what: "Missing value for required parameter 'assessment_name'. See the API docs for more information about request parameters.",
		});
	if (typeof overrides !== 'string' && overrides !== undefined)
		throw new RunsteadError('invalid-request', { what: 'overrides is no text.' });
	const time = now.toISOString().replace(/\.000Z$/, 'Z');
	return {
		...(typeof assessment_id === 'string' && assessment_id !== '' && { id: assessment_id }),
		name,
		kind,
		value,
		...(typeof overrides === 'string' && overrides !== '' && { overrides }),
		content: { create_time: time, last_update_time: time, ...content, ...said },
	};
}

/** @throws {RunsteadError} invalid-request for what says neither. `content` is the part that says it, as clients read it. */
export function saidBy(content: JsonObject): Pick<NewAssessment, 'kind' | 'value'> & { readonly content: JsonObject } {
	const { feedback, expectation, issue } = content;
	if (isObject(feedback)) return { kind: 'feedback', value: feedback.value, content: {} };
	if (isObject(expectation)) {
		const serialized = isObject(expectation.serialized_value) ? expectation.serialized_value.value : undefined;
		const { value } = expectation;
		// Clients read what is no plain value from its text.
		if (typeof value === 'object' && value !== null) {
			const serialized_value = { serialization_format: 'JSON_FORMAT', value: JSON.stringify(value) };
			return { kind: 'expectation', value: serialized_value.value, content: { expectation: { serialized_value } } };
		}
		return { kind: 'expectation', value: value ?? serialized, content: {} };
	}
	if (isObject(issue)) return { kind: 'issue', value: issue, content: {} };
	throw new RunsteadError('invalid-request', { what: 'An assessment has a feedback or an expectation.' });
}

function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
