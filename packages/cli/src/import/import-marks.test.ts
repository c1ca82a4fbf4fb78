import { expect, test } from 'vitest';
import { below, changesOf, seenOf } from './import-marks.ts';

const changes = (now: Record<string, string>, seen: Record<string, string> | null, here: Record<string, string | null>) =>
	changesOf({ now, seen: seen && seenOf(seen), here });

test('without an import before, what is lacking here is taken', () => {
	expect(changes({ a: '1', b: '2' }, null, { b: 'mine', c: '3' })).toEqual({ set: { a: '1' }, remove: [], replaced: [] });
});

test('what has changed at the source since wins, and what has not stays as it is here', () => {
	const seen = { same: '1', theirs: '1', both: '1', alike: '1', gone: '1', kept: '1', without: '1' };
	const now = { same: '1', theirs: '2', both: '2', alike: '2', without: '2', fresh: '9' };
	const here = { same: 'mine', theirs: '1', both: 'mine', alike: '2', gone: '1', kept: 'mine', without: null };
	expect(changes(now, seen, here)).toEqual({
		set: { theirs: '2', both: '2', without: '2', fresh: '9' },
		remove: ['gone'],
		replaced: ['both', 'without'],
	});
});

test('what was taken away here comes again only when it has changed at the source', () => {
	expect(changes({ a: '1', b: '2' }, { a: '1', b: '1' }, {})).toEqual({ set: { b: '2' }, remove: [], replaced: [] });
});

test('the fields below a prefix', () => {
	expect(below({ 'tag:a:b': '1', 'field:a': '2' }, 'tag:')).toEqual({ 'a:b': '1' });
	expect(below(null, 'tag:')).toBeNull();
});
