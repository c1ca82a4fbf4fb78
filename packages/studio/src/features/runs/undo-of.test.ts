import { expect, test } from 'vitest';
import { undoOf } from './undo-of.ts';

const before = { displayName: 'first', description: '', tags: { quality: 'good', seen: null } };

test('a change is taken back to what was there, and of what was changed alone', () => {
	expect(undoOf(before, { kind: 'displayName', displayName: 'x' })).toEqual([{ kind: 'displayName', displayName: 'first' }]);
	expect(undoOf(before, { kind: 'description', description: 'x' })).toEqual([{ kind: 'description', description: '' }]);
	expect(undoOf(before, { kind: 'tag', tags: { quality: 'bad', new: 'x' } })).toEqual([
		{ kind: 'tag', tags: { quality: 'good' } },
		{ kind: 'untag', key: 'new' },
	]);
	expect(undoOf(before, { kind: 'untag', key: 'seen' })).toEqual([{ kind: 'tag', tags: { seen: null } }]);
	expect(undoOf(before, { kind: 'untag', key: 'never there' })).toEqual([]);
	expect(undoOf(before, { kind: 'cancel' })).toEqual([]);
});
