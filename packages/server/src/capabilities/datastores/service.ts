/** Datastores: files of a workspace that jobs read and write, kept by content like everything else. */
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import {
	checkFilePath,
	type DataReference,
	type Datastore,
	type DatastoreFile,
	DEFAULT_DATASTORE,
	type ReceivedChunk,
	RunsteadError,
} from '@runstead/contract';
import { decodeCursor, pageOf } from '../../http/cursor.ts';
import { toWireTime } from '../../http/time.ts';
import { openAnnouncedContent } from '../../storage/announced-content.ts';
import { createBlobHolders } from '../../storage/blob-holders.ts';
import type { Blobs, ByteRange } from '../../storage/blobs.ts';
import type { Database } from '../../storage/database.ts';
import type { HeldContent } from '../../storage/file-sets.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { WorkspaceRecord } from '../workspaces/service.ts';
import * as store from './store.ts';

export type DatastoreService = Awaited<ReturnType<typeof createDatastoreService>>;

export interface NewDatastoreFile {
	readonly path: string;
	/** What the client says that the content is. */
	readonly sha256?: string | undefined;
	/** Take the place of a file that is there and differs. */
	readonly overwrite: boolean;
}

/** A chunk of a file that is announced as a whole. */
export interface DatastoreChunk extends NewDatastoreFile {
	readonly sha256: string;
	readonly sizeBytes: number;
	readonly offset: number;
}

/** Asked in the transaction that makes a file: it may refuse it. */
type Check = (unit: UnitOfWork) => Promise<void>;

export async function createDatastoreService({
	database,
	blobs,
	dataFolder,
}: {
	readonly database: Database;
	readonly blobs: Blobs;
	readonly dataFolder: string;
}) {
	const holders = createBlobHolders(database, blobs);
	const chunks = await openAnnouncedContent(database, blobs, join(dataFolder, 'data-uploads'));

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

	/** The file that is there already, so that nothing need be sent. @throws {RunsteadError} already-exists. */
	const presentOrNull = (
		before: store.DatastoreFileRecord | undefined,
		{ path, sha256, overwrite }: NewDatastoreFile,
	): DatastoreFile | null => {
		if (before?.sha256 === sha256 && before) return presentFile(before);
		if (before && !overwrite) throw new RunsteadError('already-exists', { noun: `file in ${before.datastore} at`, given: path });
		return null;
	};

	/** Gives stored content its path. @throws {RunsteadError} already-exists, and what `checkIn` does. */
	const place = (
		workspace: WorkspaceRecord,
		key: store.DatastoreKey,
		given: NewDatastoreFile,
		{ sha256, sizeBytes }: { readonly sha256: string; readonly sizeBytes: number },
		actor: string,
		checkIn: Check,
	): Promise<DatastoreFile> =>
		database.write(async (unit) => {
			await checkIn(unit);
			const { path } = given;
			const before = await store.fileAt(unit.db, key, path);
			const there = presentOrNull(before, { ...given, sha256 });
			if (there) return there;
			await holders.hold(unit, sha256, sizeBytes);
			if (before) await holders.letGo(unit, new Map([[before.sha256, 1]]));
			const made: store.DatastoreFileRecord = { ...key, path, size_bytes: sizeBytes, sha256, modified_time: unit.now };
			await store.putFile(unit.db, made);
			const data = { datastore: key.datastore, path, sizeBytes };
			unit.emit({ workspaceKey: workspace.key, type: 'data.written', subject: workspace.id, actor, data });
			return presentFile(made);
		});

	return {
		get,
		file,

		list: async (workspace: WorkspaceRecord): Promise<Datastore[]> => [await get(workspace, DEFAULT_DATASTORE)],

		/** The files at a path and below it, as the caller's transaction sees them. @throws {RunsteadError} not-found for the datastore. */
		async contentsBelowIn(unit: UnitOfWork, workspace: WorkspaceRecord, datastore: string, path: string): Promise<HeldContent[]> {
			const files = await store.filesBelow(unit.db, keyOf(workspace, datastore), path);
			return files.map((found) => ({ path: found.path, sha256: found.sha256, sizeBytes: found.size_bytes }));
		},

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
			given: NewDatastoreFile,
			bytes: AsyncIterable<Uint8Array>,
			actor: string,
			checkIn: Check = async () => undefined,
		): Promise<DatastoreFile> {
			const key = keyOf(workspace, datastore);
			const { path, sha256: announced } = given;
			checkFilePath(path);
			using content = await blobs.put(bytes, (actual) => {
				if (announced !== undefined && actual !== announced)
					throw new RunsteadError('checksum-mismatch', { path, actual, expected: announced });
			});
			try {
				return await place(workspace, key, given, content, actor, checkIn);
			} catch (error) {
				holders.reconsider(content.sha256);
				throw error;
			}
		},

		/**
		 * Adds a chunk of a file; it is known by what is announced of it, so that a client that has lost its notes goes on all the same.
		 * @throws {RunsteadError} as `put`, and upload-gap, invalid-request (more bytes than announced).
		 */
		async append(
			workspace: WorkspaceRecord,
			datastore: string,
			given: DatastoreChunk,
			bytes: AsyncIterable<Uint8Array>,
			actor: string,
			checkIn: Check = async () => undefined,
		): Promise<ReceivedChunk> {
			const key = keyOf(workspace, datastore);
			const { path, sizeBytes, sha256, offset } = given;
			checkFilePath(path);
			return chunks.append({ path, sizeBytes, sha256, offset }, bytes, {
				place: [workspace.id, datastore],
				presentOrNull: async () => presentOrNull(await store.fileAt(database.read, key, path), given),
				make: () => place(workspace, key, given, { sha256, sizeBytes }, actor, checkIn),
			});
		},

		/** Gives up files that nobody goes on with. */
		tidy: chunks.tidy,

		/** Resolves when no chunk is being written any more. */
		close: chunks.close,

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
