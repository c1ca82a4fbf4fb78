/** Which way a metric is better, in two words. */
import type { Direction } from '@runstead/contract';

export function directionWord(direction: Direction | null): string | null {
	if (direction === null) return null;
	return direction === 'minimize' ? 'lower is better' : 'higher is better';
}
