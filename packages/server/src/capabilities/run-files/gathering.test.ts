import { expect, it } from 'vitest';
import { createGathering } from './gathering.ts';

it('what is under way under one name ends together, and what fails fails', async () => {
	const gathering = createGathering();
	const [first, second, other] = [Promise.withResolvers<string>(), Promise.withResolvers<string>(), Promise.withResolvers<string>()];
	const ended: string[] = [];
	const note = async (name: string, work: Promise<string>): Promise<void> => {
		const result = await gathering.with(name, work).catch((error: Error) => error.message);
		ended.push(result);
	};
	const all = [note('a', first.promise), note('a', second.promise), note('b', other.promise)];
	first.resolve('first');
	other.resolve('other');
	await all[2];
	expect(ended).toEqual(['other']);
	second.reject(new Error('second fails'));
	await Promise.all(all);
	expect(ended.toSorted()).toEqual(['first', 'other', 'second fails']);
	expect(await gathering.with('a', Promise.resolve('again'))).toBe('again');
});
