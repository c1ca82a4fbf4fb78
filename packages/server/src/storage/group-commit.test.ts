import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
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
