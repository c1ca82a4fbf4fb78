import { expect, it } from 'vitest';
import { likelyDirection } from './likely-direction.ts';

it.each([
	['val_loss', 'minimize'],
	['training_mean_squared_error', 'minimize'],
	['evalRmse', 'minimize'],
	['neg_mean_squared_error', 'maximize'],
	['training_accuracy_score', 'maximize'],
	['val/f1', 'maximize'],
	['r2', 'maximize'],
	['epochs', null],
	['lossless', null],
])('%s is better: %s', (name, direction) => {
	expect(likelyDirection(name)).toBe(direction);
});
