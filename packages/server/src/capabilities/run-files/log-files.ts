/**
 * The bytes of logs: one file each, `<run key>/<file key>`, appended to and synced before the size is committed. What lies beyond
 * the committed size was never acknowledged, and is cut off before the next append. A log stays where it is when it is sealed.
 */
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fdatasyncSync, ftruncateSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { ByteRange } from '../../storage/blobs.ts';
import { ifThere, readKept, storageError, syncFolder } from '../../storage/durable-file.ts';

export interface LogPlace {
	readonly runKey: number;
	readonly fileKey: number;
}

/** Folders on their way out: a rename takes them away at once, whatever they hold. */
const REMOVED = '.removed-';

export type LogFiles = Awaited<ReturnType<typeof openLogFiles>>;

/** `areRemovalsPaused` is asked before each removal: a backup may be reading. What must stay then is left to a later sweep. */
export async function openLogFiles(folder: string, areRemovalsPaused: () => boolean) {
	await mkdir(folder, { recursive: true, mode: 0o700 });
	const fileOf = ({ runKey, fileKey }: LogPlace): string => join(folder, String(runKey), String(fileKey));

	const create = async (file: string): Promise<FileHandle> => {
		if ((await mkdir(dirname(file), { recursive: true, mode: 0o700 })) !== undefined) await syncFolder(folder);
		const handle = await open(file, 'w+', 0o600);
		await syncFolder(dirname(file));
		return handle;
	};

	return {
		/** Writes bytes after the committed ones; synced when it resolves. @throws {RunsteadError} storage-full. */
		async append(place: LogPlace, committedBytes: number, bytes: Uint8Array): Promise<void> {
			const file = fileOf(place);
			try {
				// Nothing is committed of a new log: whatever lies under its name is another's that was left behind.
				await using handle = committedBytes === 0 ? await create(file) : await open(file, 'r+');
				const { size } = await handle.stat();
				if (size < committedBytes) throw new Error(`The log file ${file} has ${size} bytes; ${committedBytes} were acknowledged.`);
				if (size > committedBytes) await handle.truncate(committedBytes);
				try {
					await writeWhole(handle, bytes, committedBytes);
					await handle.datasync();
				} catch (error) {
					await handle.truncate(committedBytes);
					throw error;
				}
			} catch (error) {
				throw storageError(error);
			}
		},

		/** Ends a log with a notice at this byte, at once: called within the transaction that counts it. Its length in bytes. */
		end(place: LogPlace, atByte: number, notice: string): number {
			const file = openSync(fileOf(place), 'r+');
			try {
				ftruncateSync(file, atByte);
				const length = writeSync(file, notice, atByte);
				fdatasyncSync(file);
				return length;
			} catch (error) {
				throw storageError(error);
			} finally {
				closeSync(file);
			}
		},

		read: (place: LogPlace, range: ByteRange): Readable => readKept(fileOf(place), range),

		async hash(place: LogPlace, sizeBytes: number): Promise<string> {
			const hash = createHash('sha256');
			if (sizeBytes > 0)
				for await (const chunk of createReadStream(fileOf(place), { end: sizeBytes - 1 })) hash.update(chunk as Uint8Array);
			return hash.digest('hex');
		},

		/** Removes one log, at once. */
		remove(place: LogPlace): void {
			if (!areRemovalsPaused()) rmSync(fileOf(place), { force: true });
		},

		/** Removes all logs of a run: out of sight at once, from the disk soon. */
		removeRun(runKey: number): void {
			if (areRemovalsPaused()) return;
			const removed = join(folder, `${REMOVED}${runKey}-${process.hrtime.bigint()}`);
			try {
				renameSync(join(folder, String(runKey)), removed);
			} catch (error) {
				if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
				throw error;
			}
			void rm(removed, { recursive: true, force: true }).catch(() => undefined);
		},

		/** Removes what no row names and is older than a time (milliseconds since 1970): left by a crash between a commit and its removal. */
		async sweep(beforeMs: number, known: (runKey: number, fileKeys: readonly number[]) => Promise<ReadonlySet<number>>): Promise<void> {
			for (const name of await readdir(folder)) {
				if (areRemovalsPaused()) return;
				const path = join(folder, name);
				if (name.startsWith(REMOVED)) {
					await rm(path, { recursive: true, force: true });
					continue;
				}
				const keys = ((await ifThere(readdir(path))) ?? []).map(Number);
				const kept = keys.length === 0 ? new Set<number>() : await known(Number(name), keys);
				for (const key of keys.filter((one) => !kept.has(one))) {
					const file = join(path, String(key));
					const facts = await ifThere(stat(file));
					if (facts && facts.mtimeMs < beforeMs) await rm(file, { force: true });
				}
			}
		},
	};
}

async function writeWhole(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
	for (let written = 0; written < bytes.length; ) {
		const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, position + written);
		written += bytesWritten;
	}
}
