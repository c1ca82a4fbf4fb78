import { expect, it } from 'vitest';
import { type GrowingBytes, giveBack, takeBytes } from './growing-bytes.ts';

const MIB = 1024 * 1024;

function ofSize(bytes: number): GrowingBytes {
	const made = takeBytes();
	made.append('x'.repeat(bytes / 3));
	return made;
}

it('bytes are what was added, and are used again empty', () => {
	const bytes = takeBytes();
	bytes.append('é');
	bytes.append('x'.repeat(20_000));
	expect(bytes.written().toString()).toBe(`é${'x'.repeat(20_000)}`);
	giveBack(bytes);
	const again = takeBytes();
	expect(again).toBe(bytes);
	expect(again.written().length).toBe(0);
});

it('none that are large are kept, and no more than 64 MiB in all', () => {
	const large = ofSize(6 * MIB);
	giveBack(large);
	const next = takeBytes();
	expect(next).not.toBe(large);
	const many = Array.from({ length: 30 }, () => ofSize(3 * MIB));
	for (const bytes of many) giveBack(bytes);
	const taken = many.map(() => takeBytes());
	expect(taken.filter((bytes) => many.includes(bytes)).length).toBe(21);
});
