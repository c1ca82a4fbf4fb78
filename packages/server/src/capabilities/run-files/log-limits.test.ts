/** What needs another limit or another moment than a whole server has: the cap of a run's logs, and logs that nobody seals. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openFolderBlobs } from '../../storage/blobs.ts';
import { openSqlite } from '../../storage/sqlite.ts';
import { systemClock } from '../../storage/unit-of-work.ts';
import { createExperimentService } from '../experiments/service.ts';
import { createRunService, type RunExecution, type RunRecord } from '../runs/service.ts';
import { createWorkspaceService } from '../workspaces/service.ts';
import type { LogGrowth } from './logs.ts';
import { createRunFileService, type RunFileService } from './service.ts';

interface Services extends AsyncDisposable {
	readonly files: RunFileService;
	readonly run: RunRecord;
	readonly grown: LogGrowth[];
	endRun(): Promise<void>;
	append(path: string, offset: number, text: string, seal?: boolean): Promise<number>;
	read(path: string): Promise<string>;
}

async function startServices({
	logBytesPerRunMax,
	clock = systemClock(),
}: {
	logBytesPerRunMax?: number;
	clock?: () => number;
} = {}): Promise<Services> {
	const dataFolder = await mkdtemp(join(tmpdir(), 'runstead-logs-'));
	const database = await openSqlite(join(dataFolder, 'runstead.db'), {
		clock,
		onEvents: () => undefined,
		onError: (error) => expect.unreachable(String(error)),
	});
	const workspaces = await createWorkspaceService(database, (unit, workspace, actor) => experiments.furnish(unit, workspace, actor));
	const experiments = createExperimentService(database, workspaces, async () => undefined);
	const execution: RunExecution = {
		end: async () => 'none',
		silenceOrNull: async () => null,
		executesIn: async () => false,
		lost: async () => false,
		statusChangedIn: async () => undefined,
		restartLeasesIn: async () => undefined,
	};
	const runs = createRunService({ database, experiments, execution: () => execution, holders: () => [] });
	const grown: LogGrowth[] = [];
	const blobs = await openFolderBlobs(join(dataFolder, 'blobs'));
	const files = await createRunFileService({
		database,
		blobs,
		dataFolder,
		runs,
		onWritten: () => undefined,
		onLogGrown: (_run, log) => grown.push(log),
		checkLease: async () => undefined,
		metricBytes: async () => 0,
		logBytesPerRunMax,
	});
	await workspaces.create({ name: 'lab' }, 'tester');
	const experiment = await experiments.find('0');
	const run = await runs.find(await runs.create(experiment, { id: 'capped' }, 'native', 'tester'));
	return {
		files,
		run,
		grown,
		endRun: () => runs.changeStatus(run.id, { to: 'Completed', actor: 'tester' }),
		append: (path, offset, text, seal = false) => files.appendLog(run.id, { path, offset, bytes: Buffer.from(text), seal }),
		async read(path) {
			const file = await files.find(run.id, path);
			return Buffer.concat(await files.read(file, { first: 0, last: file.size_bytes - 1 }).toArray()).toString();
		},
		async [Symbol.asyncDispose]() {
			await files.close();
			await database.close();
			await rm(dataFolder, { recursive: true });
		},
	};
}

const notice = (at: number, max: number): string =>
	`\n[runstead] This log was cut here, at byte ${at}: all logs of a run together may have ${max} bytes.\n`;

test('logs of a run are kept up to their limit together, and say where they were cut', async () => {
	await using services = await startServices({ logBytesPerRunMax: 20 });
	const { append, read, files, run } = services;
	expect(await append('a.log', 0, '0123456789')).toBe(10);
	expect(await append('b.log', 0, 'abcdefghi')).toBe(9);
	// 19 of 20: one byte is left, then none.
	expect(await append('b.log', 9, 'j')).toBe(10);
	expect(await read('b.log')).toBe('abcdefghij');
	const cutBytes = 10 + notice(10, 20).length;
	expect(await append('a.log', 10, 'more')).toBe(cutBytes);
	expect(await read('a.log')).toBe(`0123456789${notice(10, 20)}`);
	// A writer goes on as if nothing were, whatever it repeats.
	expect(await append('a.log', 14, ' and more')).toBe(cutBytes);
	expect(await append('a.log', 1_000, 'x')).toBe(1_001);
	expect(await append('b.log', 5, 'fghijklm')).toBe(cutBytes);
	expect(await read('b.log')).toBe(`abcdefghij${notice(10, 20)}`);
	const sealed = await append('a.log', 1_001, '', true);
	expect(sealed).toBe(1_001);
	expect(await read('a.log')).toBe(`0123456789${notice(10, 20)}`);
	expect(await files.space(run.id)).toEqual({ metricBytes: 0, artifactBytes: 0, logBytes: 20 + 2 * notice(10, 20).length });
});

test('an append that goes over the limit is kept up to it', async () => {
	await using services = await startServices({ logBytesPerRunMax: 10 });
	expect(await services.append('a.log', 0, '0123456789abc')).toBe(10 + notice(10, 10).length);
	expect(await services.read('a.log')).toBe(`0123456789${notice(10, 10)}`);
});

test('logs left open at the end of a run are sealed by the server; a late writer opens them again', async () => {
	await using services = await startServices();
	const { append, files, run, grown } = services;
	await append('a.log', 0, 'first part');
	await append('b.log', 0, 'whole', true);
	await append('c.log', 0, '');
	await files.sealAll(run);
	expect(grown.slice(0, 3)).toEqual([
		{ path: 'a.log', sizeBytes: 10, sealed: false },
		{ path: 'b.log', sizeBytes: 5, sealed: false },
		{ path: 'b.log', sizeBytes: 5, sealed: true },
	]);
	// Those that were open are sealed together, in no order.
	expect(grown.slice(3).sort((left, right) => left.path.localeCompare(right.path))).toEqual([
		{ path: 'a.log', sizeBytes: 10, sealed: true },
		{ path: 'c.log', sizeBytes: 0, sealed: true },
	]);
	expect(await append('a.log', 0, 'first part')).toBe(10);
	expect((await files.list(run.id, { limit: 10 })).files.map(({ sealed }) => sealed)).toEqual([true, true, true]);
	expect(await append('a.log', 10, ', late')).toBe(16);
	expect((await files.list(run.id, { limit: 10 })).files.map(({ sealed }) => sealed)).toEqual([false, true, true]);
	expect(await append('a.log', 16, '', true)).toBe(16);
	await expect(append('a.log', 16, 'x')).rejects.toMatchObject({ code: 'log-sealed' });
	await expect(append('b.log', 5, 'x')).rejects.toMatchObject({ code: 'log-sealed' });
	expect(await services.read('a.log')).toBe('first part, late');
});

test('tidying seals the logs of runs that ended a while ago', async () => {
	const now = systemClock();
	await using services = await startServices({ clock: () => now() - 3_600_000_000 });
	await services.append('a.log', 0, 'text');
	const isSealed = async (): Promise<boolean | undefined> => (await services.files.list(services.run.id, { limit: 1 })).files[0]?.sealed;
	await services.files.tidy();
	expect(await isSealed()).toBe(false);
	await services.endRun();
	await services.files.tidy();
	expect(await isSealed()).toBe(true);
});
