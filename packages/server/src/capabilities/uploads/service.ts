/** Uploads: files that clients send ahead of what they are for (a snapshot, a model), and blocks that become a file when all are there. */
import { createHash } from 'node:crypto';
import { LIMITS, RunsteadError } from '@runstead/contract';
import type { ByteRange } from '../../storage/blobs.ts';
import type { FileSetFile, FileSets } from '../../storage/file-sets.ts';
import type { Clock } from '../../storage/unit-of-work.ts';
import type { WorkspaceRecord } from '../workspaces/service.ts';

export type UploadService = ReturnType<typeof createUploadService>;

export interface UploadServiceOptions {
	readonly fileSets: FileSets;
	readonly clock: Clock;
}

/** File sets of uploads and of blocks begin so. */
const UPLOADS = 'upload/';
const BLOCKS = 'block/';
/** What nothing was made of within this time was uploaded in vain. */
const UNUSED_AFTER_MICROS = 86_400_000_000;

export function createUploadService({ fileSets, clock }: UploadServiceOptions) {
	const blocksOf = (upload: string): string => BLOCKS + createHash('sha256').update(upload).digest('hex');

	return {
		/** The file set of a container that a client names, of this workspace alone. */
		fileSetOf: (workspace: WorkspaceRecord, container: string): string => `${UPLOADS}${workspace.id}/${container}`,

		/** @throws {RunsteadError} invalid-path, storage-full. */
		put: (fileSet: string, path: string, bytes: AsyncIterable<Uint8Array>): Promise<FileSetFile> =>
			fileSets.put(fileSet, { path }, bytes, () => Promise.resolve()),

		find: fileSets.find,
		list: fileSets.list,
		read: fileSets.read,

		/** Keeps a block of what is to be one file; sent again, it takes the place of the one before. `upload` names what it belongs to. */
		async putBlock(upload: string, block: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
			const path = Buffer.from(block).toString('hex');
			if (path === '') throw new RunsteadError('invalid-request', { what: 'The block has no id.' });
			await fileSets.put(blocksOf(upload), { path }, bytes, () => Promise.resolve());
		},

		/** The blocks one after the other. @throws {RunsteadError} invalid-request for one that did not come. */
		async joined(upload: string, blocks: readonly string[]): Promise<AsyncIterable<Uint8Array>> {
			const kept = await fileSets.list(blocksOf(upload), { limit: LIMITS.uploadBlocks.max });
			const byPath = new Map(kept.map((file) => [file.path, file]));
			const files = blocks.map((block) => {
				const file = byPath.get(Buffer.from(block).toString('hex'));
				if (file === undefined)
					throw new RunsteadError('invalid-request', { what: `The block ${JSON.stringify(block)} was not uploaded.` });
				return file;
			});
			return bytesOf(files, fileSets.read);
		},

		/** Lets go of the blocks of an upload that is done or given up. */
		dropBlocks: (upload: string): Promise<void> => fileSets.removeBefore(blocksOf(upload), clock() + 1),

		/** Drops what nothing was made of in time. */
		async tidy(): Promise<void> {
			for (const prefix of [UPLOADS, BLOCKS]) await fileSets.removeBefore(prefix, clock() - UNUSED_AFTER_MICROS);
		},
	};
}

async function* bytesOf(files: readonly FileSetFile[], read: (file: FileSetFile, range: ByteRange) => AsyncIterable<Uint8Array>) {
	for (const file of files) if (file.size_bytes > 0) yield* read(file, { first: 0, last: file.size_bytes - 1 });
}
