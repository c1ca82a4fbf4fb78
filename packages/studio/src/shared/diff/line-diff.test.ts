import { expect, test } from 'vitest';
import { diffLines, withoutNumbers } from './line-diff.ts';

test('a changed line stands beside what it became, a line more beside nothing', () => {
	expect(diffLines(['a', 'b', 'c'], ['a', 'B', 'c', 'd'])).toEqual({
		rows: [
			{ kind: 'same', left: 'a', right: 'a' },
			{ kind: 'changed', left: 'b', right: 'B' },
			{ kind: 'same', left: 'c', right: 'c' },
			{ kind: 'right', left: null, right: 'd' },
		],
		changes: [1, 3],
		isGivenUp: false,
	});
	expect(diffLines([], ['x']).rows).toEqual([{ kind: 'right', left: null, right: 'x' }]);
	expect(diffLines(['x'], []).rows).toEqual([{ kind: 'left', left: 'x', right: null }]);
});

test('times and numbers can be left out of the comparison; what is shown is whole', () => {
	const { rows } = diffLines(['08:05:31 loss 0.5', 'end'], ['09:00:00 loss 1e-7', 'END'], withoutNumbers);
	expect(rows.map(({ kind, right }) => [kind, right])).toEqual([
		['same', '09:00:00 loss 1e-7'],
		['changed', 'END'],
	]);
});
