/** Resumable uploads: chunks at offsets, verified as a whole at the end, which makes them an artifact. */
import { randomUUID } from 'node:crypto';
import { checkFilePath, RunsteadError } from '@runstead/contract';
import type { ChunkedContent } from '../../storage/chunked-content.ts';
import type { Database } from '../../storage/database.ts';
import type { UploadFiles } from '../../storage/upload-files.ts';
import type { RunRecord, RunService } from '../runs/service.ts';
import type { Artifacts } from './artifacts.ts';
import { contentTypeOf } from './content-type.ts';
import * as store from './store.ts';

export interface UploadOptions {
	readonly database: Database;
	readonly runs: RunService;
	readonly artifacts: Artifacts;
	readonly files: UploadFiles;
	readonly chunks: ChunkedContent;
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

export function createUploads({ database, runs, artifacts, files, chunks }: UploadOptions) {
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

	const appendInTurn = async (
		run: RunRecord,
		id: string,
		offset: number,
		bytes: AsyncIterable<Uint8Array>,
		actor: string,
	): Promise<UploadState> => {
		const upload = await find(run, id);
		const { path, sha256, size_bytes: sizeBytes, content_type: contentType } = upload;
		const make = (): Promise<store.FileRecord> =>
			database.write(async (unit) => {
				const made = await artifacts.addVersion(unit, await runs.find(run.id, unit.db), { path, sha256, sizeBytes, contentType }, actor);
				await store.deleteUpload(unit.db, id);
				return made;
			});
		try {
			const appended = await chunks.append({ id, path, sizeBytes, sha256 }, offset, bytes, make);
			return appended.made ? { upload: null, file: appended.made } : { upload, receivedBytes: appended.receivedBytes, file: null };
		} catch (error) {
			if (error instanceof RunsteadError && error.code === 'checksum-mismatch')
				await database.write((unit) => store.deleteUpload(unit.db, id));
			throw error;
		}
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
			return chunks.inTurn(id, () => appendInTurn(run, id, offset, bytes, actor));
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

		drain: (): Promise<void> => chunks.drain(),
	};
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
