/** The files of versions: listed, read, and taken while a version is pending. */
import { type ModelFile, RunsteadError } from '@runstead/contract';
import { decodeCursor, pageOf } from '../../http/cursor.ts';
import type { AnnouncedChunk, Received } from '../../storage/announced-content.ts';
import type { FileSetFile, FileSets } from '../../storage/file-sets.ts';
import type { WorkspaceRecord } from '../workspaces/service.ts';
import type { ModelFinder } from './find-model.ts';
import type * as store from './store.ts';

/** The set that holds the files of a version. */
export const setOf = ({ key }: store.ModelVersionRecord): string => `model/${key}`;

export function createVersionFiles(fileSets: FileSets, { findVersion }: ModelFinder) {
	return {
		async files(
			workspace: WorkspaceRecord,
			name: string,
			version: string,
			{ prefix = '', limit, cursor }: { prefix?: string; limit: number; cursor?: string },
		): Promise<{ files: ModelFile[]; nextCursor: string | null }> {
			const { found } = await findVersion(workspace, name, version);
			const [after] = cursor === undefined ? [''] : decodeCursor(cursor, ['text']);
			const page = pageOf(await fileSets.list(setOf(found), { prefix, after, limit: limit + 1 }), limit, (last) => [last.path]);
			return { files: page.rows.map(presentFile), nextCursor: page.nextCursor };
		},

		/** @throws {RunsteadError} not-found, invalid-path. */
		async file(workspace: WorkspaceRecord, name: string, version: string, path: string): Promise<FileSetFile> {
			const { found } = await findVersion(workspace, name, version);
			return fileSets.find(setOf(found), path);
		},

		read: fileSets.read,

		/** @throws {RunsteadError} not-found, model-not-pending, invalid-path, checksum-mismatch, storage-full. */
		async putFile(
			workspace: WorkspaceRecord,
			name: string,
			version: string,
			given: { readonly path: string; readonly sha256?: string | undefined },
			bytes: AsyncIterable<Uint8Array>,
		): Promise<ModelFile> {
			// Before the body is read: one that takes no files reads none.
			const { found } = await findVersion(workspace, name, version);
			checkPending(name, found);
			const file = await fileSets.put(setOf(found), given, bytes, async (unit) => {
				checkPending(name, (await findVersion(workspace, name, String(found.version), unit.db)).found);
			});
			return presentFile(file);
		},

		/** Adds a chunk of a file. @throws {RunsteadError} as `putFile`, and upload-gap, invalid-request (more bytes than announced). */
		async appendFile(
			workspace: WorkspaceRecord,
			name: string,
			version: string,
			chunk: AnnouncedChunk,
			bytes: AsyncIterable<Uint8Array>,
		): Promise<Received<ModelFile>> {
			const { found } = await findVersion(workspace, name, version);
			checkPending(name, found);
			// Whoever registers again after a file was broken off has another version.
			const place = { setId: setOf(found), collection: `model/${found.model_key}` };
			const { receivedBytes, file } = await fileSets.append(place, chunk, bytes, async (unit) => {
				checkPending(name, (await findVersion(workspace, name, String(found.version), unit.db)).found);
			});
			return { receivedBytes, file: file && presentFile(file) };
		},
	};
}

function presentFile({ path, size_bytes, sha256 }: FileSetFile): ModelFile {
	return { path, sizeBytes: size_bytes, sha256 };
}

/** @throws {RunsteadError} model-not-pending. */
export function checkPending(model: string, { version, status }: store.ModelVersionRecord): void {
	if (status !== 'pending') throw new RunsteadError('model-not-pending', { model, version, status });
}
