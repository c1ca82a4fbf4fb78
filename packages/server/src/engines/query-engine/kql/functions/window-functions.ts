/** Functions that look at the rows around: over the order that the rows have. */
import { orderSql } from '../translation.ts';
import { convert, nullOf, type Scalar } from '../values.ts';
import { type Call, made, type ScalarFunction } from './scalar-function.ts';

const over = ({ scope }: Call, frame = '', partition = ''): string => `OVER (${partition} ${orderSql(scope.order ?? [])} ${frame})`;

/** A value that is itself made over rows is made first. */
const plain = (value: Scalar, { scope }: Call): string =>
	value.sql.includes(' OVER (') && scope.precomputed ? scope.precomputed(value.sql) : value.sql;

/** Counts how often it was begun anew: rows with the same count belong together. */
function restartedAt(restart: Scalar | undefined, call: Call): string {
	if (!restart) return '';
	const { precomputed } = call.scope;
	if (!precomputed) throw call.translation.unsupported('A restart outside of extend and serialize', call.node);
	const flag = precomputed(`CASE WHEN ${restart.sql} THEN 1 ELSE 0 END`);
	return `PARTITION BY ${precomputed(`sum(${flag}) ${over(call, 'ROWS UNBOUNDED PRECEDING')}`)}`;
}

/** Over the rows that are ranked together, by their term. */
function ranked(call: Call): string {
	const [term, restart] = call.args as [Scalar, Scalar?];
	const direction = call.scope.order?.[0]?.descending ? 'DESC' : 'ASC';
	return `OVER (${restartedAt(restart, call)} ORDER BY ${plain(term, call)} ${direction})`;
}

const neighbour = (name: 'lag' | 'lead'): ScalarFunction =>
	made(['any', 'long?', 'any?'], (call) => {
		const [value, offset, otherwise] = call.args as [Scalar, Scalar?, Scalar?];
		const filler = otherwise ? convert(otherwise, value.type) : nullOf(value.type);
		return { sql: `${name}(${plain(value, call)}, CAST(${offset?.sql ?? 1} AS BIGINT), ${filler.sql}) ${over(call)}`, type: value.type };
	});

export const WINDOW_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
	row_number: made(['long?', 'bool?'], (call) => {
		const [from, restart] = call.args;
		return { sql: `(row_number() ${over(call, '', restartedAt(restart, call))} + ${from ? from.sql : 1} - 1)`, type: 'long' };
	}),
	row_cumsum: made(['number', 'bool?'], (call) => {
		const [value, restart] = call.args as [Scalar, Scalar?];
		const type = value.type === 'real' ? 'real' : 'long';
		const sum = `sum(${plain(value, call)}) ${over(call, 'ROWS UNBOUNDED PRECEDING', restartedAt(restart, call))}`;
		return { sql: `CAST(coalesce(${sum}, 0) AS ${type === 'real' ? 'DOUBLE' : 'BIGINT'})`, type };
	}),
	row_rank_dense: made(['any', 'bool?'], (call) => {
		return { sql: `dense_rank() ${ranked(call)}`, type: 'long' };
	}),
	row_rank_min: made(['any', 'bool?'], (call) => {
		return { sql: `rank() ${ranked(call)}`, type: 'long' };
	}),
	prev: neighbour('lag'),
	next: neighbour('lead'),
};
