/** Constants as a query writes them, dynamic ones with what is inside of them. */
import { type Expression, textOf } from './expression.ts';
import { elementsOf, type SyntaxNode } from './kusto.ts';
import { datetimeTicks, insideOf, timespanTicks } from './literals.ts';
import { constantInteger, constantText, convert, type KqlType, nullOf, quoteText, type Scalar } from './values.ts';

const literal =
	(type: KqlType, read: (text: string) => Scalar | null): Expression =>
	(node) => {
		const text = textOf(node);
		return (/^\w+\(\s*null\s*\)$/i.test(text) || text.toLowerCase() === 'null' ? null : read(text)) ?? nullOf(type);
	};

const number = (type: 'int' | 'long'): Expression =>
	literal(type, (text) => {
		const inside = insideOf(text);
		return /^-?(\d+|0x[\da-f]+)$/i.test(inside)
			? constantInteger(BigInt(inside.replace(/^-/, '')) * (inside.startsWith('-') ? -1n : 1n), type)
			: null;
	});

const ticks = (type: 'datetime' | 'timespan', read: (text: string) => bigint | null): Expression =>
	literal(type, (text) => {
		const value = read(text);
		return value === null ? null : constantInteger(value, type);
	});

const real = literal('real', (text) => {
	const inside = insideOf(text);
	const special = { nan: 'NaN', '+inf': 'Infinity', inf: 'Infinity', '-inf': '-Infinity' }[inside.toLowerCase()];
	if (special) return { sql: `CAST('${special}' AS DOUBLE)`, type: 'real' };
	return Number.isNaN(Number(inside)) ? null : { sql: `CAST(${Number(inside)} AS DOUBLE)`, type: 'real', constant: Number(inside) };
});

const decimal = literal('decimal', (text) =>
	Number.isNaN(Number(insideOf(text))) ? null : { sql: `CAST(${quoteText(insideOf(text))} AS DECIMAL(38,18))`, type: 'decimal' },
);

const jsonValue: Expression = (node, scope, translator) => {
	const value = translator.scalar(node, scope);
	return { sql: `coalesce(${convert(value, 'dynamic').sql}, CAST('null' AS JSON))`, type: 'dynamic' };
};

const dynamicLiteral: Expression = (node, scope, translator) => {
	const inside = node.Expression;
	if (translator.translation.kindOf(inside) === 'NullLiteralExpression') return nullOf('dynamic');
	return convert(translator.scalar(inside, scope), 'dynamic');
};

export const LITERALS: Readonly<Record<string, Expression>> = {
	BooleanLiteralExpression: literal('bool', (text) => ({
		sql: /^(bool\()?(true|1)/i.test(text) ? 'true' : 'false',
		type: 'bool',
		constant: /^(bool\()?(true|1)/i.test(text),
	})),
	IntLiteralExpression: number('int'),
	LongLiteralExpression: number('long'),
	RealLiteralExpression: real,
	DecimalLiteralExpression: decimal,
	DateTimeLiteralExpression: ticks('datetime', datetimeTicks),
	TimespanLiteralExpression: ticks('timespan', timespanTicks),
	GuidLiteralExpression: literal('guid', (text) => ({ sql: quoteText(insideOf(text).toLowerCase()), type: 'guid' })),
	StringLiteralExpression: (node) => constantText(String(node.LiteralValue ?? '')),
	CompoundStringLiteralExpression: (node) => constantText(String(node.LiteralValue ?? '')),
	NullLiteralExpression: () => nullOf('dynamic'),
	DynamicExpression: dynamicLiteral,
	JsonObjectExpression: (node, scope, translator) => {
		const pairs = elementsOf(node.Pairs).map((pair) => {
			const name = JSON.parse(JSON.stringify(String((pair.Name as SyntaxNode).ValueText ?? textOf(pair.Name)))) as string;
			return `${quoteText(name)}, ${jsonValue(pair.Value, scope, translator).sql}`;
		});
		return { sql: `CAST(json_object(${pairs.join(', ')}) AS JSON)`, type: 'dynamic' };
	},
	JsonArrayExpression: (node, scope, translator) => ({
		sql: `CAST(json_array(${elementsOf(node.Values)
			.map((value) => jsonValue(value, scope, translator).sql)
			.join(', ')}) AS JSON)`,
		type: 'dynamic',
	}),
};
