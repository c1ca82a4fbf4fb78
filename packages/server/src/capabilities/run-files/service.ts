/** Run files: artifacts with versions and append-only logs, in one tree of paths a run. */
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { checkFilePath, isTerminal, type RunFile, RunsteadError } from '@runstead/contract';
import { decodeCursor, pageOf } from '../../http/cursor.ts';
import { toWireTime } from '../../http/time.ts';
import { createWaitingRoom } from '../../live/waiting-room.ts';
import { createBlobHolders } from '../../storage/blob-holders.ts';
import type { Blobs, ByteRange } from '../../storage/blobs.ts';
import { createChunkedContent } from '../../storage/chunked-content.ts';
import type { Database } from '../../storage/database.ts';
import type { HeldContent } from '../../storage/file-sets.ts';
import { areRemovalsPaused } from '../../storage/removal-pause.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import { openUploadFiles } from '../../storage/upload-files.ts';
import type { RunHolder, RunRecord, RunService } from '../runs/service.ts';
import { createArtifacts } from './artifacts.ts';
import { type Delivered, type Delivery, deliver } from './deliveries.ts';
import { followLog } from './follow.ts';
import { createLineSearches, type FileSearch } from './line-search.ts';
import { openLogFiles } from './log-files.ts';

export type { AgentLease } from './logs.ts';

import { createLogs, LOG_BYTES_PER_RUN_MAX, type LogGrowth, type LogOptions, placeOf } from './logs.ts';
import * as store from './store.ts';
import { createUploads } from './uploads.ts';

export type RunFileService = Awaited<ReturnType<typeof createRunFileService>>;

export interface RunFileServiceOptions {
	readonly database: Database;
	readonly blobs: Blobs;
	readonly dataFolder: string;
	readonly runs: RunService;
	/** Told after the commit that a log grew or was sealed. */
	readonly onLogGrown: (run: RunRecord, log: LogGrowth) => void;
	/** Told after the commit that an artifact has a new version. */
	readonly onWritten: (run: RunRecord, path: string) => void;
	readonly checkLease: LogOptions['checkLease'];
	/** What the metrics of a run weigh. */
	readonly metricBytes: (run: RunRecord) => Promise<number>;
	/** All logs of one run together. */
	readonly logBytesPerRunMax?: number;
}

/** A log that lies open this long after the end of its run has lost its writer. */
const SEAL_AFTER_END_MICROS = 600_000_000;
/** What a crash left behind is by this age nobody's. */
const ABANDONED_AFTER_MS = 86_400_000;
const RUNS_PER_TIDYING = 1_000;

const FILES_LISTED_AT_ONCE = 500;
/** Comes after every other one. */
const LAST_CHARACTER = '\u{10ffff}';

/** A file of a folder, or a folder within it. */
export interface FolderEntry {
	readonly name: string;
	readonly isFolder: boolean;
	readonly sizeBytes: number;
}

export async function createRunFileService({
	database,
	blobs,
	dataFolder,
	runs,
	onLogGrown,
	onWritten,
	checkLease,
	metricBytes,
	logBytesPerRunMax = LOG_BYTES_PER_RUN_MAX,
}: RunFileServiceOptions) {
	const logFiles = await openLogFiles(join(dataFolder, 'logs'), () => areRemovalsPaused(dataFolder));
	const uploadFiles = await openUploadFiles(join(dataFolder, 'uploads'));
	const holders = createBlobHolders(database, blobs);
	const growth = createWaitingRoom();
	const searches = createLineSearches();
	const sealing = new Set<Promise<void>>();
	const artifacts = createArtifacts({ database, blobs, holders, runs, onWritten });
	const chunks = createChunkedContent({ blobs, holders, files: uploadFiles });
	const uploads = createUploads({ database, runs, artifacts, files: uploadFiles, chunks });
	const logs = createLogs({
		database,
		runs,
		files: logFiles,
		bytesPerRunMax: logBytesPerRunMax,
		checkLease,
		onGrown: (run, log) => {
			growth.call(String(log.key));
			onLogGrown(run, { path: log.path, sizeBytes: log.size_bytes, sealed: log.sealed_by !== null });
		},
	});

	/** @throws {RunsteadError} invalid-path, not-found. */
	const find = async (runId: string, path: string, version?: number): Promise<store.FileRecord> => {
		checkFilePath(path);
		const run = await runs.find(runId);
		const file = await (version === undefined
			? store.newestFile(database.read, run.key, path)
			: store.fileVersion(database.read, run.key, path, version));
		if (!file) throw new RunsteadError('not-found', { noun: 'file', given: version === undefined ? path : `${path}, version ${version}` });
		return file;
	};

	const read = (file: store.FileRecord, range: ByteRange): Readable =>
		file.kind === 'log' ? logFiles.read(placeOf(file), range) : blobs.read(file.sha256 as string, range);

	return {
		putArtifact: artifacts.put,
		startUpload: uploads.start,
		getUpload: uploads.get,
		appendUpload: uploads.append,
		appendLog: logs.append,
		/** @throws {RunsteadError} not-found, stale-fence, storage-full. */
		deliver: (runId: string, delivery: Delivery): Promise<Delivered> => deliver(logs, artifacts, runId, delivery),
		/** Seals the logs that are left open when a run has ended; `close` waits for it. */
		sealAll(run: RunRecord): Promise<void> {
			const work = logs.sealAll(run).finally(() => sealing.delete(work));
			sealing.add(work);
			return work;
		},
		find,
		read,

		/** The artifacts at a path and below it, newest versions, as the caller's transaction sees them. */
		async contentsBelowIn(unit: UnitOfWork, run: RunRecord, path: string): Promise<HeldContent[]> {
			const files = await store.contentsBelow(unit.db, run.key, path);
			return files.map((file) => ({ path: file.path, sha256: file.sha256 as string, sizeBytes: file.size_bytes }));
		},

		/** The lines of a file that a search finds, as they are found. @throws {RunsteadError} invalid-pattern. */
		search: (file: store.FileRecord, search: Omit<FileSearch, 'bytes'>) =>
			searches.search({
				...search,
				bytes: file.size_bytes > search.from ? read(file, { first: search.from, last: file.size_bytes - 1 }) : Readable.from([]),
			}),

		/** A log from a byte on, with what is appended, until it is sealed or its run has ended. */
		follow: (runId: string, log: store.FileRecord, from: number, gone: AbortSignal): AsyncIterable<Uint8Array> =>
			followLog({
				from,
				gone,
				growth,
				name: String(log.key),
				read: (range) => read(log, range),
				async look() {
					const now = await store.newestFile(database.read, log.run_key, log.path);
					// Another log of that name, in place of one that was deleted, is not what is followed.
					if (now?.key !== log.key || now.created_time !== log.created_time) return null;
					return { sizeBytes: now.size_bytes, sealed: now.sealed_by !== null, ended: isTerminal((await runs.find(runId)).status) };
				},
			}),

		async list(
			runId: string,
			{ prefix = '', limit, cursor }: { prefix?: string; limit: number; cursor?: string },
		): Promise<{ files: RunFile[]; nextCursor: string | null }> {
			const run = await runs.find(runId);
			const [after] = cursor === undefined ? [''] : decodeCursor(cursor, ['text']);
			const rows = await store.filesByPath(database.read, run.key, { prefix, after, limit: limit + 1 });
			const page = pageOf(rows, limit, (last) => [last.path]);
			return { files: page.rows.map(presentFile), nextCursor: page.nextCursor };
		},

		/** What lies in a folder, and no deeper; '' is the root. @throws {RunsteadError} invalid-path, not-found for the run. */
		async listFolder(runId: string, folder: string): Promise<FolderEntry[]> {
			if (folder !== '') checkFilePath(folder);
			const run = await runs.find(runId);
			const prefix = folder === '' ? '' : `${folder}/`;
			const entries: FolderEntry[] = [];
			for (let after = prefix; ; ) {
				const rows = await store.filesByPath(database.read, run.key, { prefix, after, limit: FILES_LISTED_AT_ONCE });
				let passedFolder = false;
				for (const { path, size_bytes } of rows) {
					const [name = '', ...deeper] = path.slice(prefix.length).split('/');
					after = path;
					entries.push({ name, isFolder: deeper.length > 0, sizeBytes: deeper.length > 0 ? 0 : size_bytes });
					if (deeper.length === 0) continue;
					// All that lies in it is passed over at once.
					after = `${prefix}${name}/${LAST_CHARACTER}`;
					passedFolder = true;
					break;
				}
				if (!passedFolder && rows.length < FILES_LISTED_AT_ONCE) return entries;
			}
		},

		/** The path itself if it is a file, and those of all files below it. @throws {RunsteadError} invalid-path, not-found for the run. */
		async pathsBelow(runId: string, path: string): Promise<string[]> {
			checkFilePath(path);
			const run = await runs.find(runId);
			const own = await store.newestFile(database.read, run.key, path);
			const prefix = `${path}/`;
			const paths = own ? [path] : [];
			for (let after = prefix; ; ) {
				const rows = await store.filesByPath(database.read, run.key, { prefix, after, limit: FILES_LISTED_AT_ONCE });
				paths.push(...rows.map((row) => row.path));
				after = rows.at(-1)?.path ?? after;
				if (rows.length < FILES_LISTED_AT_ONCE) return paths;
			}
		},

		/** @throws {RunsteadError} not-found. */
		async versions(runId: string, path: string): Promise<RunFile[]> {
			const { run_key } = await find(runId, path);
			return (await store.versionsNewestFirst(database.read, run_key, path)).map(presentFile);
		},

		/** Deletes a file, all its versions. @throws {RunsteadError} invalid-path, not-found. */
		async delete(runId: string, path: string, actor: string): Promise<void> {
			checkFilePath(path);
			await database.write(async (unit) => {
				const run = await runs.find(runId, unit.db);
				const deleted = await store.deleteVersions(unit.db, run.key, path);
				if (deleted.length === 0) throw new RunsteadError('not-found', { noun: 'file', given: path });
				const artifactVersions = deleted.filter(({ kind }) => kind === 'artifact');
				await holders.letGo(
					unit,
					countBy(artifactVersions, ({ sha256 }) => sha256 as string),
				);
				const logsOf = deleted.filter(({ kind }) => kind === 'log');
				await store.addSpace(unit, run.key, {
					files: -deleted.length,
					artifactBytes: -bytesOf(artifactVersions),
					logBytes: -bytesOf(logsOf),
				});
				for (const log of logsOf) {
					unit.afterCommit(() => {
						logFiles.remove(placeOf(log));
						growth.call(String(log.key));
					});
				}
				unit.emit({ workspaceKey: run.workspace_key, type: 'file.deleted', subject: run.id, actor, data: { path } });
			});
		},

		async space(runId: string): Promise<{ metricBytes: number; artifactBytes: number; logBytes: number }> {
			const run = await runs.find(runId);
			const { artifact_bytes, log_bytes } = await store.spaceOf(database.read, run.key);
			return { metricBytes: await metricBytes(run), artifactBytes: artifact_bytes, logBytes: log_bytes };
		},

		/** Rows go with the run's own; contents go when nobody else holds them. */
		holder: {
			async purge(unit, run) {
				const { log_bytes } = await store.spaceOf(unit.db, run.key);
				const uploadIds = (await store.uploadsOfRun(unit.db, run.key)).map(({ id }) => id);
				const freedBytes = await holders.letGo(unit, await store.contentsOfRun(unit.db, run.key));
				unit.afterCommit(() => {
					logFiles.removeRun(run.key);
					uploads.removeFiles(uploadIds);
				});
				return freedBytes + log_bytes;
			},
		} satisfies RunHolder,

		/** What the contents of all files weigh, and whether all are there. */
		inspect: holders.inspect,

		/** When a file of each of some runs was written last: an artifact, or a line of a log. */
		async lastChangeTimes(runKeys: readonly number[]): Promise<Map<number, number>> {
			const times = new Map<number, number>();
			for (let at = 0; at < runKeys.length; at += RUNS_PER_TIDYING)
				for (const [key, time] of await store.lastChangeTimes(database.heavyRead, runKeys.slice(at, at + RUNS_PER_TIDYING)))
					times.set(key, time);
			return times;
		},

		/** What the files of all runs of each workspace weigh. */
		spaceOfWorkspaces: () => store.spaceOfWorkspaces(database.heavyRead),

		/** Clears away what crashes and vanished clients left; seals logs whose writer never did. */
		async tidy(): Promise<void> {
			await holders.sweep();
			await uploads.tidy();
			await logFiles.sweep(Date.now() - ABANDONED_AFTER_MS, (runKey, fileKeys) => store.logKeysAmong(database.read, runKey, fileKeys));
			const endedBefore = Date.now() * 1000 - SEAL_AFTER_END_MICROS;
			for (const runId of await store.endedRunsWithGrowingLogs(database.heavyRead, endedBefore, RUNS_PER_TIDYING))
				await logs.sealAll(await runs.find(runId));
		},

		/** Resolves when no request is writing any more. */
		async close(): Promise<void> {
			await Promise.allSettled(sealing);
			await logs.drain();
			await uploads.drain();
		},
	};
}

export function presentFile(file: store.FileRecord): RunFile {
	return {
		path: file.path,
		kind: file.kind,
		version: file.version,
		sizeBytes: file.size_bytes,
		sha256: file.sha256,
		contentType: file.content_type,
		sealed: file.sha256 !== null,
		createdTime: toWireTime(file.created_time),
		modifiedTime: toWireTime(file.modified_time),
	};
}

function bytesOf(files: readonly store.FileRecord[]): number {
	return files.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
}

function countBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, number> {
	const counts = new Map<string, number>();
	for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
	return counts;
}
