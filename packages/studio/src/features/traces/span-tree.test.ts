import { expect, it } from 'vitest';
import { attributeOf, findSpan, formatShort, furtherAttributes, parentIds, type SpanNode, spanTreeOf } from './span-tree.ts';

const span = (id: string, parent: string, startMs: number, endMs: number | null, more: object = {}) => ({
	span_id: id,
	parent_span_id: parent,
	name: `span ${id}`,
	start_time_unix_nano: String(1_795_331_086_000_000_000n + BigInt(startMs) * 1_000_000n),
	...(endMs !== null && { end_time_unix_nano: String(1_795_331_086_000_000_000n + BigInt(endMs) * 1_000_000n) }),
	attributes: [],
	...more,
});

const outline = (nodes: readonly SpanNode[]): unknown => nodes.map(({ id, children }) => [id, outline(children)]);

it('spans stand below their parents, as they began', () => {
	const tree = spanTreeOf([span('a', '', 0, 50), span('b', 'a', 10, 20), span('c', 'b', 12, 18), span('d', 'a', 30, null)]);
	expect(outline(tree.roots)).toEqual([
		[
			'a',
			[
				['b', [['c', []]]],
				['d', []],
			],
		],
	]);
	expect([tree.count, tree.lengthMs, parentIds(tree.roots)]).toEqual([4, 50, ['a', 'b']]);
	const open = findSpan(tree.roots, 'd');
	expect([open?.offsetMs, open?.durationMs]).toEqual([30, null]);
	expect(findSpan(tree.roots, 'z')).toBeUndefined();
});

it('a span without its parent, and spans that hold each other, are shown', () => {
	expect(outline(spanTreeOf([span('a', 'gone', 0, 1), span('b', 'c', 1, 2), span('c', 'b', 1, 2)]).roots)).toEqual([
		['a', []],
		['b', [['c', []]]],
	]);
	expect(spanTreeOf([])).toEqual({ roots: [], count: 0, lengthMs: 0 });
});

it('says what it took in, gave out, met on the way, and how it ended', () => {
	const attributes = [
		{ key: 'mlflow.spanType', value: { string_value: '"TOOL"' } },
		{ key: 'mlflow.spanInputs', value: { string_value: '{"x":[1,2]}' } },
		{ key: 'mlflow.spanOutputs', value: { string_value: '"done"' } },
		{ key: 'model', value: { string_value: 'small' } },
		{ key: 'tokens', value: { int_value: '7' } },
		{ key: 'broken', value: { string_value: '{"x":' } },
	];
	const events = [
		{
			name: 'exception',
			time_unix_nano: '1795331086004000000',
			attributes: [{ key: 'exception.type', value: { string_value: 'ValueError' } }],
		},
	];
	const status = { code: 'STATUS_CODE_ERROR', message: 'no such thing' };
	const [node] = spanTreeOf([span('a', '', 0, 5, { attributes, events, status })]).roots as [SpanNode];
	expect([node.type, node.isError, node.statusMessage, node.durationMs]).toEqual(['TOOL', true, 'no such thing', 5]);
	expect([attributeOf(node, 'mlflow.spanInputs'), attributeOf(node, 'mlflow.spanOutputs'), attributeOf(node, 'none')]).toEqual([
		{ x: [1, 2] },
		'done',
		undefined,
	]);
	expect(furtherAttributes(node)).toEqual([
		{ key: 'model', value: 'small' },
		{ key: 'tokens', value: 7 },
		{ key: 'broken', value: '{"x":' },
	]);
	expect(node.events).toEqual([{ name: 'exception', offsetMs: 4, attributes: [{ key: 'exception.type', value: 'ValueError' }] }]);
});

it.each([
	[0.4239, '0.42 ms'],
	[3.14, '3.1 ms'],
	[52.3, '52 ms'],
	[1_234, '1.23 s'],
])('%d ms is written %s', (durationMs, text) => {
	expect(formatShort(durationMs)).toBe(text);
});
