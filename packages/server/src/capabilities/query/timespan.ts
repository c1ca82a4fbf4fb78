/** A timespan as Azure Monitor has it: a duration up to now, or an interval of ISO 8601. */
import { RunsteadError } from '@runstead/contract';
import { fromWireTime } from '../../http/time.ts';

/** Microseconds since 1970: from, and before. */
export interface Period {
	readonly from: number;
	readonly to: number;
}

const DURATION = /^P(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const SECONDS = [604_800, 86_400, 3_600, 60, 1];

/**
 * @example readTimespan('PT1H', now) // the last hour
 * @throws {RunsteadError} invalid-request.
 */
export function readTimespan(text: string, now: number): Period {
	const parts = text.split('/');
	const [first = '', second] = parts;
	if (second === undefined) {
		const duration = durationMicros(first);
		if (duration !== null) return { from: now - duration, to: now + 1 };
	} else if (parts.length === 2) {
		const [start, end] = [durationMicros(first), durationMicros(second)];
		if (start === null && end === null) return checked({ from: moment(first), to: moment(second) }, text);
		if (start === null && end !== null) return { from: moment(first), to: moment(first) + end };
		if (start !== null && end === null) return { from: moment(second) - start, to: moment(second) };
	}
	throw new RunsteadError('invalid-request', {
		what: `The timespan ${JSON.stringify(text)} is neither a duration such as PT1H nor an interval such as 2026-11-21T00:00:00Z/PT6H.`,
	});
}

function checked(period: Period, text: string): Period {
	if (period.to >= period.from) return period;
	throw new RunsteadError('invalid-request', { what: `The timespan ${JSON.stringify(text)} ends before it begins.` });
}

const moment = (text: string): number =>
	fromWireTime(/(Z|[+-]\d{2}:\d{2})$/.test(text) ? text : `${text.length === 10 ? `${text}T00:00:00` : text}Z`, 'timespan');

function durationMicros(text: string): number | null {
	const match = DURATION.exec(text);
	if (!match || text === 'P' || text.endsWith('T')) return null;
	return match.slice(1).reduce((sum, part, index) => sum + Number(part ?? 0) * (SECONDS[index] ?? 0), 0) * 1_000_000;
}
