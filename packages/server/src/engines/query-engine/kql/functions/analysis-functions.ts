/** Functions that look into a series: what repeats in it, where it goes, what is unusual. Their work is done in JavaScript (`scripted/`). */
import type { KqlType } from '../values.ts';
import { type ParameterType, returns, type ScalarFunction } from './scalar-function.ts';

/** A part of what is told of a series at once. */
export interface Told {
	readonly name: string;
	readonly type: KqlType;
	readonly sql: (...args: string[]) => string;
}

/** A function that makes several columns: what it takes, and they in their order. */
export interface ToldAtOnce {
	readonly parameters: readonly ParameterType[];
	readonly told: readonly Told[];
}

const points = (series: string): string => `CAST(to_json(list_transform(kql_reals(${series}), lambda e: kql_finite(e))) AS VARCHAR)`;
const json = (sql: string): string => `CAST(${sql} AS JSON)`;
const parts = (names: readonly string[], type: KqlType, whole: (...args: string[]) => string): readonly Told[] =>
	names.map((name) => {
		const cast = type === 'dynamic' ? (sql: string) => sql : (sql: string) => `CAST(${sql} AS ${type === 'long' ? 'BIGINT' : 'DOUBLE'})`;
		return { name, type, sql: (...args) => cast(`json_extract(${json(whole(...args))}, '/${name}')`) };
	});

const decomposition = (series: string, seasonality = '-1', trend = "'avg'", testPoints = '0', threshold = '0.6'): string =>
	`kql_series_decompose(${points(series)}, ${seasonality}, ${trend}, ${testPoints}, ${threshold})`;
const PARTS = ['baseline', 'seasonal', 'trend', 'residual'] as const;

const outliers = (series: string, kind = "'ctukey'", ignored = 'NULL', low = '10', high = '90'): string =>
	json(`kql_series_outliers(${points(series)}, ${kind}, ${ignored}, ${low}, ${high})`);

/** The arguments of series_decompose_anomalies: those of the decomposition stand around the threshold and the method. */
function anomalies(...[series = '', threshold = '1.5', seasonality, trend, testPoints, method, seasonalityThreshold]: string[]) {
	const whole = json(decomposition(series, seasonality, trend, testPoints, seasonalityThreshold));
	return { threshold, baseline: `json_extract(${whole}, '/baseline')`, scores: outliers(`json_extract(${whole}, '/residual')`, method) };
}

const ANOMALIES: readonly Told[] = [
	{
		name: 'ad_flag',
		type: 'dynamic',
		sql: (...args) => {
			const { threshold, scores } = anomalies(...args);
			const flag = `CASE WHEN s > ${threshold} THEN 1 WHEN s < -(${threshold}) THEN -1 ELSE 0 END`;
			return `to_json(list_transform(kql_reals(${scores}), lambda s: ${flag}))`;
		},
	},
	{ name: 'ad_score', type: 'dynamic', sql: (...args) => anomalies(...args).scores },
	{ name: 'baseline', type: 'dynamic', sql: (...args) => anomalies(...args).baseline },
];

const lines = (series: string): string => `kql_series_fit_2lines(${points(series)})`;
const LINE_PARTS = ['rsquare', 'slope', 'interception', 'variance', 'rvariance'] as const;
const TWO_LINES: readonly Told[] = [
	...parts(['rsquare'], 'real', lines),
	...parts(['split_idx'], 'long', lines),
	...parts(['variance', 'rvariance'], 'real', lines),
	...parts(['line_fit'], 'dynamic', lines),
	...parts(
		['right', 'left'].flatMap((side) => LINE_PARTS.map((part) => `${side}_${part}`)),
		'real',
		lines,
	),
];

const PERIODS = ['periods', 'scores'] as const;

export const ANALYSES: Readonly<Record<string, ToldAtOnce>> = {
	series_decompose: { parameters: ['dynamic', 'long?', 'string?', 'long?', 'real?'], told: parts(PARTS, 'dynamic', decomposition) },
	series_decompose_forecast: {
		parameters: ['dynamic', 'long', 'long?', 'string?', 'real?'],
		told: parts(PARTS, 'dynamic', (series = '', count, seasonality, trend, threshold) =>
			decomposition(series, seasonality, trend, count, threshold),
		),
	},
	series_decompose_anomalies: {
		parameters: ['dynamic', 'real?', 'long?', 'string?', 'long?', 'string?', 'real?'],
		told: ANOMALIES,
	},
	series_periods_detect: {
		parameters: ['dynamic', 'real', 'real', 'long'],
		told: parts(
			PERIODS,
			'dynamic',
			(series = '', shortest, longest, count) => `kql_series_periods_detect(${points(series)}, ${shortest}, ${longest}, ${count})`,
		),
	},
	series_periods_validate: {
		parameters: ['dynamic', 'real', 'real*'],
		told: parts(
			PERIODS,
			'dynamic',
			(series = '', ...periods) => `kql_series_periods_validate(${points(series)}, CAST(to_json([${periods.join(', ')}]) AS VARCHAR))`,
		),
	},
	series_fit_2lines: { parameters: ['dynamic'], told: TWO_LINES },
};

export const ANALYSIS_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
	series_outliers: returns('dynamic', ['dynamic', 'string?', 'real?', 'real?', 'real?'], (series = '', ...rest) =>
		outliers(series, ...rest),
	),
	series_seasonal: returns('dynamic', ['dynamic', 'long?'], (series = '', period = '-1') =>
		json(`kql_series_seasonal(${points(series)}, ${period}, 0.7)`),
	),
	series_fir: returns(
		'dynamic',
		['dynamic', 'dynamic', 'bool?', 'bool?'],
		(series = '', filter = '', normalize = 'NULL', center = 'false') =>
			json(`kql_series_fir(${points(series)}, ${points(filter)}, ${normalize}, ${center})`),
	),
	series_iir: returns('dynamic', ['dynamic', 'dynamic', 'dynamic'], (...series) =>
		json(`kql_series_iir(${series.map(points).join(', ')})`),
	),
	series_fit_2lines_dynamic: returns('dynamic', ['dynamic'], (series = '') => json(lines(series))),
};
