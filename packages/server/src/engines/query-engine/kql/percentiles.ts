/** Percentiles by nearest rank: a value that is there, never one between two. */
import { type Aggregate, aggregate, argumentsOf, numeric } from './aggregate.ts';
import { convert, type Scalar } from './values.ts';

/** SQL of percentiles: of one, its percents as a number, and of a list of them. */
interface Percentiles {
	readonly one: (percents: string) => string;
	readonly all: (list: string) => string;
}

function plain([x]: readonly Scalar[]): Percentiles {
	const { sql } = numeric(x as Scalar);
	return {
		one: (percents) => `quantile_disc(${sql}, CAST(${percents} AS DOUBLE) / 100)`,
		all: (list) => `quantile_disc(${sql}, list_transform(${list}, lambda p: p / 100))`,
	};
}

/** As if each value were there as often as its weight says. */
function weighted([x, weight]: readonly Scalar[]): Percentiles {
	const { sql } = numeric(x as Scalar);
	const w = convert(weight as Scalar, 'real').sql;
	const counts = `FILTER (WHERE ${sql} IS NOT NULL AND ${w} > 0)`;
	const points = `list(struct_pack(v := ${sql}, w := ${w}) ORDER BY ${sql}) ${counts}`;
	const one = (percents: string): string => `kql_weighted(${points}, sum(${w}) ${counts} * ${percents} / 100)`;
	return { one, all: (list) => `list_transform(${list}, lambda p: ${one('p')})` };
}

/** NaN is no place; beyond the ends are the ends. */
const percentsOf = (percents: Scalar): string => `least(greatest(coalesce(kql_number(${convert(percents, 'real').sql}), 0), 0), 100)`;

/** A column for each of the percents, which follow the first arguments. */
function columns(name: string, argumentCount: number, of: (args: readonly Scalar[]) => Percentiles): Aggregate {
	const made: Aggregate = {
		one(node, scope, translator) {
			const [first, ...others] = made.many(node, scope, translator, new Set());
			if (others.length > 0) throw translator.translation.unsupported(`${name}() inside of an expression`, node);
			return first as Scalar;
		},
		many(node, scope, translator) {
			const args = argumentsOf(node, scope, translator, argumentCount);
			const percentiles = of(args);
			const { type } = numeric(args[0] as Scalar);
			return args.slice(argumentCount).map((percents) => ({ sql: percentiles.one(percentsOf(percents)), type }));
		},
	};
	return made;
}

/** One array of them; the percents may be an array, too. */
function array(argumentCount: number, of: (args: readonly Scalar[]) => Percentiles): Aggregate {
	return aggregate(
		({ args }) => {
			const percentiles = of(args);
			const percents = args.slice(argumentCount);
			const [first] = percents;
			const list =
				first?.type === 'dynamic'
					? percentiles.all(`kql_reals(${first.sql})`)
					: `[${percents.map((one) => percentiles.one(percentsOf(one))).join(', ')}]`;
			return { sql: `to_json(${list})`, type: 'dynamic' };
		},
		null,
		argumentCount,
	);
}

export const PERCENTILES: Readonly<Record<string, Aggregate>> = {
	percentile: columns('percentile', 1, plain),
	percentiles: columns('percentiles', 1, plain),
	percentiles_array: array(1, plain),
	percentilew: columns('percentilew', 2, weighted),
	percentilesw: columns('percentilesw', 2, weighted),
	percentilesw_array: array(2, weighted),
};
