/** Aggregates: what `summarize`, `make-series`, `top-nested` and `pivot` sum rows up by. */
import { type Aggregate, aggregate, numeric, type Parts } from './aggregate.ts';
import { elementsOf, type SyntaxNode } from './kusto.ts';
import { PERCENTILES } from './percentiles.ts';
import { orderSql } from './translation.ts';
import { constantInteger, convert, type KqlType, nullOf, type Scalar, SQL_TYPES, toDynamic } from './values.ts';

/** Elements of one list that an aggregate makes, unless it is told fewer. */
const LIST_MAX = 1_048_576;

const sum = ({ args: [x], filter }: Parts): Scalar => {
	const value = numeric(x as Scalar);
	const type: KqlType = value.type === 'int' ? 'long' : value.type;
	return { sql: `CAST(coalesce(sum(${value.sql})${filter}, 0) AS ${SQL_TYPES[type]})`, type };
};

const average = ({ args: [x], filter }: Parts): Scalar => {
	const value = numeric(x as Scalar);
	if (value.type === 'timespan' || value.type === 'datetime')
		return { sql: `CAST(trunc(avg(${value.sql})${filter}) AS BIGINT)`, type: value.type };
	return { sql: `coalesce(avg(${convert(value, 'real').sql})${filter}, CAST('NaN' AS DOUBLE))`, type: 'real' };
};

const extreme =
	(name: 'min' | 'max') =>
	({ args: [x], filter }: Parts): Scalar => {
		const value = x as Scalar;
		// Dynamic values are compared as numbers where they are numbers.
		const sql =
			value.type === 'dynamic'
				? `${name === 'min' ? 'arg_min' : 'arg_max'}(${value.sql}, kql_dynamic_real(${value.sql}))${filter}`
				: `${name}(${value.sql})${filter}`;
		// NaN only where there is no number; the least is one anyway.
		if (value.type === 'real' && name === 'max') return { sql: `coalesce(max(kql_number(${value.sql}))${filter}, ${sql})`, type: 'real' };
		return { sql: value.type === 'string' ? `coalesce(${sql}, '')` : sql, type: value.type };
	};

const distinct = ({ args: [x], filter }: Parts): Scalar => ({ sql: `count(DISTINCT ${x?.sql})${filter}`, type: 'long' });

const count = ({ filter }: Parts): Scalar => ({ sql: `count(*)${filter}`, type: 'long' });

const list =
	({ isSet, withNulls }: { isSet: boolean; withNulls: boolean }) =>
	({ args: [x, max], condition, scope }: Parts): Scalar => {
		const element = toDynamic(x as Scalar).sql;
		const order = isSet ? `ORDER BY ${element}` : orderSql(scope.order ?? []);
		const conditions = [...(withNulls ? [] : [`${x?.sql} IS NOT NULL`]), ...(condition === null ? [] : [condition])];
		const where = conditions.length > 0 ? ` FILTER (WHERE ${conditions.join(' AND ')})` : '';
		const size = max ? `least(${max.sql}, ${LIST_MAX})` : `${LIST_MAX}`;
		return {
			sql: `to_json(list_slice(coalesce(list(${isSet ? 'DISTINCT ' : ''}${element} ${order})${where}, CAST([] AS JSON[])), 1, ${size}))`,
			type: 'dynamic',
		};
	};

const bagOf = ({ args: [x], filter }: Parts): Scalar => ({
	sql: `kql_merged_bag(list(kql_pairs(${convert(x as Scalar, 'dynamic').sql}))${filter})`,
	type: 'dynamic',
});

const deviation =
	(name: string) =>
	({ args: [x], filter }: Parts): Scalar => {
		const value = convert(x as Scalar, 'real').sql;
		const [known, finite] = [`count(${value})${filter}`, `count(kql_finite(${value}))${filter}`];
		return { sql: `kql_deviation(${name}(kql_finite(${value}))${filter}, ${known}, ${finite})`, type: 'real' };
	};

const covariance =
	(name: string) =>
	({ args: [x, y], filter }: Parts): Scalar => ({
		sql: `${name}(${convert(x as Scalar, 'real').sql}, ${convert(y as Scalar, 'real').sql})${filter}`,
		type: 'real',
	});

const anyValue = ({ args: [x], filter }: Parts): Scalar => {
	const sql = `any_value(${x?.sql})${filter}`;
	return { sql: x?.type === 'string' ? `coalesce(${sql}, '')` : sql, type: x?.type ?? 'dynamic' };
};

/** The row with the greatest or the least: its columns come from one struct, so that they belong together. */
function extremeRow(name: 'arg_max' | 'arg_min'): Aggregate {
	const made: Aggregate = {
		one(node, scope, translator) {
			return made.many(node, scope, translator, new Set())[0] as Scalar;
		},
		many(node, scope, translator, groupedBy) {
			const [first, ...rest] = elementsOf(node.ArgumentList.Expressions);
			const by = translator.scalar(first as SyntaxNode, scope);
			const ranked = by.type === 'dynamic' ? convert(by, 'real') : by;
			const others = rest.flatMap((arg) => {
				if (translator.translation.kindOf(arg) !== 'StarExpression') return [translator.scalar(arg, scope)];
				const used = translator.translation.kindOf(first as SyntaxNode) === 'NameReference' ? (first as SyntaxNode).SimpleName : null;
				return scope.columns
					.filter((column) => !groupedBy.has(column.name) && column.name !== used)
					.map(({ id, type }) => ({ sql: id, type }));
			});
			const fields = others.map((value, index) => `f${index} := ${value.sql}`);
			const key = name === 'arg_max' && ranked.type === 'real' ? `kql_number(${ranked.sql})` : ranked.sql;
			const row = others.length > 0 ? `${name}_null(struct_pack(${fields.join(', ')}), ${key})` : '';
			const values = others.map((value, index) => {
				const sql = `(coalesce(${row}, any_value(struct_pack(${fields.join(', ')})))).f${index}`;
				return { sql: value.type === 'string' ? `coalesce(${sql}, '')` : sql, type: value.type };
			});
			const top = extreme(name === 'arg_max' ? 'max' : 'min')({ args: [ranked], condition: null, filter: '', scope });
			return [top, ...values];
		},
	};
	return made;
}

const takeAny: Aggregate = {
	one: (node, scope, translator) => takeAny.many(node, scope, translator, new Set())[0] as Scalar,
	many(node, scope, translator, groupedBy) {
		const values = elementsOf(node.ArgumentList.Expressions).flatMap((arg) =>
			translator.translation.kindOf(arg) === 'StarExpression'
				? scope.columns.filter((column) => !groupedBy.has(column.name)).map(({ id, type }): Scalar => ({ sql: id, type }))
				: [translator.scalar(arg, scope)],
		);
		return values.map((value) => anyValue({ args: [value], condition: null, filter: '', scope }));
	},
};

const bitwise =
	(name: string) =>
	({ args: [x] }: Parts): Scalar => ({ sql: `${name}(${convert(x as Scalar, 'long').sql})`, type: 'long' });

const makeList = list({ isSet: false, withNulls: false });
const makeSet = list({ isSet: true, withNulls: false });

export const AGGREGATES: Readonly<Record<string, Aggregate>> = {
	count: aggregate(count),
	countif: aggregate(count, 0),
	sum: aggregate(sum),
	sumif: aggregate(sum, 1),
	avg: aggregate(average),
	avgif: aggregate(average, 1),
	min: aggregate(extreme('min')),
	minif: aggregate(extreme('min'), 1),
	max: aggregate(extreme('max')),
	maxif: aggregate(extreme('max'), 1),
	dcount: aggregate(distinct),
	dcountif: aggregate(distinct, 1),
	count_distinct: aggregate(distinct),
	count_distinctif: aggregate(distinct, 1),
	make_list: aggregate(makeList, null, 1),
	makelist: aggregate(makeList, null, 1),
	make_list_if: aggregate(makeList, 1, 2),
	make_list_with_nulls: aggregate(list({ isSet: false, withNulls: true })),
	make_set: aggregate(makeSet, null, 1),
	makeset: aggregate(makeSet, null, 1),
	make_set_if: aggregate(makeSet, 1, 2),
	make_bag: aggregate(bagOf),
	make_dictionary: aggregate(bagOf),
	make_bag_if: aggregate(bagOf, 1),
	...PERCENTILES,
	stdev: aggregate(deviation('stddev_samp')),
	stdevif: aggregate(deviation('stddev_samp'), 1),
	stdevp: aggregate(deviation('stddev_pop')),
	variance: aggregate(deviation('var_samp')),
	varianceif: aggregate(deviation('var_samp'), 1),
	variancep: aggregate(deviation('var_pop')),
	variancepif: aggregate(deviation('var_pop'), 1),
	covariance: aggregate(covariance('covar_samp')),
	covarianceif: aggregate(covariance('covar_samp'), 2),
	covariancep: aggregate(covariance('covar_pop')),
	covariancepif: aggregate(covariance('covar_pop'), 2),
	take_any: takeAny,
	any: takeAny,
	take_anyif: aggregate(anyValue, 1),
	anyif: aggregate(anyValue, 1),
	arg_max: extremeRow('arg_max'),
	argmax: extremeRow('arg_max'),
	arg_min: extremeRow('arg_min'),
	argmin: extremeRow('arg_min'),
	binary_all_and: aggregate(bitwise('bit_and')),
	binary_all_or: aggregate(bitwise('bit_or')),
	binary_all_xor: aggregate(bitwise('bit_xor')),
};

export function aggregateOf(name: string): Aggregate | null {
	return Object.hasOwn(AGGREGATES, name) ? (AGGREGATES[name] as Aggregate) : null;
}

/** What an aggregate gives where there are no rows: for the gaps of a series. */
export function emptyValueOf(name: string, type: KqlType): Scalar {
	return /^(count|sum|dcount|avg)/.test(name) ? constantInteger(0) : nullOf(type);
}
