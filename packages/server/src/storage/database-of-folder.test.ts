/** A data folder and its database: what belongs together is found again, and what does not is refused before anything is lost. */
import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@runstead/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startServer } from '../main.ts';
import { createPostgresDatabase, POSTGRES_URL } from '../testing/postgres-database.ts';
import { databaseOfFolder, keepDatabaseOfFolder } from './database-of-folder.ts';

let folder: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'runstead-folder-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('the database of a data folder', () => {
	it('is the one that it was used with, where its address had no password', () => {
		expect([databaseOfFolder(folder, undefined), databaseOfFolder(folder, 'postgres://db/a')]).toEqual([undefined, 'postgres://db/a']);
		keepDatabaseOfFolder(folder, 'postgres://me@db/a', 'one');
		expect([databaseOfFolder(folder, undefined), databaseOfFolder(folder, 'postgres://db/b')]).toEqual([
			'postgres://me@db/a',
			'postgres://db/b',
		]);
	});

	it('is to be named again where it has a password, which is not kept', () => {
		for (const address of ['postgres://me:secret@db/a', 'postgres://me@db/a?password=secret']) {
			keepDatabaseOfFolder(folder, address, 'one');
			expect(readFileSync(join(folder, 'database.json'), 'utf8')).not.toContain('secret');
			expect(() => databaseOfFolder(folder, undefined)).toThrow(
				`${folder} belongs to the database postgres://me@db/a, whose password is not kept.`,
			);
			expect(databaseOfFolder(folder, address)).toBe(address);
		}
	});

	it('is no other one: contents of the one are none of the other', async () => {
		keepDatabaseOfFolder(folder, 'postgres://me@db/a', 'one');
		keepDatabaseOfFolder(folder, 'postgres://moved/a', 'one');
		expect(() => keepDatabaseOfFolder(folder, 'postgres://me@db/b', 'two')).toThrow(
			'belongs to another database: it was used with postgres://moved/a',
		);
		const own = join(folder, 'sqlite');
		const server = await startServer({ host: '127.0.0.1', port: 0, dataFolder: own });
		await server.stop();
		await expect(startServer({ host: '127.0.0.1', port: 0, dataFolder: own, database: 'postgres://me@db/a' })).rejects.toThrow(
			`${own} belongs to the SQLite database in it, not to postgres://me@db/a.`,
		);
	});
});

describe.skipIf(POSTGRES_URL === undefined)('servers on one PostgreSQL', () => {
	const startIn = (name: string, database: string | undefined, newKeys = false) =>
		startServer({ host: '127.0.0.1', port: 0, dataFolder: join(folder, name), database, newKeys });

	it('a folder is started again without naming the database', async () => {
		await using database = await disposable();
		const first = await startIn('one', database.url);
		await createClient({ url: first.url }).call('createWorkspace', { body: { name: 'lab' } });
		await first.stop();
		if (new URL(database.url).password !== '') return;
		const again = await startIn('one', undefined);
		const { workspaces } = await createClient({ url: again.url }).call('listWorkspaces', {});
		await again.stop();
		expect([workspaces.map(({ name }) => name), existsSync(join(folder, 'one', 'runstead.db'))]).toEqual([['lab'], false]);
	});

	it('need the same keys, and say which are lacking', async () => {
		await using database = await disposable();
		const first = await startIn('one', database.url);
		await expect(startIn('two', database.url)).rejects.toThrow('The database was used with other keys');
		cpSync(join(folder, 'one', 'secrets'), join(folder, 'two', 'secrets'), { recursive: true });
		const second = await startIn('two', database.url);
		const keysOf = async (url: string) => (await createClient({ url }).call('diagnose')).checks.find(({ name }) => name === 'keys');
		const sound = { name: 'keys', ok: true, value: 'those that the database is used with' };
		expect([await keysOf(first.url), await keysOf(second.url)]).toEqual([sound, sound]);
		copyFileSync(join(folder, 'two', 'secrets', 'signing-key'), join(folder, 'two', 'secrets', 'sealing-key'));
		expect(await keysOf(second.url)).toEqual({ name: 'keys', ok: false, value: 'sealing-key: not those that the database is used with' });
		for (const server of [first, second]) await server.stop();
		await expect(startIn('two', database.url)).rejects.toThrow(`${join(folder, 'two', 'secrets', 'sealing-key')} is not the same.`);
		await (await startIn('two', database.url, true)).stop();
		await expect(startIn('one', database.url)).rejects.toThrow('sealing-key');
	});
});

async function disposable() {
	const database = await createPostgresDatabase();
	return { url: database.url, [Symbol.asyncDispose]: () => database.drop() };
}
