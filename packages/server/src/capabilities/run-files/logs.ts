/** Logs: append-only files with a byte offset, so that nothing is lost or kept twice whoever is killed when. */
import { checkFilePath, LIMITS, RunsteadError } from '@runstead/contract';
import type { Kysely } from 'kysely';
import type { Database } from '../../storage/database.ts';
import { createKeyedQueue } from '../../storage/keyed-queue.ts';
import type { Tables } from '../../storage/tables.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { RunRecord, RunService } from '../runs/service.ts';
import { checkFileCount } from './artifacts.ts';
import { contentTypeOf } from './content-type.ts';
import { createGathering } from './gathering.ts';
import type { LogFiles, LogPlace } from './log-files.ts';
import * as store from './store.ts';

/** An agent and the fencing number with which it was given a job. */
export interface AgentLease {
	readonly agent: string;
	readonly fence: number;
}

export interface LogGrowth {
	readonly path: string;
	readonly sizeBytes: number;
	readonly sealed: boolean;
}

export interface LogOptions {
	readonly database: Database;
	readonly runs: RunService;
	readonly files: LogFiles;
	/** All logs of one run together; what is beyond is cut. */
	readonly bytesPerRunMax: number;
	/** Told after the commit that a log grew or was sealed. */
	readonly onGrown: (run: RunRecord, log: store.FileRecord) => void;
	/** Refuses an agent that no longer holds the job of a run. */
	readonly checkLease: (db: Kysely<Tables>, run: RunRecord, lease: AgentLease) => Promise<void>;
}

export interface LogAppend {
	readonly path: string;
	readonly offset: number;
	readonly bytes: Uint8Array;
	/** Nothing follows: the log is hashed and takes no more. */
	readonly seal: boolean;
	/** Of an agent: what it appends counts only as long as it holds the job. */
	readonly lease?: AgentLease;
	/** One of several that write to this log: its offset counts what it has appended itself. */
	readonly writer?: string;
}

/** What an append adds to a log, and on whose word. */
interface Addition {
	readonly bytes: Uint8Array;
	readonly lease: AgentLease | undefined;
	/** How much it has appended with this. */
	readonly writer: { readonly name: string; readonly sizeBytes: number } | null;
}

export type Logs = ReturnType<typeof createLogs>;

export function createLogs({ database, runs, files, bytesPerRunMax, onGrown, checkLease }: LogOptions) {
	const queue = createKeyedQueue();
	const gathering = createGathering();
	/** What is written of a run at the same time is committed together. */
	const gather = <Result>(runId: string, work: Promise<Result>): Promise<Result> => gathering.with(`append to ${runId}`, work);

	const create = (runId: string, path: string, lease: AgentLease | undefined): Promise<store.FileRecord> =>
		database.write(async (unit) => {
			const run = await runs.find(runId, unit.db);
			if (lease) await checkLease(unit.db, run, lease);
			await checkFileCount(unit, run);
			await store.addSpace(unit, run.key, { files: 1 });
			return store.insertFile(unit.db, {
				run_key: run.key,
				path,
				version: 1,
				kind: 'log',
				size_bytes: 0,
				sha256: null,
				sealed_by: null,
				cut: 0,
				content_type: contentTypeOf(path, 'text/plain'),
				newest: 1,
				created_time: unit.now,
				modified_time: unit.now,
			});
		});

	/** Commits how much of the bytes that lie in the file already is kept: all, or what the limit of the run leaves room for. */
	const commitGrowth = async (unit: UnitOfWork, run: RunRecord, log: store.FileRecord, addedBytes: number): Promise<store.FileRecord> => {
		const { log_bytes } = await store.spaceOf(unit.db, run.key);
		const room = Math.max(0, bytesPerRunMax - log_bytes);
		const cut = addedBytes > room;
		const kept = Math.min(addedBytes, room);
		const notice = `\n[runstead] This log was cut here, at byte ${log.size_bytes + kept}: all logs of a run together may have ${bytesPerRunMax} bytes.\n`;
		const grownBytes = kept + (cut ? files.end(placeOf(log), log.size_bytes + kept, notice) : 0);
		const sizeBytes = log.size_bytes + grownBytes;
		if (!(await store.growLog(unit, log.key, sizeBytes, cut))) throw new RunsteadError('not-found', { noun: 'log', given: log.path });
		await store.addSpace(unit, run.key, { logBytes: grownBytes });
		const grown = { ...log, size_bytes: sizeBytes, cut: cut ? 1 : 0, sealed_by: null, sha256: null, modified_time: unit.now };
		unit.afterCommit(() => onGrown(run, grown));
		return grown;
	};

	/** The bytes are synced first, then their number is: so the number never promises what is not there. */
	const extend = async (run: RunRecord, log: store.FileRecord, { bytes, lease, writer }: Addition): Promise<store.FileRecord> => {
		if (log.sealed_by === 'writer') throw new RunsteadError('log-sealed', { path: log.path, size: log.size_bytes });
		await gather(run.id, files.append(placeOf(log), log.size_bytes, bytes));
		return database.write(async (unit) => {
			// In the same transaction: a job that is given to another agent takes nothing from this one afterwards.
			if (lease) await checkLease(unit.db, run, lease);
			if (writer) await store.setWrittenBy(unit, log.key, writer.name, writer.sizeBytes);
			return commitGrowth(unit, run, log, bytes.length);
		});
	};

	const seal = async (run: RunRecord, log: store.FileRecord, by: 'writer' | 'server'): Promise<void> => {
		const sha256 = await gathering.with(`seal ${run.key}`, files.hash(placeOf(log), log.size_bytes));
		await database.write(async (unit) => {
			if (await store.sealLog(unit, log, sha256, by)) unit.afterCommit(() => onGrown(run, { ...log, sha256, sealed_by: by }));
		});
	};

	const appendInTurn = async (run: RunRecord, { path, offset, bytes, seal: isLast, lease, writer }: LogAppend): Promise<number> => {
		const existing = await store.newestFile(database.read, run.key, path);
		if (existing?.kind === 'artifact') throw new RunsteadError('already-exists', { noun: 'artifact', given: path });
		const whole = existing?.size_bytes ?? 0;
		const stored = existing && writer !== undefined ? await store.writtenBy(database.read, existing.key, writer) : whole;
		if (offset > stored && existing?.cut !== 1) throw new RunsteadError('log-gap', { path, size: stored, offset });
		let log = existing ?? (await create(run.id, path, lease));
		const fresh = bytes.subarray(stored - offset);
		const sizeBytes = stored + fresh.length;
		if (log.cut === 0 && fresh.length > 0)
			log = await extend(run, log, { bytes: fresh, lease, writer: writer === undefined ? null : { name: writer, sizeBytes } });
		else if (lease) await checkLease(database.read, run, lease);
		if (isLast && log.sealed_by !== 'writer') await seal(run, log, 'writer');
		// Of a log that was cut everything is acknowledged, or its writer would send the rest for ever.
		if (log.cut === 1) return Math.max(writer === undefined ? log.size_bytes : stored, offset + bytes.length);
		return sizeBytes;
	};

	const inTurn = <Result>(run: RunRecord, path: string, work: () => Promise<Result>): Promise<Result> =>
		queue.run(`${run.key}/${path}`, work);

	return {
		/**
		 * Appends to a log at a byte offset; what is there already is skipped. The size up to which everything is stored now.
		 * @throws {RunsteadError} invalid-path, not-found, already-exists (an artifact has that path), log-gap, log-sealed, storage-full,
		 *   stale-fence.
		 */
		async append(runId: string, append: LogAppend): Promise<number> {
			checkFilePath(append.path);
			const run = await runs.find(runId);
			return inTurn(run, append.path, () => appendInTurn(run, append));
		},

		/** Seals the logs that are left open when a run has ended. A writer that comes back late opens its log again. */
		async sealAll(run: RunRecord): Promise<void> {
			const sealOne = async (path: string): Promise<void> => {
				const log = await store.newestFile(database.read, run.key, path);
				if (log?.kind === 'log' && log.sealed_by === null) await seal(run, log, 'server');
			};
			// Together, so that they share a commit.
			await Promise.all((await store.growingLogs(database.read, run.key)).map(({ path }) => inTurn(run, path, () => sealOne(path))));
		},

		gather,

		/** Resolves when no append is under way. */
		drain: (): Promise<void> => queue.drain(),
	};
}

export function placeOf(log: store.FileRecord): LogPlace {
	return { runKey: log.run_key, fileKey: log.key };
}

export const LOG_BYTES_PER_RUN_MAX = LIMITS.logBytesPerRun.max;
