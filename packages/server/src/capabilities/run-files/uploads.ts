/** Resumable uploads: chunks at offsets, verified as a whole at the end, which makes them an artifact. */
import { randomUUID } from 'node:crypto';
import { checkFilePath, RunsteadError } from '@runstead/contract';
import type { BlobHolders } from '../../storage/blob-holders.ts';
import type { Blobs } from '../../storage/blobs.ts';
import type { Database } from '../../storage/database.ts';
import type { RunRecord, RunService } from '../runs/service.ts';
import type { Artifacts } from './artifacts.ts';
import { contentTypeOf } from './content-type.ts';
import { createKeyedQueue } from './keyed-queue.ts';
import * as store from './store.ts';
import type { UploadFiles } from './upload-files.ts';

export interface UploadOptions {
	readonly database: Database;
	readonly blobs: Blobs;
	readonly holders: BlobHolders;
	readonly runs: RunService;
	readonly artifacts: Artifacts;
	readonly files: UploadFiles;
}

export interface NewUpload {
	readonly path: string;
	readonly sizeBytes: number;
	readonly sha256: string;
	readonly contentType?: string;
}

/** An upload that goes on, or the file that it has become. */
export type UploadState =
	| { readonly upload: store.UploadRecord; readonly receivedBytes: number; readonly file: null }
	| { readonly upload: null; readonly file: store.FileRecord };

/** An upload to which nothing was added for this long is given up. */
const ABANDONED_AFTER_MS = 86_400_000;
const IDS_PER_LOOK = 500;

export function createUploads({ database, blobs, holders, runs, artifacts, files }: UploadOptions) {
	const queue = createKeyedQueue();

	/** @throws {RunsteadError} not-found. */
	const find = async (run: RunRecord, id: string): Promise<store.UploadRecord> => {
		const upload = await store.uploadById(database.read, run.key, id);
		if (!upload) throw new RunsteadError('not-found', { noun: 'upload', given: id });
		return upload;
	};

	/** The file, if the workspace has its content already. What other workspaces have, nobody is told. */
	const finishKnown = (
		runId: string,
		{ path, sizeBytes, sha256, contentType }: NewUpload,
		actor: string,
	): Promise<store.FileRecord | null> =>
		database.write(async (unit) => {
			const run = await runs.find(runId, unit.db);
			if (!(await store.workspaceKnows(unit.db, run.workspace_key, sha256, sizeBytes))) return null;
			return artifacts.addVersion(unit, run, { path, sha256, sizeBytes, contentType: contentTypeOf(path, contentType) }, actor);
		});

	const discard = async (upload: store.UploadRecord): Promise<void> => {
		await database.write((unit) => store.deleteUpload(unit.db, upload.id));
		await files.remove(upload.id);
	};

	/** Verifies what was received and makes it a file. A crash before the commit leaves the upload complete: an empty chunk finishes it. */
	const finish = async (runId: string, upload: store.UploadRecord, actor: string): Promise<store.FileRecord> => {
		const { id, path, sha256, size_bytes: sizeBytes, content_type: contentType } = upload;
		const actual = await files.hash(id);
		if (actual !== sha256) {
			await discard(upload);
			throw new RunsteadError('checksum-mismatch', { path, actual, expected: sha256 });
		}
		using content = await blobs.adopt(files.fileOf(id), sha256, sizeBytes);
		try {
			const file = await database.write(async (unit) => {
				const made = await artifacts.addVersion(unit, await runs.find(runId, unit.db), { path, sha256, sizeBytes, contentType }, actor);
				await store.deleteUpload(unit.db, id);
				return made;
			});
			await files.remove(id);
			return file;
		} catch (error) {
			holders.reconsider(content.sha256);
			throw error;
		}
	};

	const appendInTurn = async (
		run: RunRecord,
		id: string,
		offset: number,
		bytes: AsyncIterable<Uint8Array>,
		actor: string,
	): Promise<UploadState> => {
		const upload = await find(run, id);
		const size = await files.sizeBytes(id);
		if (offset > size) throw new RunsteadError('upload-gap', { upload: id, size, offset });
		const receivedBytes = await files.append(id, size, within(upload, size, skipFirst(bytes, size - offset)));
		if (receivedBytes < upload.size_bytes) return { upload, receivedBytes, file: null };
		return { upload: null, file: await finish(run.id, upload, actor) };
	};

	return {
		/**
		 * Begins an upload; takes up the one that there is for the same content, and finishes at once what the workspace has already.
		 * @throws {RunsteadError} invalid-path, not-found, already-exists (a log has that path).
		 */
		async start(runId: string, fields: NewUpload, actor: string): Promise<UploadState> {
			const { path, sizeBytes, sha256, contentType } = fields;
			checkFilePath(path);
			const run = await runs.find(runId);
			if (sizeBytes === 0) return { upload: null, file: await artifacts.put(runId, path, nothing(), { contentType, sha256 }, actor) };
			const known = await finishKnown(runId, fields, actor);
			if (known) return { upload: null, file: known };
			if ((await store.newestFile(database.read, run.key, path))?.kind === 'log')
				throw new RunsteadError('already-exists', { noun: 'log', given: path });
			const upload = await database.write(async (unit) => {
				const existing = await store.uploadOf(unit.db, run.key, { path, sha256, sizeBytes });
				if (existing) return existing;
				const fresh: store.UploadRecord = {
					id: randomUUID(),
					run_key: (await runs.find(runId, unit.db)).key,
					path,
					size_bytes: sizeBytes,
					sha256,
					content_type: contentTypeOf(path, contentType),
					created_time: unit.now,
				};
				await store.insertUpload(unit.db, fresh);
				return fresh;
			});
			return { upload, receivedBytes: await files.sizeBytes(upload.id), file: null };
		},

		async get(runId: string, id: string): Promise<UploadState> {
			const upload = await find(await runs.find(runId), id);
			return { upload, receivedBytes: await files.sizeBytes(id), file: null };
		},

		/**
		 * Adds a chunk; what was received already is skipped, so that a resend is harmless.
		 * @throws {RunsteadError} not-found, upload-gap, invalid-request (more bytes than announced), checksum-mismatch, storage-full.
		 */
		async append(runId: string, id: string, offset: number, bytes: AsyncIterable<Uint8Array>, actor: string): Promise<UploadState> {
			const run = await runs.find(runId);
			return queue.run(id, () => appendInTurn(run, id, offset, bytes, actor));
		},

		removeFiles: (ids: readonly string[]): void => {
			for (const id of ids) void files.remove(id).catch(() => undefined);
		},

		/** Gives up uploads that nobody goes on with, and removes bytes whose upload is gone. */
		async tidy(): Promise<void> {
			const beforeMs = Date.now() - ABANDONED_AFTER_MS;
			for (const { id } of await store.uploadsBefore(database.read, beforeMs * 1000)) {
				const grownTimeMs = await files.grownTimeMsOrNull(id);
				if (grownTimeMs === null || grownTimeMs < beforeMs) await database.write((unit) => store.deleteUpload(unit.db, id));
			}
			const ids = await files.ids();
			for (let at = 0; at < ids.length; at += IDS_PER_LOOK) {
				const some = ids.slice(at, at + IDS_PER_LOOK);
				const known = await store.uploadIdsAmong(database.read, some);
				for (const id of some) if (!known.has(id)) await files.remove(id);
			}
		},

		drain: (): Promise<void> => queue.drain(),
	};
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

async function* skipFirst(bytes: AsyncIterable<Uint8Array>, count: number): AsyncGenerator<Uint8Array> {
	let left = count;
	for await (const chunk of bytes) {
		if (chunk.length > left) yield chunk.subarray(left);
		left = Math.max(0, left - chunk.length);
	}
}

/** @throws {RunsteadError} invalid-request when more comes than was announced. */
async function* within(
	{ size_bytes: max }: store.UploadRecord,
	size: number,
	bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
	let received = size;
	for await (const chunk of bytes) {
		received += chunk.length;
		if (received > max)
			throw new RunsteadError('invalid-request', { what: `The chunk goes on beyond the ${max} bytes that the upload was announced with.` });
		yield chunk;
	}
}
