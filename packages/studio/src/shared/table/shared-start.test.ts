import { expect, it } from 'vitest';
import { sharedStarts } from './shared-start.ts';

it.each([
	[
		['training_mse', 'training_mae', 'loss'],
		[9, 9, 0],
	],
	[
		['val/loss/a', 'val/loss/b', 'val/acc'],
		[9, 9, 4],
	],
	[
		['loss (min)', 'loss (max)'],
		[5, 5],
	],
	[
		['accuracy', 'accurate'],
		[0, 0],
	],
	[
		['a_b', 'a_c'],
		[0, 0],
	],
	[
		['same', 'same'],
		[0, 0],
	],
	[[], []],
])('of %o these first characters are shared: %o', (names, lengths) => {
	expect(sharedStarts(names)).toEqual(lengths);
});
