/** Functions of series. A series comes as a JSON array of numbers and nulls; what is told of it goes as JSON, too. */
import { bestPeriod, decomposed, outlierScores, seasonalOf } from './decomposition.ts';
import { finiteResponse, infiniteResponse, twoLinesThrough } from './filters.ts';
import { detectedPeriods, type Period, validatedPeriods } from './periods.ts';
import { type ScriptedFunction, scripted } from './scripted-function.ts';
import { isKnown, type Series } from './series-statistics.ts';

const read = (json: string): Series => JSON.parse(json) as Series;
const numbersOf = (json: string | null): number[] => read(json ?? '[]').map((value) => value ?? 0);

/** Numbers with a fraction, also where it is zero, as those that SQL makes. */
const realText = (value: number | null): string =>
	!isKnown(value) || !Number.isFinite(value)
		? 'null'
		: Number.isInteger(value) && Math.abs(value) < 1e15
			? value.toFixed(1)
			: String(value);
const arrayText = (values: Series): string => `[${values.map(realText).join(',')}]`;
const bagText = (pairs: Readonly<Record<string, string>>): string =>
	`{${Object.entries(pairs)
		.map(([name, json]) => `"${name}":${json}`)
		.join(',')}}`;
const periodsText = (periods: readonly Period[]): string =>
	bagText({ periods: arrayText(periods.map(({ period }) => period)), scores: arrayText(periods.map(({ score }) => score)) });

export const SCRIPTED_SERIES: Readonly<Record<string, ScriptedFunction>> = {
	kql_series_outliers: scripted(['VARCHAR', 'VARCHAR', 'DOUBLE', 'DOUBLE', 'DOUBLE'], 'VARCHAR', (series, kind, ignored, low, high) =>
		arrayText(outlierScores(read(series), kind ?? '', ignored, low ?? 10, high ?? 90)),
	),
	/** As many as are asked for: in the places of those that are not found are zeros. */
	kql_series_periods_detect: scripted(['VARCHAR', 'DOUBLE', 'DOUBLE', 'BIGINT'], 'VARCHAR', (series, shortest, longest, count) => {
		const wanted = Math.min(Math.max(Number(count ?? 1n), 0), 1_000);
		const found = detectedPeriods(read(series), shortest ?? 0, longest ?? 0, wanted);
		return periodsText([...found, ...Array.from({ length: wanted - found.length }, () => ({ period: 0, score: 0 }))]);
	}),
	kql_series_periods_validate: scripted(['VARCHAR', 'VARCHAR'], 'VARCHAR', (series, periods) =>
		periodsText(validatedPeriods(read(series), numbersOf(periods))),
	),
	/** Without a period: the one that is found, if it scores enough. */
	kql_series_seasonal: scripted(['VARCHAR', 'BIGINT', 'DOUBLE'], 'VARCHAR', (json, period, threshold) => {
		const series = read(json);
		const given = Number(period ?? -1n);
		return arrayText(seasonalOf(series, given < 0 ? bestPeriod(series, threshold ?? 0) : given, series.length));
	}),
	kql_series_decompose: scripted(
		['VARCHAR', 'BIGINT', 'VARCHAR', 'BIGINT', 'DOUBLE'],
		'VARCHAR',
		(series, seasonality, trend, testPoints, threshold) => {
			const { baseline, ...parts } = decomposed(read(series), {
				seasonality: Number(seasonality ?? -1n),
				trend: trend ?? '',
				testPoints: Number(testPoints ?? 0n),
				threshold: threshold ?? 0,
			});
			const { seasonal, trend: going, residual } = parts;
			return bagText({
				baseline: arrayText(baseline),
				seasonal: arrayText(seasonal),
				trend: arrayText(going),
				residual: arrayText(residual),
			});
		},
	),
	kql_series_fir: scripted(['VARCHAR', 'VARCHAR', 'BOOLEAN', 'BOOLEAN'], 'VARCHAR', (series, filter, normalize, center) => {
		const filtered = finiteResponse(read(series), numbersOf(filter), normalize, center ?? false);
		return filtered === null ? null : arrayText(filtered);
	}),
	kql_series_iir: scripted(['VARCHAR', 'VARCHAR', 'VARCHAR'], 'VARCHAR', (series, numerators, denominators) =>
		arrayText(infiniteResponse(read(series), numbersOf(numerators), numbersOf(denominators))),
	),
	kql_series_fit_2lines: scripted(['VARCHAR'], 'VARCHAR', (series) => {
		const { split, left, right, rsquare, variance, rvariance, fit } = twoLinesThrough(read(series));
		const sides = Object.entries({ right, left }).flatMap(([side, line]) =>
			(['rsquare', 'slope', 'interception', 'variance', 'rvariance'] as const).map((part) => [`${side}_${part}`, realText(line[part])]),
		);
		return bagText({
			rsquare: realText(rsquare),
			split_idx: String(split),
			variance: realText(variance),
			rvariance: realText(rvariance),
			line_fit: arrayText(fit),
			...(Object.fromEntries(sides) as Record<string, string>),
		});
	}),
};
