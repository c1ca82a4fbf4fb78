import type { Tags } from '@runstead/contract';
import { expect, test } from 'vitest';
import { undoOf, undoOfTag } from './undo-of.ts';

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

test('a tag of many runs is taken back together where they had the same before', () => {
	const runs: { id: string; tags: Tags }[] = [
		{ id: 'one', tags: {} },
		{ id: 'two', tags: { quality: 'good' } },
		{ id: 'three', tags: { other: 'x' } },
		{ id: 'four', tags: { quality: null } },
		{ id: 'five', tags: { quality: 'good' } },
	];
	expect(undoOfTag(runs, 'quality')).toEqual([
		{ runs: ['one', 'three'], change: { type: 'tag', removeTags: ['quality'] } },
		{ runs: ['two', 'five'], change: { type: 'tag', tags: { quality: 'good' } } },
		{ runs: ['four'], change: { type: 'tag', tags: { quality: null } } },
	]);
	expect(undoOfTag([], 'quality')).toEqual([]);
});
