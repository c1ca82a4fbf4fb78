/** Files that come in chunks, each known by what is announced of it: a client that has lost its notes goes on all the same. */
import { createHash } from 'node:crypto';
import { createBlobHolders } from './blob-holders.ts';
import type { Blobs } from './blobs.ts';
import { createChunkedContent } from './chunked-content.ts';
import type { Database } from './database.ts';
import { openUploadFiles } from './upload-files.ts';

/** A chunk, and the file that it is of. */
export interface AnnouncedChunk {
	readonly path: string;
	readonly sizeBytes: number;
	readonly sha256: string;
	readonly offset: number;
}

/** How far a file is, or what it has become. */
export interface Received<Made> {
	readonly receivedBytes: number;
	readonly file: Made | null;
}

/** What becomes of a file. */
export interface Destination<Made> {
	/** What it belongs to: the same file elsewhere is another one. */
	readonly place: readonly string[];
	/** The file, if it is there already, so that nothing need be sent. */
	readonly presentOrNull: () => Promise<Made | null>;
	/** Gives the content, which is stored by now, its path. */
	readonly make: () => Promise<Made>;
}

/** A file of which no chunk has come for this long is given up. */
const ABANDONED_AFTER_MS = 86_400_000;

export type AnnouncedContent = Awaited<ReturnType<typeof openAnnouncedContent>>;

/** @param folder where unfinished files lie. */
export async function openAnnouncedContent(database: Database, blobs: Blobs, folder: string) {
	const files = await openUploadFiles(folder);
	const chunks = createChunkedContent({ blobs, holders: createBlobHolders(database, blobs), files });

	return {
		/** @throws {RunsteadError} upload-gap, invalid-request (more bytes than announced), checksum-mismatch, storage-full. */
		append<Made>(
			{ offset, ...announced }: AnnouncedChunk,
			bytes: AsyncIterable<Uint8Array>,
			{ place, presentOrNull, make }: Destination<Made>,
		): Promise<Received<Made>> {
			const { path, sizeBytes, sha256 } = announced;
			const id = createHash('sha256')
				.update(JSON.stringify([...place, path, sizeBytes, sha256]))
				.digest('hex');
			return chunks.inTurn(id, async () => {
				const there = await presentOrNull();
				if (there) return { receivedBytes: sizeBytes, file: there };
				const appended = await chunks.append({ id, ...announced }, offset, bytes, make);
				if ('receivedBytes' in appended) return { receivedBytes: appended.receivedBytes, file: null };
				return { receivedBytes: sizeBytes, file: appended.made };
			});
		},

		/** Gives up files that nobody goes on with. */
		async tidy(): Promise<void> {
			const beforeMs = Date.now() - ABANDONED_AFTER_MS;
			for (const id of await files.ids())
				await chunks.inTurn(id, async () => {
					const grownTimeMs = await files.grownTimeMsOrNull(id);
					if (grownTimeMs !== null && grownTimeMs < beforeMs) await files.remove(id);
				});
		},

		/** Resolves when no chunk is being written any more. */
		close: (): Promise<void> => chunks.drain(),
	};
}
