/** File sets: files by their paths that belong to something other than a run (a version of a model, a trace), contents kept once. */
import type { Readable } from 'node:stream';
import { checkFilePath, RunsteadError } from '@runstead/contract';
import type { Kysely, Selectable } from 'kysely';
import type { AnnouncedChunk, AnnouncedContent, Received } from './announced-content.ts';
import { createBlobHolders } from './blob-holders.ts';
import type { Blobs, ByteRange } from './blobs.ts';
import type { Database } from './database.ts';
import type { FileSetFileTable, Tables } from './tables.ts';
import type { UnitOfWork } from './unit-of-work.ts';

export type FileSetFile = Selectable<FileSetFileTable>;

/** A content that is stored, at its path. */
export interface HeldContent {
	readonly path: string;
	readonly sha256: string;
	readonly sizeBytes: number;
}

export type FileSets = ReturnType<typeof createFileSets>;

/** Greater than every character that a path may have. */
const AFTER_EVERY_CHARACTER = '\u{10ffff}';

/** @param chunks collects the files that come in chunks. */
export function createFileSets(database: Database, blobs: Blobs, chunks: AnnouncedContent) {
	const holders = createBlobHolders(database, blobs);

	const fileAt = (db: Kysely<Tables>, setId: string, path: string): Promise<FileSetFile | undefined> =>
		db.selectFrom('file_set_file').selectAll().where('set_id', '=', setId).where('path', '=', path).executeTakeFirst();

	/** Puts a stored content at a path, in the caller's transaction, in place of one that is there. */
	const putIn = async (unit: UnitOfWork, setId: string, { path, sha256, sizeBytes }: HeldContent): Promise<FileSetFile> => {
		const before = await fileAt(unit.db, setId, path);
		if (before?.sha256 === sha256) return before;
		await holders.hold(unit, sha256, sizeBytes);
		if (before) await holders.letGo(unit, new Map([[before.sha256, 1]]));
		const file = { set_id: setId, path, size_bytes: sizeBytes, sha256, modified_time: unit.now };
		await unit.db
			.insertInto('file_set_file')
			.values(file)
			.onConflict((conflict) =>
				conflict.columns(['set_id', 'path']).doUpdateSet({ size_bytes: sizeBytes, sha256, modified_time: unit.now }),
			)
			.execute();
		return file;
	};

	const letGoOf = async (unit: UnitOfWork, rows: readonly { sha256: string }[]): Promise<void> => {
		const counts = new Map<string, number>();
		for (const { sha256 } of rows) counts.set(sha256, (counts.get(sha256) ?? 0) + 1);
		await holders.letGo(unit, counts);
	};

	/** By path; with `prefix`, those that begin so. */
	const list = (
		setId: string,
		{ prefix = '', after = '', limit }: { prefix?: string; after?: string; limit: number },
		db: Kysely<Tables> = database.read,
	): Promise<FileSetFile[]> => {
		const query = db.selectFrom('file_set_file').selectAll().where('set_id', '=', setId).where('path', '>', after);
		const narrowed = prefix === '' ? query : query.where('path', '>=', prefix).where('path', '<', prefix + AFTER_EVERY_CHARACTER);
		return narrowed.orderBy('path').limit(limit).execute();
	};

	return {
		putIn,
		list,

		/** @throws {RunsteadError} invalid-path, not-found. */
		async find(setId: string, path: string): Promise<FileSetFile> {
			checkFilePath(path);
			const file = await fileAt(database.read, setId, path);
			if (!file) throw new RunsteadError('not-found', { noun: 'file', given: path });
			return file;
		},

		read: ({ sha256 }: FileSetFile, range: ByteRange): Readable => blobs.read(sha256, range),

		/**
		 * Stores a file as it streams in; `check` is asked in the transaction that gives it its place.
		 * @throws {RunsteadError} invalid-path, checksum-mismatch, storage-full, and what `check` throws.
		 */
		async put(
			setId: string,
			{ path, sha256: announced }: { readonly path: string; readonly sha256?: string | undefined },
			bytes: AsyncIterable<Uint8Array>,
			check: (unit: UnitOfWork) => Promise<void>,
		): Promise<FileSetFile> {
			checkFilePath(path);
			using content = await blobs.put(bytes, (actual) => {
				if (announced !== undefined && actual !== announced)
					throw new RunsteadError('checksum-mismatch', { path, actual, expected: announced });
			});
			try {
				return await database.write(async (unit) => {
					await check(unit);
					return putIn(unit, setId, { path, sha256: content.sha256, sizeBytes: content.sizeBytes });
				});
			} catch (error) {
				holders.reconsider(content.sha256);
				throw error;
			}
		},

		/**
		 * Adds a chunk of a file; `check` is asked in the transaction that gives the whole one its place. `collection` names what the file
		 * is collected for: what was broken off for one set goes on for another of the same collection.
		 * @throws {RunsteadError} as `put`, and upload-gap, invalid-request (more bytes than announced).
		 */
		async append(
			{ setId, collection }: { readonly setId: string; readonly collection: string },
			chunk: AnnouncedChunk,
			bytes: AsyncIterable<Uint8Array>,
			check: (unit: UnitOfWork) => Promise<void>,
		): Promise<Received<FileSetFile>> {
			const { path, sha256, sizeBytes } = chunk;
			checkFilePath(path);
			return chunks.append(chunk, bytes, {
				place: [collection],
				async presentOrNull() {
					const there = await fileAt(database.read, setId, path);
					return there?.sha256 === sha256 ? there : null;
				},
				make: () =>
					database.write(async (unit) => {
						await check(unit);
						return putIn(unit, setId, { path, sha256, sizeBytes });
					}),
			});
		},

		/** Lets go of the files of all sets whose ids begin so that were not changed since a time. */
		removeBefore: (idPrefix: string, time: number): Promise<void> =>
			database.write(async (unit) => {
				const rows = await unit.db
					.deleteFrom('file_set_file')
					.where('set_id', '>=', idPrefix)
					.where('set_id', '<', idPrefix + AFTER_EVERY_CHARACTER)
					.where('modified_time', '<', time)
					.returning('sha256')
					.execute();
				await letGoOf(unit, rows);
			}),

		/** Lets go of files in the caller's transaction: of the one at `path` and of what lies below it; all, for an empty path. How many those were. */
		async removeIn(unit: UnitOfWork, setId: string, path = ''): Promise<number> {
			const rows = await unit.db
				.deleteFrom('file_set_file')
				.where('set_id', '=', setId)
				.$if(path !== '', (query) =>
					query.where((where) =>
						where.or([where('path', '=', path), where.and([where('path', '>=', `${path}/`), where('path', '<', `${path}0`)])]),
					),
				)
				.returning('sha256')
				.execute();
			await letGoOf(unit, rows);
			return rows.length;
		},
	};
}
