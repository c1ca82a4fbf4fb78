/** What is sent to somebody else and tried again: what became of an attempt, and when the next one is due. */

const MICROS_PER_SECOND = 1_000_000;
/** Pauses after each attempt; a day in all. */
const PAUSES_SECONDS = [5, 30, 120, 600, 1_800, 3_600, 3 * 3_600, 6 * 3_600, 12 * 3_600];
const ERROR_CHARACTERS_MAX = 1_000;

export interface SendOutcome {
	readonly statusCode: number | null;
	/** Null: it was taken. */
	readonly error: string | null;
	/** It is not worth another try. */
	readonly isFinal: boolean;
}

/** A delivery after an attempt, as its row has it. */
export interface AttemptedDelivery {
	readonly state: 'waiting' | 'delivered' | 'failed';
	readonly attempts: number;
	readonly status_code: number | null;
	readonly error: string | null;
	/** In microseconds; of one that waits. */
	readonly next_time: number;
}

/**
 * @param attempts before this one.
 * @param now in microseconds.
 */
export function afterAttempt(attempts: number, { statusCode, error, isFinal }: SendOutcome, now: number): AttemptedDelivery {
	const pause = PAUSES_SECONDS[attempts];
	const isGivenUp = isFinal || pause === undefined;
	return {
		state: error === null ? 'delivered' : isGivenUp ? 'failed' : 'waiting',
		attempts: attempts + 1,
		status_code: statusCode,
		error: error?.slice(0, ERROR_CHARACTERS_MAX) ?? null,
		next_time: now + (pause ?? 0) * MICROS_PER_SECOND,
	};
}
