import type { FileSearchMessage } from '@runstead/contract';
import { expect, test } from 'vitest';
import { FileSearch, HITS_MAX } from './file-search.ts';

const hit = (offset: number, line: number): FileSearchMessage => ({ offset, line, text: `at ${offset}`, level: null });

/** A search over prepared answers, and a promise of its next rest. */
function searchOver(answers: readonly (readonly FileSearchMessage[])[]) {
	const asked: [number, number][] = [];
	let rest = Promise.withResolvers<void>();
	const search: FileSearch = new FileSearch(
		async function* (from, limit) {
			asked.push([from, limit]);
			yield* answers[asked.length - 1] ?? [];
		},
		() => {
			if (!search.isSearching) rest.resolve();
		},
	);
	const rested = async () => {
		await rest.promise;
		rest = Promise.withResolvers();
	};
	return { search, asked, rested };
}

test('a file that grows is searched on from the line that had no end, whose hit is not counted twice', async () => {
	const { search, asked, rested } = searchOver([
		[hit(4, 2), { searchedBytes: 10, lines: 3, ended: null }, hit(10, 4), { searchedBytes: 14, lines: 4, ended: 'whole' }],
		[hit(10, 1), { searchedBytes: 20, lines: 2, ended: null }, { searchedBytes: 20, lines: 2, ended: 'whole' }],
	]);
	search.grow(14);
	await rested();
	expect(search.hits.map(({ offset, line }) => [offset, line])).toEqual([
		[4, 2],
		[10, 4],
	]);
	search.grow(14);
	search.grow(30);
	await rested();
	expect(asked).toEqual([
		[0, HITS_MAX],
		[10, HITS_MAX - 1],
	]);
	expect(search.hits.map(({ offset, line }) => [offset, line])).toEqual([
		[4, 2],
		[10, 4],
	]);
	expect(search).toMatchObject({ ended: 'whole', searchedBytes: 30, error: null });
});

test('a search that has all the hits it may does not go on', async () => {
	const { search, asked, rested } = searchOver([[hit(0, 1), { searchedBytes: 5, lines: 1, ended: 'limit' }]]);
	search.grow(5);
	await rested();
	search.grow(50);
	expect(asked).toHaveLength(1);
	expect(search.ended).toBe('limit');
});
