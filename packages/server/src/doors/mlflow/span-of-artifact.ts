/** A span as MLflow's clients write it into the artifact of a trace: attributes by name, each as a text of JSON. */
import { plainSpanValue } from '@runstead/contract';
import type { Span } from '../../capabilities/traces/span-content.ts';
import { pythonJson } from './python-json.ts';

/** @param json of the span as it is kept. */
export function spanOfArtifact(json: string): string {
	const {
		trace_id,
		span_id,
		parent_span_id,
		name,
		start_time_unix_nano,
		end_time_unix_nano,
		attributes,
		events = [],
		status,
		links = [],
	} = JSON.parse(json) as Span;
	const rest = {
		trace_id,
		span_id,
		parent_span_id: parent_span_id || null,
		name,
		status: { code: status?.code ?? 'STATUS_CODE_UNSET', message: status?.message ?? '' },
		attributes: Object.fromEntries(attributes.map(({ key, value }) => [key, pythonJson(plainSpanValue(value))])),
		links,
	};
	// Nanoseconds are more than a number here holds exactly.
	const told = events.map(({ name: event, time_unix_nano: time, attributes: of = [] }) => {
		const head = JSON.stringify({ name: event, attributes: Object.fromEntries(of.map(({ key, value }) => [key, plainSpanValue(value)])) });
		return withNumbers(head, { time_unix_nano: time ?? '0' });
	});
	const times = { start_time_unix_nano, end_time_unix_nano: end_time_unix_nano ?? 'null', events: `[${told.join(',')}]` };
	return withNumbers(JSON.stringify(rest), times);
}

/** The object with more fields, whose values are JSON already. */
function withNumbers(object: string, fields: Readonly<Record<string, string>>): string {
	const more = Object.entries(fields).map(([name, json]) => `,${JSON.stringify(name)}:${json}`);
	return `${object.slice(0, -1)}${more.join('')}}`;
}
