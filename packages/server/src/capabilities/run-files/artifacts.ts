/** Artifacts: files that are written whole; an overwrite makes the next version. */
import { checkFilePath, checkLimit, RunsteadError } from '@runstead/contract';
import type { BlobHolders } from '../../storage/blob-holders.ts';
import type { Blobs } from '../../storage/blobs.ts';
import type { Database } from '../../storage/database.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { RunRecord, RunService } from '../runs/service.ts';
import { contentTypeOf } from './content-type.ts';
import * as store from './store.ts';

export interface ArtifactContent {
	readonly path: string;
	readonly sha256: string;
	readonly sizeBytes: number;
	readonly contentType: string;
}

export interface ArtifactOptions {
	readonly database: Database;
	readonly blobs: Blobs;
	readonly holders: BlobHolders;
	readonly runs: RunService;
	/** Told after the commit that a file has a new version. */
	readonly onWritten: (run: RunRecord, path: string) => void;
}

export type Artifacts = ReturnType<typeof createArtifacts>;

export function createArtifacts({ database, blobs, holders, runs, onWritten }: ArtifactOptions) {
	/**
	 * Makes a stored content the newest version of its path, in the caller's transaction. The same content again changes nothing,
	 * so a client may repeat a request whose reply it lost.
	 */
	const addVersion = async (unit: UnitOfWork, run: RunRecord, content: ArtifactContent, actor: string): Promise<store.FileRecord> => {
		const { path, sha256, sizeBytes, contentType } = content;
		const newest = await store.newestFile(unit.db, run.key, path);
		if (newest?.kind === 'log') throw new RunsteadError('already-exists', { noun: 'log', given: path });
		if (newest?.sha256 === sha256 && newest.content_type === contentType) return newest;
		await checkFileCount(unit, run);
		await holders.hold(unit, sha256, sizeBytes);
		if (newest) await store.setOlder(unit.db, newest.key);
		const version = (newest?.version ?? 0) + 1;
		const file = await store.insertFile(unit.db, {
			run_key: run.key,
			path,
			version,
			kind: 'artifact',
			size_bytes: sizeBytes,
			sha256,
			sealed_by: null,
			cut: 0,
			content_type: contentType,
			newest: 1,
			created_time: unit.now,
			modified_time: unit.now,
		});
		await store.addSpace(unit, run.key, { files: 1, artifactBytes: sizeBytes });
		unit.emit({ workspaceKey: run.workspace_key, type: 'file.written', subject: run.id, actor, data: { path, version, sizeBytes } });
		unit.afterCommit(() => onWritten(run, path));
		return file;
	};

	return {
		addVersion,

		/**
		 * Stores an artifact as it streams in.
		 * @throws {RunsteadError} invalid-path, not-found, already-exists (a log has that path), checksum-mismatch, storage-full.
		 */
		async put(
			runId: string,
			path: string,
			bytes: AsyncIterable<Uint8Array>,
			declared: { contentType?: string; sha256?: string },
			actor: string,
			/** What it is stored together with: waits for that before the commit. */
			gather: <Result>(work: Promise<Result>) => Promise<Result> = (work) => work,
		): Promise<store.FileRecord> {
			checkFilePath(path);
			// Before the body is read: a run that is not there takes none.
			await runs.find(runId);
			const put = blobs.put(bytes, (actual) => {
				if (declared.sha256 !== undefined && actual !== declared.sha256)
					throw new RunsteadError('checksum-mismatch', { path, actual, expected: declared.sha256 });
			});
			using content = await gather(put);
			try {
				const { sha256, sizeBytes } = content;
				return await database.write(async (unit) =>
					addVersion(
						unit,
						await runs.find(runId, unit.db),
						{ path, sha256, sizeBytes, contentType: contentTypeOf(path, declared.contentType) },
						actor,
					),
				);
			} catch (error) {
				holders.reconsider(content.sha256);
				throw error;
			}
		},
	};
}

/** @throws {RunsteadError} limit-exceeded when the run takes no further file. */
export async function checkFileCount(unit: UnitOfWork, run: RunRecord): Promise<void> {
	const { file_count } = await store.spaceOf(unit.db, run.key);
	checkLimit(`The number of files of run ${run.id}`, file_count + 1, 'artifactsPerRun');
}
