/** Blobs: contents under their SHA-256, each kept once; in a folder, behind an interface that an object store can fill as well. */
import { createHash, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { type ByteRange, ifThere, readKept, storageError, syncFolder } from './durable-file.ts';

export type { ByteRange } from './durable-file.ts';

/** Content that is kept and will not be removed until it is disposed of, by when a row of the database should hold it. */
export interface StoredContent extends Disposable {
	readonly sha256: string;
	readonly sizeBytes: number;
}

export interface Blobs {
	/**
	 * Keeps what is streamed; synced when it resolves. `verify` sees hash and size before the content gets its place, and may throw.
	 * Nothing is left behind when it or the stream fails. @throws {RunsteadError} storage-full.
	 */
	put(bytes: AsyncIterable<Uint8Array>, verify?: (sha256: string, sizeBytes: number) => void): Promise<StoredContent>;
	/** Keeps a file of this machine whose hash is known; the file itself stays where it is and must not be written to again. */
	adopt(file: string, sha256: string, sizeBytes: number): Promise<StoredContent>;
	/** The stream fails with content-missing when it is not there. */
	read(sha256: string, range?: ByteRange): Readable;
	has(sha256: string): Promise<boolean>;
	/**
	 * Removes content for good, in one step; false if it is in use just now: see {@link Blobs.released}.
	 * While removals are paused it is left to a later sweep.
	 */
	removeUnlessInUse(sha256: string): boolean;
	/** Resolves when the content is not in use. */
	released(sha256: string): Promise<void>;
	/** The contents whose hash begins with one of {@link BLOB_PREFIXES}. */
	list(prefix: string): Promise<string[]>;
	/** Whether the content was put before a time (milliseconds since 1970). */
	isOlderThan(sha256: string, timeMs: number): Promise<boolean>;
	/** Removes what interrupted requests left behind before a time (milliseconds since 1970). */
	sweepIncoming(beforeMs: number): Promise<void>;
}

/** The first two digits of a hash, each a folder: contents are gone through in these portions. */
export const BLOB_PREFIXES: readonly string[] = Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, '0'));

const REST = /^[0-9a-f]{62}$/;

/** Where content lies until it is whole; on the same file system, so that a rename puts it in its place. */
const INCOMING = 'incoming';

/** `areRemovalsPaused` is asked before each removal: a backup may be reading. */
export async function openFolderBlobs(folder: string, areRemovalsPaused: () => boolean = () => false): Promise<Blobs> {
	const incoming = join(folder, INCOMING);
	await mkdir(incoming, { recursive: true, mode: 0o700 });
	const inUse = createUses();
	const place = (sha256: string): string => join(folder, sha256.slice(0, 2), sha256.slice(2));

	/** Gives a whole, synced file its place under its hash; content that is there already is the same. */
	const settle = async (temporary: string, sha256: string): Promise<void> => {
		const target = place(sha256);
		if ((await mkdir(dirname(target), { recursive: true, mode: 0o700 })) !== undefined) await syncFolder(folder);
		await rename(temporary, target);
		await syncFolder(dirname(target));
	};

	const receive = async (temporary: string, bytes: AsyncIterable<Uint8Array>): Promise<{ sha256: string; sizeBytes: number }> => {
		const hash = createHash('sha256');
		let sizeBytes = 0;
		await using file = await open(temporary, 'wx', 0o600);
		for await (const chunk of bytes) {
			hash.update(chunk);
			await file.writeFile(chunk);
			sizeBytes += chunk.length;
		}
		await file.sync();
		return { sha256: hash.digest('hex'), sizeBytes };
	};

	return {
		async put(bytes, verify) {
			const temporary = join(incoming, randomUUID());
			try {
				const { sha256, sizeBytes } = await receive(temporary, bytes);
				verify?.(sha256, sizeBytes);
				const use = inUse.begin(sha256);
				await settle(temporary, sha256).catch((error: unknown) => {
					use[Symbol.dispose]();
					throw error;
				});
				return { sha256, sizeBytes, ...use };
			} catch (error) {
				await rm(temporary, { force: true });
				throw storageError(error);
			}
		},

		async adopt(file, sha256, sizeBytes) {
			const temporary = join(incoming, randomUUID());
			const use = inUse.begin(sha256);
			try {
				await link(file, temporary);
				await settle(temporary, sha256);
				// A rename to another name of the same file leaves both.
				await rm(temporary, { force: true });
				return { sha256, sizeBytes, ...use };
			} catch (error) {
				use[Symbol.dispose]();
				await rm(temporary, { force: true });
				throw storageError(error);
			}
		},

		read: (sha256, range) => readKept(place(sha256), range),

		has: async (sha256) => (await ifThere(stat(place(sha256)))) !== null,

		removeUnlessInUse(sha256) {
			if (inUse.has(sha256)) return false;
			if (!areRemovalsPaused()) rmSync(place(sha256), { force: true });
			return true;
		},

		released: (sha256) => inUse.ended(sha256),

		async list(prefix) {
			const names = (await ifThere(readdir(join(folder, prefix)))) ?? [];
			return names.filter((name) => REST.test(name)).map((name) => prefix + name);
		},

		async isOlderThan(sha256, timeMs) {
			const facts = await ifThere(stat(place(sha256)));
			return facts !== null && facts.mtimeMs < timeMs;
		},

		async sweepIncoming(beforeMs) {
			for (const name of await readdir(incoming)) {
				const file = join(incoming, name);
				const facts = await ifThere(stat(file));
				if (facts && facts.mtimeMs < beforeMs) await rm(file, { force: true });
			}
		},
	};
}

/** Which contents somebody is about to hold: between putting a content and committing the row that holds it. */
function createUses() {
	const uses = new Map<string, { count: number; readonly ended: PromiseWithResolvers<void> }>();
	return {
		begin(sha256: string): Disposable {
			const use = uses.getOrInsertComputed(sha256, () => ({ count: 0, ended: Promise.withResolvers<void>() }));
			use.count += 1;
			let disposed = false;
			return {
				[Symbol.dispose]() {
					if (disposed) return;
					disposed = true;
					use.count -= 1;
					if (use.count > 0) return;
					uses.delete(sha256);
					use.ended.resolve();
				},
			};
		},
		has: (sha256: string): boolean => uses.has(sha256),
		ended: async (sha256: string): Promise<void> => uses.get(sha256)?.ended.promise,
	};
}
