import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { GroupCommit, type WriteConnection } from './group-commit.ts';
import { openSqlite } from './sqlite.ts';
import { systemClock } from './unit-of-work.ts';

it('what is committed stays so when someone who is told of it fails, and the next change goes on', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'runstead-test-'));
	const errors: unknown[] = [];
	const database = await openSqlite(join(folder, 'test.db'), {
		clock: systemClock(),
		onEvents: () => {
			throw new Error('a listener fails');
		},
		onError: (error) => errors.push((error as Error).message),
	});
	try {
		const put = (key: string, action: () => void) =>
			database.write(async (unit) => {
				await unit.db.insertInto('server').values({ key, value: 'kept' }).execute();
				unit.emit({ workspaceKey: null, type: 'workspace.created', subject: key, actor: 'test', data: { name: key } });
				unit.afterCommit(action);
				return key;
			});
		const done: string[] = [];
		const failing = put('first', () => {
			throw new Error('an action fails');
		});
		const beside = put('second', () => done.push('second'));
		const refused = database.write(async () => {
			throw new Error('a change fails');
		});
		await expect(refused).rejects.toThrow('a change fails');
		expect([await failing, await beside, await put('third', () => done.push('third'))]).toEqual(['first', 'second', 'third']);
		expect(done).toEqual(['second', 'third']);
		// Once for each commit: the first two changes share one, or each has its own.
		const told = errors.filter((error) => error === 'a listener fails');
		expect([2, 3]).toContain(told.length);
		expect(errors).toHaveLength(told.length + 1);
		expect(errors).toContain('an action fails');
		expect(
			(await database.read.selectFrom('event').select(['sequence', 'subject']).orderBy('sequence').execute()).map(({ subject }) => subject),
		).toEqual(['first', 'second', 'third']);
	} finally {
		await database.close();
		rmSync(folder, { recursive: true });
	}
});

describe('while a transaction is synced', () => {
	/** Commits over a connection that does nothing, whose syncs end when the test says so. */
	function commitsWithHeldSyncs() {
		const executed: string[] = [];
		const syncs: PromiseWithResolvers<void>[] = [];
		const connection = {
			execute: async (sql: string) => {
				executed.push(sql);
				return [];
			},
			send: () => undefined,
		} as unknown as WriteConnection;
		const commits = new GroupCommit(
			{
				begin: [],
				isUndoneByFailure: false,
				withConnection: (work) => work(connection),
				sync() {
					const sync = Promise.withResolvers<void>();
					syncs.push(sync);
					return sync.promise;
				},
				fatalErrorOrNull: () => null,
			},
			systemClock(),
			{ onEvents: () => undefined, onError: () => undefined },
		);
		const told: string[] = [];
		const change = (name: string) =>
			commits
				.write(async () => name)
				.then(
					() => void told.push(name),
					(error: Error) => void told.push(`${name}: ${error.message}`),
				);
		const committed = (count: number) => vi.waitFor(() => expect(executed.filter((sql) => sql === 'commit')).toHaveLength(count));
		return { commits, change, committed, syncs, told };
	}

	it('the next ones are made, share the sync after it, and hear of nothing before that', async () => {
		const { commits, change, committed, syncs, told } = commitsWithHeldSyncs();
		const changes = [change('first')];
		await committed(1);
		changes.push(change('second'));
		await committed(2);
		changes.push(change('third'));
		await committed(3);
		expect([syncs.length, told]).toEqual([1, []]);
		syncs[0]?.resolve();
		await changes[0];
		expect([syncs.length, told]).toEqual([2, ['first']]);
		const drained = commits.drain().then(() => told.push('drained'));
		syncs[1]?.resolve();
		await Promise.all([...changes, drained]);
		expect([syncs.length, told]).toEqual([2, ['first', 'second', 'third', 'drained']]);
	});

	it('a failure is told to what it was for, and not to what comes after it', async () => {
		const { change, committed, syncs, told } = commitsWithHeldSyncs();
		const changes = [change('first')];
		await committed(1);
		changes.push(change('second'));
		await committed(2);
		syncs[0]?.reject(new Error('the disk is away'));
		await changes[0];
		syncs[1]?.resolve();
		await Promise.all(changes);
		expect(told).toEqual(['first: the disk is away', 'second']);
	});
});
