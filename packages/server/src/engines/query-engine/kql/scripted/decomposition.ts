/** A series as the sum of what repeats, of where it goes, and of the rest, and what is unusual in the rest: `series_decompose` and its kin. */
import { detectedPeriods } from './periods.ts';
import { isKnown, lineThrough, meanOf, medianOf, quantile, type Series, sortedOf } from './series-statistics.ts';

export interface Decomposition {
	readonly baseline: readonly number[];
	readonly seasonal: readonly number[];
	readonly trend: readonly number[];
	readonly residual: Series;
}

export interface DecompositionOptions {
	/** Points of a period; 0: none; -1: the best that is found. */
	readonly seasonality: number;
	readonly trend: string;
	/** Points at the end that nothing is learnt from. */
	readonly testPoints: number;
	/** What a period has to score that is found. */
	readonly threshold: number;
}

/** The median of the points of the same phase, for as many points as are asked for. */
export function seasonalOf(series: Series, period: number, length: number): number[] {
	if (period <= 0) return Array.from({ length }, () => 0);
	const phases = Array.from({ length: Math.min(period, length) }, (_, phase) => medianOf(series.filter((_, at) => at % period === phase)));
	return Array.from({ length }, (_, at) => phases[at % period] as number);
}

/** The best period, 0 where none scores enough. */
export function bestPeriod(series: Series, threshold: number): number {
	const [best] = detectedPeriods(series, 0, series.length, 1);
	return best && best.score >= threshold ? best.period : 0;
}

function trendOf(series: Series, kind: string, length: number): number[] {
	if (kind === 'none') return Array.from({ length }, () => 0);
	if (kind === 'avg') {
		const mean = meanOf(series.filter(isKnown));
		return Array.from({ length }, () => mean);
	}
	if (kind !== 'linefit') throw new Error(`The trend of a decomposition is avg, linefit or none, not ${JSON.stringify(kind)}.`);
	const { slope, interception } = lineThrough(series);
	return Array.from({ length }, (_, at) => interception + slope * (at + 1));
}

export function decomposed(series: Series, { seasonality, trend, testPoints, threshold }: DecompositionOptions): Decomposition {
	const learnt = series.slice(0, Math.max(0, series.length - Math.max(0, testPoints)));
	const period = seasonality < 0 ? bestPeriod(learnt, threshold) : seasonality;
	const seasonal = seasonalOf(learnt, period, series.length);
	const rest = learnt.map((value, at) => (isKnown(value) ? value - (seasonal[at] as number) : null));
	const going = trendOf(rest, trend, series.length);
	const baseline = seasonal.map((value, at) => value + (going[at] as number));
	return {
		baseline,
		seasonal,
		trend: going,
		residual: series.map((value, at) => (isKnown(value) ? value - (baseline[at] as number) : null)),
	};
}

const QUARTILES = [25, 75] as const;
const PERCENTILE_LEAST = 2;
const PERCENTILE_MOST = 98;

/** Tukey's test: how many ranges between two percentiles a point lies outside of them; 0 for one between them, and for one that is missing. */
export function outlierScores(series: Series, kind: string, ignored: number | null, low: number, high: number): number[] {
	if (kind !== 'tukey' && kind !== 'ctukey') throw new Error(`The kind of outliers is tukey or ctukey, not ${JSON.stringify(kind)}.`);
	const [from, to] = kind === 'tukey' ? QUARTILES : [low, high];
	if (!(from >= PERCENTILE_LEAST && from < to && to <= PERCENTILE_MOST))
		throw new Error(`The percentiles of outliers go from ${PERCENTILE_LEAST} to ${PERCENTILE_MOST}, the lower first.`);
	const counted = series.map((value) => (value === ignored ? null : value));
	const sorted = sortedOf(counted);
	if (sorted.length === 0) return series.map(() => 0);
	const [below, above] = [quantile(sorted, from / 100), quantile(sorted, to / 100)];
	const range = above - below;
	return counted.map((value) => {
		if (!isKnown(value) || range === 0) return 0;
		return value > above ? (value - above) / range : value < below ? (value - below) / range : 0;
	});
}
