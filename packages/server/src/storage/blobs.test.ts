/** Contents in a folder: kept once, whole or not at all, and never removed while somebody is about to hold them. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BLOB_PREFIXES, type Blobs, openFolderBlobs } from './blobs.ts';

let folder: string;
let blobs: Blobs;

beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'runstead-blobs-'));
	blobs = await openFolderBlobs(folder);
});

afterEach(() => rm(folder, { recursive: true }));

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function* inPieces(bytes: Uint8Array, pieceBytes = 10_000): AsyncGenerator<Uint8Array> {
	for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

async function filesIn(path: string): Promise<string[]> {
	return (await readdir(path, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name);
}

test('a content lies under its hash, once, and is read whole or in part', async () => {
	const bytes = randomBytes(300_000);
	const sha256 = hashOf(bytes);
	for (let time = 0; time < 2; time++) {
		using content = await blobs.put(inPieces(bytes));
		expect(content).toMatchObject({ sha256, sizeBytes: 300_000 });
	}
	expect(await filesIn(folder)).toEqual([sha256.slice(2)]);
	expect(await readFile(join(folder, sha256.slice(0, 2), sha256.slice(2)))).toEqual(bytes);
	expect(Buffer.concat(await blobs.read(sha256).toArray())).toEqual(bytes);
	expect(Buffer.concat(await blobs.read(sha256, { first: 100_000, last: 100_009 }).toArray())).toEqual(bytes.subarray(100_000, 100_010));
	expect(await blobs.has(sha256)).toBe(true);
	expect(await blobs.has(hashOf(randomBytes(8)))).toBe(false);
	expect((await Promise.all(BLOB_PREFIXES.map((prefix) => blobs.list(prefix)))).flat()).toEqual([sha256]);
});

test('nothing is left of a stream that breaks, or of a content that is not what it should be', async () => {
	async function* breaking(): AsyncGenerator<Uint8Array> {
		yield randomBytes(100_000);
		throw new Error('the sender has gone');
	}
	await expect(blobs.put(breaking())).rejects.toThrow('the sender has gone');
	const refuse = (sha256: string, sizeBytes: number): void => {
		throw new Error(`${sizeBytes} bytes of ${sha256} are not wanted`);
	};
	const bytes = randomBytes(20);
	await expect(blobs.put(inPieces(bytes), refuse)).rejects.toThrow(`20 bytes of ${hashOf(bytes)} are not wanted`);
	expect(await filesIn(folder)).toEqual([]);
});

test('a file is adopted as it is, and stays where it was', async () => {
	const file = join(folder, 'upload');
	await writeFile(file, 'a file of this machine');
	const sha256 = hashOf(Buffer.from('a file of this machine'));
	for (let time = 0; time < 2; time++) (await blobs.adopt(file, sha256, 22))[Symbol.dispose]();
	await rm(file);
	expect(Buffer.concat(await blobs.read(sha256).toArray()).toString()).toBe('a file of this machine');
	expect(await filesIn(folder)).toEqual([sha256.slice(2)]);
});

test('content is not removed while somebody is about to hold it', async () => {
	const first = await blobs.put(inPieces(Buffer.from('content')));
	const second = await blobs.put(inPieces(Buffer.from('content')));
	const { sha256 } = first;
	let released = false;
	const release = blobs.released(sha256).then(() => {
		released = true;
	});
	expect(blobs.removeUnlessInUse(sha256)).toBe(false);
	first[Symbol.dispose]();
	first[Symbol.dispose]();
	expect(blobs.removeUnlessInUse(sha256)).toBe(false);
	expect(released).toBe(false);
	second[Symbol.dispose]();
	await release;
	expect(await blobs.has(sha256)).toBe(true);
	expect(blobs.removeUnlessInUse(sha256)).toBe(true);
	expect(await blobs.has(sha256)).toBe(false);
	expect(blobs.removeUnlessInUse(sha256)).toBe(true);
});

test('what interrupted requests left is swept by its age', async () => {
	const [old, young] = [join(folder, 'incoming', 'old'), join(folder, 'incoming', 'young')];
	for (const file of [old, young]) await writeFile(file, 'half a content');
	const [dayAgo, hourAgo] = [Date.now() - 86_400_000, Date.now() - 3_600_000];
	await utimes(old, new Date(dayAgo), new Date(dayAgo));
	await blobs.sweepIncoming(hourAgo);
	expect(await readdir(join(folder, 'incoming'))).toEqual(['young']);
	using content = await blobs.put(inPieces(Buffer.from('content')));
	expect(await blobs.isOlderThan(content.sha256, hourAgo)).toBe(false);
	expect(await blobs.isOlderThan(content.sha256, Date.now() + 1_000)).toBe(true);
	expect(await blobs.isOlderThan(hashOf(randomBytes(8)), Date.now())).toBe(false);
});
