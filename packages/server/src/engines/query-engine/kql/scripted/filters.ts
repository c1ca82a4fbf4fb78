/** Filters over series, and two lines through one: `series_fir`, `series_iir`, `series_fit_2lines`. */
import { type Line, lineThrough, type Series, sumOf } from './series-statistics.ts';

/** Each point as the weighted sum of those up to it, or around it. Null where a filter that is to be normalized has negative parts. */
export function finiteResponse(series: Series, filter: readonly number[], normalize: boolean | null, center: boolean): number[] | null {
	const hasNegative = filter.some((part) => part < 0);
	const isNormal = normalize ?? !hasNegative;
	if (isNormal && hasNegative) return null;
	const scale = isNormal ? sumOf(filter) || 1 : 1;
	const shift = center ? Math.floor((filter.length - 1) / 2) : 0;
	return series.map((_, at) => sumOf(filter.map((part, index) => part * (series[at + shift - index] ?? 0))) / scale);
}

/** A recursive filter: what comes out goes in again. */
export function infiniteResponse(series: Series, numerators: readonly number[], denominators: readonly number[]): number[] {
	const [first = 0, ...others] = denominators;
	if (first === 0) throw new Error('The first denominator of series_iir must not be 0.');
	const out: number[] = [];
	for (const at of series.keys()) {
		const given = sumOf(numerators.map((part, index) => part * (series[at - index] ?? 0)));
		out.push((given - sumOf(others.map((part, index) => part * (out[at - index - 1] ?? 0)))) / first);
	}
	return out;
}

export interface TwoLines extends Pick<Line, 'rsquare' | 'variance' | 'rvariance' | 'fit'> {
	/** Where the second begins. */
	readonly split: number;
	readonly left: Line;
	readonly right: Line;
}

/** Both halves have two points at least. The best place is where the squares of what they do not explain are the least. */
export function twoLinesThrough(series: Series): TwoLines {
	const whole = lineThrough(series);
	let best: TwoLines = { ...whole, split: 0, left: lineThrough([]), right: whole };
	let least = Number.POSITIVE_INFINITY;
	const errorOf = ({ fit }: Line, from: number): number => sumOf(fit.map((value, at) => ((series[from + at] ?? value) - value) ** 2));
	for (let split = 2; split + 2 <= series.length; split++) {
		const [left, right] = [lineThrough(series.slice(0, split)), lineThrough(series.slice(split))];
		const error = errorOf(left, 0) + errorOf(right, split);
		if (error >= least) continue;
		least = error;
		const rvariance = error / Math.max(series.length - 1, 1);
		const rsquare = whole.variance === 0 ? 0 : 1 - rvariance / whole.variance;
		best = { split, left, right, rsquare, variance: whole.variance, rvariance, fit: [...left.fit, ...right.fit] };
	}
	return best;
}
