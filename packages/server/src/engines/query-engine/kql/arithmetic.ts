/** Sums, products, quotients and remainders: of numbers, times and spans. */
import type { Expression } from './expression.ts';
import { commonType } from './functions/math-functions.ts';
import type { SyntaxNode } from './kusto.ts';
import type { Translator } from './translator.ts';
import { convert, isNumber, type KqlType, type Scalar } from './values.ts';

export const binary =
	(sql: (a: Scalar, b: Scalar, node: SyntaxNode, translator: Translator) => Scalar): Expression =>
	(node, scope, translator) =>
		sql(translator.scalar(node.Left, scope), translator.scalar(node.Right, scope), node, translator);

const isTime = ({ type }: Scalar): boolean => type === 'datetime' || type === 'timespan';

/** Numbers of two types are made one; dynamic values are numbers here. */
function numbers(a: Scalar, b: Scalar): { a: string; b: string; type: KqlType } {
	const [left, right] = [isNumber(a.type) ? a : convert(a, 'real'), isNumber(b.type) ? b : convert(b, 'real')];
	const common = commonType([left.type, right.type]);
	const type = common === 'int' ? 'long' : common;
	return { a: convert(left, type).sql, b: convert(right, type).sql, type };
}

export const sum = (sign: '+' | '-'): Expression =>
	binary((a, b) => {
		if (isTime(a) || isTime(b)) {
			const [left, right] = [isTime(a) ? a : convert(a, b.type), isTime(b) ? b : convert(b, 'timespan')];
			const bothMoments = left.type === 'datetime' && right.type === 'datetime';
			const type = bothMoments ? 'timespan' : left.type === 'datetime' || right.type === 'datetime' ? 'datetime' : 'timespan';
			return { sql: `(${left.sql} ${sign} ${right.sql})`, type };
		}
		const both = numbers(a, b);
		return { sql: `(${both.a} ${sign} ${both.b})`, type: both.type };
	});

export const product = binary((a, b) => {
	const span = a.type === 'timespan' ? a : b.type === 'timespan' ? b : null;
	if (span) {
		const factor = span === a ? b : a;
		return { sql: `CAST(${span.sql} * ${isNumber(factor.type) ? factor.sql : convert(factor, 'real').sql} AS BIGINT)`, type: 'timespan' };
	}
	const both = numbers(a, b);
	return { sql: `(${both.a} * ${both.b})`, type: both.type };
});

export const quotient = binary((a, b) => {
	if (a.type === 'timespan' && b.type === 'timespan') return { sql: `(CAST(${a.sql} AS DOUBLE) / ${b.sql})`, type: 'real' };
	if (a.type === 'timespan') return { sql: `CAST(trunc(${a.sql} / CAST(${b.sql} AS DOUBLE)) AS BIGINT)`, type: 'timespan' };
	const both = numbers(a, b);
	if (both.type === 'long') return { sql: `(${both.a} // ${both.b})`, type: 'long' };
	return { sql: `(${both.a} / ${both.b})`, type: both.type };
});

/** Kusto's remainder is never negative. */
export const remainder = binary((a, b) => {
	if (isTime(a)) return { sql: `(((${a.sql} % ${b.sql}) + ${b.sql}) % ${b.sql})`, type: 'timespan' };
	const both = numbers(a, b);
	return { sql: `(((${both.a} % ${both.b}) + abs(${both.b})) % abs(${both.b}))`, type: both.type };
});
