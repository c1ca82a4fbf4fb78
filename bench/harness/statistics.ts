/** What many numbers come down to. */

export interface Statistics {
	readonly count: number;
	readonly min: number;
	readonly median: number;
	readonly p99: number;
	readonly max: number;
}

/** @throws {RangeError} when there is no number at all. */
export function statisticsOf(samples: readonly number[]): Statistics {
	if (samples.length === 0) throw new RangeError('No samples were taken.');
	const sorted = samples.toSorted((one, other) => one - other);
	const at = (quantile: number): number => sorted[Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))] as number;
	return { count: sorted.length, min: at(0), median: at(0.5), p99: at(0.99), max: at(1) };
}
