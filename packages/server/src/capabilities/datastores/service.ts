/** Datastores: files of a workspace that jobs read and write, kept by content like everything else. */
import type { Readable } from 'node:stream';
import {
	checkFilePath,
	type DataReference,
	type Datastore,
	type DatastoreFile,
	DEFAULT_DATASTORE,
	RunsteadError,
} from '@runstead/contract';
import { decodeCursor, pageOf } from '../../http/cursor.ts';
import { toWireTime } from '../../http/time.ts';
import { createBlobHolders } from '../../storage/blob-holders.ts';
import type { Blobs, ByteRange } from '../../storage/blobs.ts';
import type { Database } from '../../storage/database.ts';
import type { WorkspaceRecord } from '../workspaces/service.ts';
import * as store from './store.ts';

export type DatastoreService = ReturnType<typeof createDatastoreService>;

export interface NewDatastoreFile {
	readonly path: string;
	/** What the client says that the content is. */
	readonly sha256?: string | undefined;
	/** Take the place of a file that is there and differs. */
	readonly overwrite: boolean;
}

export function createDatastoreService({ database, blobs }: { database: Database; blobs: Blobs }) {
	const holders = createBlobHolders(database, blobs);

	/** @throws {RunsteadError} not-found. */
	const get = async (workspace: WorkspaceRecord, name: string): Promise<Datastore> => {
		const { files, bytes } = await store.totalsOf(database.read, keyOf(workspace, name));
		return { name, workspaceId: workspace.id, isDefault: name === DEFAULT_DATASTORE, fileCount: files, sizeBytes: bytes };
	};

	/** @throws {RunsteadError} invalid-path, not-found. */
	const file = async (workspace: WorkspaceRecord, datastore: string, path: string): Promise<store.DatastoreFileRecord> => {
		const key = keyOf(workspace, datastore);
		checkFilePath(path);
		const found = await store.fileAt(database.read, key, path);
		if (!found) throw noFile(datastore, path);
		return found;
	};

	return {
		get,
		file,

		list: async (workspace: WorkspaceRecord): Promise<Datastore[]> => [await get(workspace, DEFAULT_DATASTORE)],

		read: ({ sha256 }: store.DatastoreFileRecord, range: ByteRange): Readable => blobs.read(sha256, range),

		/** @throws {RunsteadError} not-found, invalid-cursor. */
		async files(
			workspace: WorkspaceRecord,
			datastore: string,
			{ prefix = '', limit, cursor }: { prefix?: string; limit: number; cursor?: string },
		): Promise<{ files: DatastoreFile[]; nextCursor: string | null }> {
			const [after] = cursor === undefined ? [''] : decodeCursor(cursor, ['text']);
			const rows = await store.filesByPath(database.read, keyOf(workspace, datastore), { prefix, after, limit: limit + 1 });
			const page = pageOf(rows, limit, (last) => [last.path]);
			return { files: page.rows.map(presentFile), nextCursor: page.nextCursor };
		},

		/**
		 * Stores a file as it streams in; the same content again changes nothing, so a client may repeat a request whose reply it lost.
		 * @throws {RunsteadError} not-found, invalid-path, already-exists, checksum-mismatch, storage-full.
		 */
		async put(
			workspace: WorkspaceRecord,
			datastore: string,
			{ path, sha256: announced, overwrite }: NewDatastoreFile,
			bytes: AsyncIterable<Uint8Array>,
			actor: string,
		): Promise<DatastoreFile> {
			const key = keyOf(workspace, datastore);
			checkFilePath(path);
			using content = await blobs.put(bytes, (actual) => {
				if (announced !== undefined && actual !== announced)
					throw new RunsteadError('checksum-mismatch', { path, actual, expected: announced });
			});
			const { sha256, sizeBytes } = content;
			try {
				return await database.write(async (unit) => {
					const before = await store.fileAt(unit.db, key, path);
					if (before?.sha256 === sha256) return presentFile(before);
					if (before && !overwrite) throw new RunsteadError('already-exists', { noun: `file in ${datastore} at`, given: path });
					await holders.hold(unit, sha256, sizeBytes);
					if (before) await holders.letGo(unit, new Map([[before.sha256, 1]]));
					const made: store.DatastoreFileRecord = { ...key, path, size_bytes: sizeBytes, sha256, modified_time: unit.now };
					await store.putFile(unit.db, made);
					const data = { datastore, path, sizeBytes };
					unit.emit({ workspaceKey: workspace.key, type: 'data.written', subject: workspace.id, actor, data });
					return presentFile(made);
				});
			} catch (error) {
				holders.reconsider(sha256);
				throw error;
			}
		},

		/** @throws {RunsteadError} not-found, invalid-path. */
		async delete(workspace: WorkspaceRecord, datastore: string, path: string, actor: string): Promise<void> {
			const key = keyOf(workspace, datastore);
			checkFilePath(path);
			await database.write(async (unit) => {
				const found = await store.fileAt(unit.db, key, path);
				if (!found) throw noFile(datastore, path);
				await store.deleteFile(unit.db, key, path);
				await holders.letGo(unit, new Map([[found.sha256, 1]]));
				unit.emit({ workspaceKey: workspace.key, type: 'data.deleted', subject: workspace.id, actor, data: { datastore, path } });
			});
		},
	};
}

/**
 * Whether a job can name its data so: looked at when it is submitted; whether the files are there is seen when it is prepared.
 * @throws {RunsteadError} invalid-request for a name twice, invalid-path, not-found for a datastore that there is not.
 */
export function checkDataReferences(references: readonly DataReference[]): void {
	const names = new Set<string>();
	for (const { name, datastore = DEFAULT_DATASTORE, path = '', mode } of references) {
		if (names.has(name)) throw new RunsteadError('invalid-request', { what: `Two data references of the job have the name ${name}.` });
		names.add(name);
		checkName(datastore);
		if (path !== '') checkFilePath(path);
		else if (mode === 'upload')
			throw new RunsteadError('invalid-request', { what: `The data reference ${name} is uploaded: give the path in ${datastore}.` });
	}
}

function keyOf(workspace: WorkspaceRecord, datastore: string): store.DatastoreKey {
	checkName(datastore);
	return { workspace_key: workspace.key, datastore };
}

function checkName(datastore: string): void {
	if (datastore !== DEFAULT_DATASTORE) throw new RunsteadError('not-found', { noun: 'datastore', given: datastore });
}

function noFile(datastore: string, path: string): RunsteadError {
	return new RunsteadError('not-found', { noun: 'file', given: `${path} in ${datastore}` });
}

function presentFile({ path, size_bytes, sha256, modified_time }: store.DatastoreFileRecord): DatastoreFile {
	return { path, sizeBytes: size_bytes, sha256, modifiedTime: toWireTime(modified_time) };
}
