/** What a box of a box chart shows of some numbers. */

export interface Quartiles {
	readonly low: number;
	readonly lower: number;
	readonly median: number;
	readonly upper: number;
	readonly high: number;
	/** Further than one and a half times the box's length from it. */
	readonly outliers: readonly number[];
}

const WHISKER_BOXES = 1.5;

/** Whiskers end at the last numbers that are no outliers (Tukey). There must be a number. */
export function quartilesOf(numbers: readonly number[]): Quartiles {
	const sorted = [...numbers].sort((a, b) => a - b);
	const [lower, median, upper] = [0.25, 0.5, 0.75].map((share) => quantile(sorted, share)) as [number, number, number];
	const reach = (upper - lower) * WHISKER_BOXES;
	const inside = sorted.filter((number) => number >= lower - reach && number <= upper + reach);
	return {
		low: inside[0] ?? lower,
		lower,
		median,
		upper,
		high: inside.at(-1) ?? upper,
		outliers: sorted.filter((number) => number < lower - reach || number > upper + reach),
	};
}

/** Between two numbers, the straight way from one to the other. */
function quantile(sorted: readonly number[], share: number): number {
	const place = (sorted.length - 1) * share;
	const [below, above] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number];
	return below + (above - below) * (place - Math.floor(place));
}
