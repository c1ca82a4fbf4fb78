/** Functions of series: arrays of numbers, as `make-series` makes them. */
import type { Scalar } from '../values.ts';
import { ANALYSES, ANALYSIS_FUNCTIONS, type Told, type ToldAtOnce } from './analysis-functions.ts';
import { made, returns, type ScalarFunction } from './scalar-function.ts';

const reals = (series: string): string => `kql_reals(${series})`;
const json = (sql: string): string => `to_json(${sql})`;

const each = (sql: (x: string) => string): ScalarFunction =>
	returns('dynamic', ['dynamic'], (series) => json(`list_transform(${reals(series)}, lambda x: ${sql('x')})`));

/** NaN where a function has no answer; a gap stays one. */
const eachWhere = (name: string, hasAnswer: (x: string) => string): ScalarFunction =>
	each((x) => `CASE WHEN ${hasAnswer(x)} THEN ${name}(${x}) ELSE ${x} * CAST('NaN' AS DOUBLE) END`);

const both = (sql: (x: string, y: string) => string): ScalarFunction =>
	returns('dynamic', ['dynamic', 'dynamic'], (a, b) => {
		const at = (series: string): string =>
			`CASE WHEN json_type(${series}) = 'ARRAY' THEN (${reals(series)})[i + 1] ELSE kql_dynamic_real(${series}) END`;
		const size = `greatest(coalesce(len(${reals(a)}), 0), coalesce(len(${reals(b)}), 0))`;
		return json(`list_transform(range(${size}), lambda i: ${sql(at(a), at(b))})`);
	});

/** Null for series of different lengths, or with gaps. */
const pairwise = (name: string, a: string, b: string): string =>
	`CASE WHEN len(${a}) = len(${b}) AND len(list_filter(list_concat(${a}, ${b}), lambda x: x IS NULL)) = 0 THEN ${name}(${a}, ${b}) END`;

/** What stands for a missing value, beside null, is one. */
const gapped = (series: string, missing?: string): string =>
	missing === undefined ? reals(series) : `list_transform(${reals(series)}, lambda x: nullif(x, ${missing}))`;

const fillFrom = (direction: 'forward' | 'backward'): ScalarFunction =>
	returns('dynamic', ['dynamic', 'real?'], (series, missing) => {
		const values = gapped(series, missing);
		const known =
			direction === 'forward'
				? `list_last(list_filter(list_slice(${values}, 1, i + 1), lambda x: x IS NOT NULL))`
				: `list_first(list_filter(list_slice(${values}, i + 1, len(${values})), lambda x: x IS NOT NULL))`;
		return json(`list_transform(range(len(${values})), lambda i: ${known})`);
	});

/** Sample variance, as Kusto has it; 0 for a single value. */
const variance = (values: string): string => {
	const finite = `list_filter(${values}, lambda x: isfinite(x))`;
	return `kql_deviation(list_var_samp(${finite}), len(${values}), len(${finite}))`;
};

const known = (series: string): string => `list_filter(${reals(series)}, lambda x: x IS NOT NULL)`;

const STATISTICS: readonly Told[] = [
	{ name: 'min', type: 'real', sql: (series = '') => `list_min(${known(series)})` },
	{ name: 'min_idx', type: 'long', sql: (series = '') => `list_position(${reals(series)}, list_min(${known(series)})) - 1` },
	{ name: 'max', type: 'real', sql: (series = '') => `list_max(${known(series)})` },
	{ name: 'max_idx', type: 'long', sql: (series = '') => `list_position(${reals(series)}, list_max(${known(series)})) - 1` },
	{ name: 'avg', type: 'real', sql: (series = '') => `list_avg(${known(series)})` },
	{ name: 'stdev', type: 'real', sql: (series = '') => `sqrt(${variance(known(series))})` },
	{ name: 'variance', type: 'real', sql: (series = '') => variance(known(series)) },
];

const LINE: readonly Told[] = (['rsquare', 'slope', 'variance', 'rvariance', 'interception', 'line_fit'] as const).map((name) => ({
	name,
	type: name === 'line_fit' ? 'dynamic' : 'real',
	sql: (series = '') => `kql_line(${reals(series)}).${name}`,
}));

/** The functions that make several columns. Those of statistics and lines make one bag of the same with `_dynamic` after their names. */
const TOLD_AT_ONCE: Readonly<Record<string, ToldAtOnce>> = {
	series_stats: { parameters: ['dynamic', 'any?'], told: STATISTICS },
	series_fit_line: { parameters: ['dynamic'], told: LINE },
	...ANALYSES,
};

/** Where one value is asked for, it is the first of them; where columns are made, it is all (several-columns.ts). */
const FIRST_OF_SEVERAL: Readonly<Record<string, ScalarFunction>> = Object.fromEntries(
	Object.entries(TOLD_AT_ONCE).map(([name, { parameters, told }]) => {
		const [{ type, sql }] = told as [Told];
		return [name, returns(type, parameters, sql)];
	}),
);

/** The columns of such a function, of its arguments as it takes them; null for a function that makes one. */
export function severalOfSeriesOrNull(name: string): ((args: readonly Scalar[]) => Scalar[]) | null {
	if (!Object.hasOwn(TOLD_AT_ONCE, name)) return null;
	const { told } = TOLD_AT_ONCE[name] as ToldAtOnce;
	return (args) =>
		told.map(({ type, sql }) => {
			const value = sql(...args.map((arg) => arg.sql));
			return { sql: type === 'long' ? `CAST(${value} AS BIGINT)` : value, type };
		});
}

const asBag = (told: readonly Told[]): ScalarFunction =>
	returns('dynamic', ['dynamic', 'any?'], (series) => {
		const pairs = told.map(({ name, sql }) => `'${name}', ${sql(series)}`);
		return `CAST(json_object(${pairs.join(', ')}) AS JSON)`;
	});

export const SERIES_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
	series_add: both((x, y) => `${x} + ${y}`),
	series_subtract: both((x, y) => `${x} - ${y}`),
	series_multiply: both((x, y) => `${x} * ${y}`),
	series_divide: both((x, y) => `${x} / ${y}`),
	series_pow: both((x, y) => `pow(${x}, ${y})`),
	series_greater: both((x, y) => `${x} > ${y}`),
	series_greater_equals: both((x, y) => `${x} >= ${y}`),
	series_less: both((x, y) => `${x} < ${y}`),
	series_less_equals: both((x, y) => `${x} <= ${y}`),
	series_equals: both((x, y) => `${x} = ${y}`),
	series_not_equals: both((x, y) => `${x} <> ${y}`),
	series_abs: each((x) => `abs(${x})`),
	series_exp: each((x) => `exp(${x})`),
	series_sign: each((x) => `sign(${x})`),
	series_floor: each((x) => `floor(${x})`),
	series_ceiling: each((x) => `ceil(${x})`),
	series_sin: eachWhere('sin', (x) => `isfinite(${x})`),
	series_cos: eachWhere('cos', (x) => `isfinite(${x})`),
	series_tan: eachWhere('tan', (x) => `isfinite(${x})`),
	series_log: each((x) => `CASE WHEN ${x} > 0 THEN ln(${x}) END`),
	series_sum: returns('real', ['dynamic'], (series) => `coalesce(list_sum(${reals(series)}), 0)`),
	series_product: returns('real', ['dynamic'], (series) => `list_product(${reals(series)})`),
	series_magnitude: returns('real', ['dynamic'], (series) => `sqrt(list_sum(list_transform(${reals(series)}, lambda x: x * x)))`),
	series_dot_product: returns('real', ['dynamic', 'dynamic'], (a, b) => pairwise('list_inner_product', reals(a), reals(b))),
	series_cosine_similarity: returns('real', ['dynamic', 'dynamic'], (a, b) => pairwise('list_cosine_similarity', reals(a), reals(b))),
	series_pearson_correlation: returns('real', ['dynamic', 'dynamic'], (a, b) => {
		const centred = (series: string): string => `list_transform(${reals(series)}, lambda x: x - list_avg(${reals(series)}))`;
		return pairwise('list_cosine_similarity', centred(a), centred(b));
	}),
	series_fill_const: returns('dynamic', ['dynamic', 'real?', 'real?'], (series, value = '0', missing) =>
		json(`list_transform(${gapped(series, missing)}, lambda x: coalesce(x, ${value}))`),
	),
	series_fill_linear: made(['dynamic', 'real?', 'bool?', 'real?'], (call) => {
		const [series, missing, edges, value] = call.args;
		if (edges && edges.constant !== true) throw call.translation.unsupported('series_fill_linear without its edges', call.node);
		const filled = `kql_fill_linear(${gapped((series as Scalar).sql, missing?.sql)})`;
		return { sql: json(`list_transform(${filled}, lambda x: coalesce(x, ${value?.sql ?? '0'}))`), type: 'dynamic' };
	}),
	series_fill_forward: fillFrom('forward'),
	series_fill_backward: fillFrom('backward'),
	series_asin: eachWhere('asin', (x) => `abs(${x}) <= 1`),
	series_acos: eachWhere('acos', (x) => `abs(${x}) <= 1`),
	series_atan: each((x) => `atan(${x})`),
	...FIRST_OF_SEVERAL,
	...ANALYSIS_FUNCTIONS,
	series_stats_dynamic: asBag(STATISTICS),
	series_fit_line_dynamic: asBag(LINE),
};
