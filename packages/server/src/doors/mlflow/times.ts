/** Times: milliseconds since 1970 in MLflow, microseconds here. */
import { invalidParameter } from './errors.ts';

export function millisOf(micros: number): number {
	return Math.floor(micros / 1_000);
}

/** Beyond it, microseconds are no whole numbers that a number holds exactly: the year 2255. */
export const MILLIS_MAX = Math.floor(Number.MAX_SAFE_INTEGER / 1_000);

/** @throws {MlflowError} INVALID_PARAMETER_VALUE for a time that cannot be kept. */
export function checkedMillis(name: string, millis: number): number {
	if (millis < 0 || millis > MILLIS_MAX)
		throw invalidParameter(
			`Invalid value ${millis} for parameter '${name}' supplied: it is no time in milliseconds from 0 to ${MILLIS_MAX}.`,
		);
	return millis;
}

export function microsOf(millis: number): number {
	return millis * 1_000;
}
