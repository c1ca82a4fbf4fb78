/**
 * The periods of a series, by its autocorrelation. Kusto says what comes out, not by which formula; this one gives the scores of its
 * documentation: the correlation with itself a period later, of what overlaps, as if the whole were as long as the geometric mean of
 * both. Outliers are drawn in, so that a single one hides no period.
 */
import { isKnown, meanOf, quantile, type Series, sortedOf, sumOf } from './series-statistics.ts';

/** As Kusto has it: shorter periods are not looked for, nor any beyond half of the series. */
const PERIOD_MIN = 4;

export interface Period {
	readonly period: number;
	/** From 0 to 1. */
	readonly score: number;
}

/** Tukey's: so many ranges of the quartiles beyond them. */
const FENCE = 1.5;

/** Deviations from the mean, 0 where a point is missing. */
function deviations(series: Series): number[] {
	const sorted = sortedOf(series);
	if (sorted.length === 0) return series.map(() => 0);
	const [lower, upper] = [quantile(sorted, 0.25), quantile(sorted, 0.75)];
	const reach = FENCE * (upper - lower);
	const drawnIn = series.map((value) => (isKnown(value) ? Math.min(Math.max(value, lower - reach), upper + reach) : null));
	const mean = meanOf(drawnIn.filter(isKnown));
	return drawnIn.map((value) => (isKnown(value) ? value - mean : 0));
}

/** Scores of all lags from 0 to half of the series and some more, to see whether one is above those around it. */
function scoresOf(series: Series): number[] {
	const centred = deviations(series);
	const size = centred.length;
	const whole = sumOf(centred.map((value) => value * value));
	return Array.from({ length: Math.floor(size * 0.75) + 1 }, (_, lag) => {
		if (whole === 0) return 0;
		let sum = 0;
		for (let at = 0; at + lag < size; at++) sum += (centred[at] as number) * (centred[at + lag] as number);
		return Math.min(1, Math.max(0, sum / (whole * Math.sqrt((size - lag) / size))));
	});
}

/** A period is where the score is the highest far and wide: a quarter of it to both sides. */
function isPeak(scores: readonly number[], lag: number): boolean {
	const reach = Math.max(2, Math.floor(lag / 4));
	const score = scores[lag] as number;
	if (score === 0) return false;
	for (let other = Math.max(1, lag - reach); other <= lag + reach; other++)
		if (other !== lag && (scores[other] ?? 0) >= score) return false;
	return true;
}

/** The periods of a length between two, by their scores; of a period its multiples are none of their own. */
export function detectedPeriods(series: Series, shortest: number, longest: number, count: number): Period[] {
	const scores = scoresOf(series);
	const peaks: Period[] = [];
	for (let lag = Math.max(PERIOD_MIN, Math.ceil(shortest)); lag < series.length / 2 && lag <= longest; lag++)
		if (isPeak(scores, lag)) peaks.push({ period: lag, score: scores[lag] as number });
	const found: Period[] = [];
	for (const peak of peaks.sort((a, b) => b.score - a.score || a.period - b.period))
		if (!found.some(({ period }) => peak.period % period === 0)) found.push(peak);
	return found.slice(0, count);
}

/** How much a series has each of these periods. */
export function validatedPeriods(series: Series, periods: readonly number[]): Period[] {
	const scores = scoresOf(series);
	return periods.map((period) => {
		const lag = Math.round(period);
		const isPossible = lag >= PERIOD_MIN && lag <= series.length / 2;
		return { period, score: isPossible && isPeak(scores, lag) ? (scores[lag] as number) : 0 };
	});
}
