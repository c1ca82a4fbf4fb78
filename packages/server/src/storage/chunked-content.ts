/** Content that comes in chunks at offsets, goes on where it was broken off, and is verified as a whole at its end. */
import { RunsteadError } from '@runstead/contract';
import type { BlobHolders } from './blob-holders.ts';
import type { Blobs, StoredContent } from './blobs.ts';
import { createKeyedQueue } from './keyed-queue.ts';
import type { UploadFiles } from './upload-files.ts';

/** What a client has said that it will send. */
export interface AnnouncedContent {
	/** Name of the file in which its chunks are collected. */
	readonly id: string;
	/** Of the file that it becomes, for people. */
	readonly path: string;
	readonly sizeBytes: number;
	readonly sha256: string;
}

/** How far it is, or what it has become. */
export type Appended<Made> = { readonly receivedBytes: number; readonly made: null } | { readonly made: Made };

export type ChunkedContent = ReturnType<typeof createChunkedContent>;

export function createChunkedContent({ blobs, holders, files }: { blobs: Blobs; holders: BlobHolders; files: UploadFiles }) {
	const queue = createKeyedQueue();

	/** A crash before `make` has ended leaves the content complete: an empty chunk finishes it. */
	const finish = async <Made>({ id, path, sizeBytes, sha256 }: AnnouncedContent, make: (content: StoredContent) => Promise<Made>) => {
		const actual = await files.hash(id);
		if (actual !== sha256) {
			await files.remove(id);
			throw new RunsteadError('checksum-mismatch', { path, actual, expected: sha256 });
		}
		using content = await blobs.adopt(files.fileOf(id), sha256, sizeBytes);
		try {
			const made = await make(content);
			await files.remove(id);
			return made;
		} catch (error) {
			holders.reconsider(sha256);
			throw error;
		}
	};

	return {
		/** Work on one content at a time. */
		inTurn: <Result>(id: string, work: () => Promise<Result>): Promise<Result> => queue.run(id, work),

		/**
		 * Adds a chunk, within a turn; what was received already is skipped, so that a resend is harmless. The last one is given to `make`.
		 * @throws {RunsteadError} upload-gap, invalid-request (more bytes than announced), checksum-mismatch, storage-full.
		 */
		async append<Made>(
			announced: AnnouncedContent,
			offset: number,
			bytes: AsyncIterable<Uint8Array>,
			make: (content: StoredContent) => Promise<Made>,
		): Promise<Appended<Made>> {
			const { id, sizeBytes } = announced;
			const size = await files.sizeBytes(id);
			if (offset > size) throw new RunsteadError('upload-gap', { upload: id, size, offset });
			const receivedBytes = await files.append(id, size, within(sizeBytes, size, skipFirst(bytes, size - offset)));
			if (receivedBytes < sizeBytes) return { receivedBytes, made: null };
			return { made: await finish(announced, make) };
		},

		drain: (): Promise<void> => queue.drain(),
	};
}

async function* skipFirst(bytes: AsyncIterable<Uint8Array>, count: number): AsyncGenerator<Uint8Array> {
	let left = count;
	for await (const chunk of bytes) {
		if (chunk.length > left) yield chunk.subarray(left);
		left = Math.max(0, left - chunk.length);
	}
}

/** @throws {RunsteadError} invalid-request when more comes than was announced. */
async function* within(sizeBytesMax: number, size: number, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	let received = size;
	for await (const chunk of bytes) {
		received += chunk.length;
		if (received > sizeBytesMax)
			throw new RunsteadError('invalid-request', {
				what: `The chunk goes on beyond the ${sizeBytesMax} bytes that the upload was announced with.`,
			});
		yield chunk;
	}
}
