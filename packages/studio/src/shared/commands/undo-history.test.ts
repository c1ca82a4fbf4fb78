import { expect, test } from 'vitest';
import { emptyHistory, redone, undone, withChange } from './undo-history.ts';

const SECOND_MS = 1_000;

test('changes are taken back one by one, and done again', () => {
	const changed = withChange(withChange(emptyHistory('a'), 'b', SECOND_MS), 'c', 2 * SECOND_MS);
	const back = undone(changed);
	expect(back).toMatchObject({ past: ['a'], current: 'b', future: ['c'] });
	const wholly = back && undone(back);
	expect(wholly).toMatchObject({ past: [], current: 'a', future: ['b', 'c'] });
	expect(wholly && undone(wholly)).toBeNull();
	expect(wholly && redone(wholly)).toMatchObject({ past: ['a'], current: 'b', future: ['c'] });
	expect(redone(changed)).toBeNull();
});

test('changes that follow one another at once are one, and a new one ends what was taken back', () => {
	const dragged = withChange(withChange(withChange(emptyHistory('a'), 'b', SECOND_MS), 'c', SECOND_MS + 50), 'd', SECOND_MS + 100);
	expect(dragged).toMatchObject({ past: ['a'], current: 'd' });
	const back = undone(dragged);
	expect(back && withChange(back, 'e', SECOND_MS + 150)).toMatchObject({ past: ['a'], current: 'e', future: [] });
});
