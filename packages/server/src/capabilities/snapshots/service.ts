/** Snapshots: source folders as they were at submission, kept by content, so that only what is new travels. */
import type { Readable } from 'node:stream';
import { RunsteadError, type Snapshot, type SnapshotFile } from '@runstead/contract';
import { toWireTime } from '../../http/time.ts';
import { createBlobHolders } from '../../storage/blob-holders.ts';
import type { Blobs, ByteRange } from '../../storage/blobs.ts';
import type { Database } from '../../storage/database.ts';
import type { HeldContent } from '../../storage/file-sets.ts';
import type { WorkspaceRecord } from '../workspaces/service.ts';
import { listingOf, snapshotIdOf } from './listing.ts';
import * as store from './store.ts';
import { zipOf } from './zip.ts';

export type SnapshotService = ReturnType<typeof createSnapshotService>;

export interface SnapshotServiceOptions {
	readonly database: Database;
	readonly blobs: Blobs;
}

/** Content that no snapshot was made of within this time was uploaded in vain. */
const UNUSED_AFTER_MICROS = 86_400_000_000;

export function createSnapshotService({ database, blobs }: SnapshotServiceOptions) {
	const holders = createBlobHolders(database, blobs);

	const present = (workspace: WorkspaceRecord, snapshot: store.SnapshotRecord): Snapshot => ({
		id: snapshot.id,
		workspaceId: workspace.id,
		sizeBytes: snapshot.size_bytes,
		createdTime: toWireTime(snapshot.created_time),
		files: JSON.parse(snapshot.files) as SnapshotFile[],
	});

	/** @throws {RunsteadError} not-found. */
	const get = async (workspace: WorkspaceRecord, id: string): Promise<Snapshot> => {
		const snapshot = await store.snapshotById(database.read, workspace.key, id);
		if (!snapshot) throw new RunsteadError('not-found', { noun: 'snapshot', given: id });
		return present(workspace, snapshot);
	};

	return {
		get,

		/** By its id, or by what its client called it. @throws {RunsteadError} not-found. */
		async named(workspace: WorkspaceRecord, name: string): Promise<Snapshot> {
			return get(workspace, (await store.snapshotIdOfName(database.read, workspace.key, name)) ?? name);
		},

		/** Lets a snapshot be found by a name of its client's. A name that is given already stays with what it was given to. */
		name: (workspace: WorkspaceRecord, name: string, snapshotId: string): Promise<void> =>
			database.write((unit) => store.nameSnapshot(unit.db, workspace.key, name, snapshotId)),

		/** Makes contents that the server has, as files of something else, known to the snapshots of the workspace. */
		addHeld: (workspace: WorkspaceRecord, contents: readonly HeldContent[]): Promise<void> =>
			database.write(async (unit) => {
				for (const { sha256, sizeBytes } of contents) {
					const content = { workspace_key: workspace.key, sha256, size_bytes: sizeBytes, used: 0, uploaded_time: unit.now };
					if (await store.addContent(unit.db, content)) await holders.hold(unit, sha256, sizeBytes);
				}
			}),

		exists: async (workspace: WorkspaceRecord, id: string): Promise<boolean> =>
			(await store.snapshotById(database.read, workspace.key, id)) !== undefined,

		/**
		 * Which contents of a folder the workspace lacks; those that it has are kept for another day. What other workspaces have,
		 * nobody is told. @throws {RunsteadError} invalid-path, limit-exceeded.
		 */
		async check(workspace: WorkspaceRecord, given: readonly SnapshotFile[]): Promise<string[]> {
			const contents = contentsOf(listingOf(given).files);
			return database.write(async (unit) => {
				await store.renewContents(unit.db, workspace.key, contents, { uploaded_time: unit.now });
				const known = await store.knownContents(unit.db, workspace.key, contents);
				return contents.filter((sha256) => !known.has(sha256));
			});
		},

		/** Stores a content for snapshots of the workspace. @throws {RunsteadError} checksum-mismatch, storage-full. */
		async addContent(
			workspace: WorkspaceRecord,
			sha256: string,
			bytes: AsyncIterable<Uint8Array>,
		): Promise<{ sha256: string; sizeBytes: number }> {
			using content = await blobs.put(bytes, (actual) => {
				if (actual !== sha256) throw new RunsteadError('checksum-mismatch', { path: 'the upload', actual, expected: sha256 });
			});
			const { sizeBytes } = content;
			try {
				await database.write(async (unit) => {
					const isNew = await store.addContent(unit.db, {
						workspace_key: workspace.key,
						sha256,
						size_bytes: sizeBytes,
						used: 0,
						uploaded_time: unit.now,
					});
					if (isNew) await holders.hold(unit, sha256, sizeBytes);
				});
			} catch (error) {
				holders.reconsider(sha256);
				throw error;
			}
			return { sha256, sizeBytes };
		},

		/**
		 * Makes a snapshot of uploaded contents, or finds the one that there is of the same files.
		 * @throws {RunsteadError} invalid-path, limit-exceeded, snapshot-incomplete, invalid-request (a size that is not the content's).
		 */
		async create(workspace: WorkspaceRecord, given: readonly SnapshotFile[]): Promise<{ snapshot: Snapshot; created: boolean }> {
			const listing = listingOf(given);
			const id = snapshotIdOf(listing);
			return database.write(async (unit) => {
				const existing = await store.snapshotById(unit.db, workspace.key, id);
				if (existing) return { snapshot: present(workspace, existing), created: false };
				const contents = contentsOf(listing.files);
				checkContents(listing.files, await store.knownContents(unit.db, workspace.key, contents));
				await store.renewContents(unit.db, workspace.key, contents, { used: 1 });
				const record = {
					workspace_key: workspace.key,
					id,
					size_bytes: listing.sizeBytes,
					files: JSON.stringify(listing.files),
					created_time: unit.now,
				};
				await store.insertSnapshot(unit.db, record);
				return { snapshot: present(workspace, record), created: true };
			});
		},

		/** @throws {RunsteadError} not-found. */
		async file(workspace: WorkspaceRecord, id: string, path: string): Promise<SnapshotFile> {
			const file = (await get(workspace, id)).files.find((one) => one.path === path);
			if (!file) throw new RunsteadError('not-found', { noun: 'file', given: `${path} in snapshot ${id}` });
			return file;
		},

		read: (file: SnapshotFile, range: ByteRange): Readable => blobs.read(file.sha256, range),

		zip: (snapshot: Snapshot): Readable => zipOf(snapshot, (file) => blobs.read(file.sha256)),

		/** Drops contents that no snapshot was made of in time. */
		tidy: (): Promise<void> =>
			database.write(async (unit) => {
				const dropped = await store.deleteUnusedContents(unit.db, unit.now - UNUSED_AFTER_MICROS);
				const counts = new Map<string, number>();
				for (const { sha256 } of dropped) counts.set(sha256, (counts.get(sha256) ?? 0) + 1);
				await holders.letGo(unit, counts);
			}),
	};
}

/** Each content once, in the order of the files. */
function contentsOf(files: readonly SnapshotFile[]): string[] {
	return [...new Set(files.map(({ sha256 }) => sha256))];
}

function checkContents(files: readonly SnapshotFile[], known: ReadonlyMap<string, number>): void {
	const missing = files.filter(({ sha256 }) => !known.has(sha256));
	const [first] = missing;
	if (first)
		throw new RunsteadError('snapshot-incomplete', { count: contentsOf(missing).length, path: first.path, missing: contentsOf(missing) });
	for (const { path, sha256, sizeBytes } of files) {
		if (known.get(sha256) !== sizeBytes)
			throw new RunsteadError('invalid-request', {
				what: `The file ${path} is said to have ${sizeBytes} bytes; its content has ${known.get(sha256)}.`,
			});
	}
}
