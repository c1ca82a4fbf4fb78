import { expect, test } from 'vitest';
import { imagesOf, indexAtStep, stepsOf } from './image-steps.ts';

const page = (steps: (number | null)[], paths: (string | null)[]) => ({
	steps,
	times: steps.map(() => 0),
	columns: [{ name: 'a', values: paths }],
});

test('pictures stand by their steps; without steps they are counted', () => {
	const a = imagesOf(page([10, 0, 5], ['c', 'a', 'b']));
	expect(a.map(({ path }) => path)).toEqual(['a', 'b', 'c']);
	const b = imagesOf(page([null, null, null], ['x', null, 'y']));
	expect(b).toEqual([
		{ step: 0, path: 'x' },
		{ step: 1, path: 'y' },
	]);
	expect(stepsOf([a, b])).toEqual([0, 1, 5, 10]);
	expect([-1, 0, 7, 99].map((step) => indexAtStep(a, step))).toEqual([-1, 0, 1, 2]);
});
