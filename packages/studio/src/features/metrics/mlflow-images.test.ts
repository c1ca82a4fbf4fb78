import { expect, it } from 'vitest';
import { mlflowImagesOf } from './mlflow-images.ts';

const at = (key: string, step: number, time: number, id: string, end = '.png') =>
	`images/${key}+step+${step}+timestamp+${time}+${id}${end}`;

it('pictures stand under their key by step and time, each once and whole where it can be', () => {
	expect(
		mlflowImagesOf([
			at('val~sample', 10, 7, 'a', '+compressed.webp'),
			at('val~sample', 10, 7, 'a'),
			at('val~sample', 2, 9, 'c'),
			at('val~sample', 2, 8, 'b'),
			at('mask', 0, 1, 'd', '+compressed.webp'),
			'images/old#key%step%3%timestamp%5%e%compressed.webp',
			'images/old#key%step%3%timestamp%5%e.png',
			'images/plain.png',
			'outputs/mask+step+0+timestamp+1+f.png',
		]),
	).toEqual([
		{ name: 'mask', images: [{ step: 0, path: at('mask', 0, 1, 'd', '+compressed.webp') }] },
		{ name: 'old/key', images: [{ step: 3, path: 'images/old#key%step%3%timestamp%5%e.png' }] },
		{
			name: 'val/sample',
			images: [
				{ step: 2, path: at('val~sample', 2, 8, 'b') },
				{ step: 2, path: at('val~sample', 2, 9, 'c') },
				{ step: 10, path: at('val~sample', 10, 7, 'a') },
			],
		},
	]);
});
