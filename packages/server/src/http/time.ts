/** Times between the tables (microseconds since 1970) and the wire (ISO 8601 with microseconds, UTC). */
import { RunsteadError } from '@runstead/contract';

export function toWireTime(micros: number): string {
	const millis = Math.floor(micros / 1000);
	const rest = String(micros - millis * 1000).padStart(3, '0');
	return `${new Date(millis).toISOString().slice(0, -1)}${rest}Z`;
}

export function toWireTimeOrNull(micros: number | null): string | null {
	return micros === null ? null : toWireTime(micros);
}

const ISO_TIME = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;

/** @throws {RunsteadError} invalid-request, naming the field, unless it is an ISO 8601 time with its zone. */
export function fromWireTime(text: string, field: string): number {
	const match = ISO_TIME.exec(text);
	const millis = match ? Date.parse(`${match[1]}${match[3]}`) : Number.NaN;
	if (Number.isNaN(millis))
		throw new RunsteadError('invalid-request', {
			what: `${field} is ${JSON.stringify(text)}, not a time such as 2026-11-21T08:05:31.123456Z.`,
		});
	return millis * 1000 + Number((match?.[2] ?? '').padEnd(6, '0').slice(0, 6));
}
