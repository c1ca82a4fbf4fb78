/** The bytes of unfinished uploads: one file each, named by the upload; hashed as they come, so that the end of a large one is quick. */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ifThere, storageError, syncFolder } from './durable-file.ts';

interface Progress {
	readonly hash: Hash;
	readonly hashedBytes: number;
}

/** Uploads whose hash is kept at hand; that of another is computed from its file when it is asked for. */
const HASHES_MAX = 1_000;

export type UploadFiles = Awaited<ReturnType<typeof openUploadFiles>>;

export async function openUploadFiles(folder: string) {
	await mkdir(folder, { recursive: true, mode: 0o700 });
	const fileOf = (id: string): string => join(folder, id);
	const progresses = new Map<string, Progress>();

	const keep = (id: string, progress: Progress): void => {
		progresses.delete(id);
		progresses.set(id, progress);
		const [oldest] = progresses.keys();
		if (progresses.size > HASHES_MAX && oldest !== undefined) progresses.delete(oldest);
	};

	const sizeBytes = async (id: string): Promise<number> => (await ifThere(stat(fileOf(id))))?.size ?? 0;

	const openForAppend = async (id: string): Promise<FileHandle> => {
		const existing = await ifThere(open(fileOf(id), 'r+'));
		if (existing) return existing;
		const created = await open(fileOf(id), 'wx+', 0o600);
		await syncFolder(folder);
		return created;
	};

	return {
		fileOf,
		sizeBytes,

		/**
		 * Writes what streams in behind the first `size` bytes; all of it or, when the stream fails, nothing.
		 * Synced when it resolves. @throws {RunsteadError} storage-full.
		 */
		async append(id: string, size: number, bytes: AsyncIterable<Uint8Array>): Promise<number> {
			try {
				await using file = await openForAppend(id);
				const before = progresses.get(id);
				const hash = before?.hashedBytes === size ? before.hash.copy() : size === 0 ? createHash('sha256') : null;
				let received = size;
				try {
					for await (const chunk of bytes) {
						hash?.update(chunk);
						for (let written = 0; written < chunk.length; )
							written += (await file.write(chunk, written, chunk.length - written, received + written)).bytesWritten;
						received += chunk.length;
					}
					await file.datasync();
				} catch (error) {
					await file.truncate(size);
					throw error;
				}
				if (hash) keep(id, { hash, hashedBytes: received });
				return received;
			} catch (error) {
				throw storageError(error);
			}
		},

		async hash(id: string): Promise<string> {
			const size = await sizeBytes(id);
			const progress = progresses.get(id);
			if (progress?.hashedBytes === size) return progress.hash.copy().digest('hex');
			const hash = createHash('sha256');
			for await (const chunk of createReadStream(fileOf(id))) hash.update(chunk as Uint8Array);
			return hash.digest('hex');
		},

		async remove(id: string): Promise<void> {
			progresses.delete(id);
			await rm(fileOf(id), { force: true });
		},

		/** When it last grew, in milliseconds since 1970; null if it has no bytes yet. */
		grownTimeMsOrNull: async (id: string): Promise<number | null> => (await ifThere(stat(fileOf(id))))?.mtimeMs ?? null,

		ids: (): Promise<string[]> => readdir(folder),
	};
}
