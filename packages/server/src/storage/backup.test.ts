/** Backup of a server that is being written to, and restore: what was committed is there, whole; what is damaged is found. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, cp, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Client, createClient } from '@runstead/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startServer } from '../main.ts';
import { createPostgresDatabase } from '../testing/postgres-database.ts';
import { ENGINES, startTestApp, type TestApp } from '../testing/test-app.ts';
import { backUp, restore } from './backup.ts';
import { pauseRemovals } from './removal-pause.ts';

let folder: string;
let target: string;
let restored: string;

beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'runstead-backup-'));
	target = join(folder, 'backup');
	restored = join(folder, 'restored');
});

afterEach(() => rm(folder, { recursive: true }));

const hashOf = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const read = async (client: Client, path: string): Promise<string> =>
	(await client.open('readRunFile', { params: { run: 'backed-up', '*': path } })).text();

/** A run with a log that grows, an artifact and a snapshot. */
async function furnish({ client, experiment }: Pick<TestApp, 'client' | 'experiment'>): Promise<void> {
	await client.call('createRun', { params: { experiment }, body: { id: 'backed-up' } });
	await client.call('appendLog', { params: { run: 'backed-up', '*': 'a.log' }, query: { offset: 0 }, body: 'one ' });
	await client.call('writeRunFile', { params: { run: 'backed-up', '*': 'model.txt' }, body: 'a model' });
	await client.call('uploadSnapshotContent', { params: { workspace: 'lab', sha256: hashOf('code') }, body: 'code' });
	await client.call('createSnapshot', {
		params: { workspace: 'lab' },
		body: { files: [{ path: 'train.py', sizeBytes: 4, sha256: hashOf('code') }] },
	});
}

async function withRestored(work: (client: Client) => Promise<void>): Promise<void> {
	const server = await startServer({ host: '127.0.0.1', port: 0, dataFolder: restored });
	try {
		await work(createClient({ url: server.url }));
	} finally {
		await server.stop();
	}
}

/** It is sound, and says something else. */
async function changeDatabase(copy: string): Promise<void> {
	const database = new DatabaseSync(join(copy, 'runstead.db'));
	database.exec("update run set display_name = 'another'");
	database.close();
}

describe('a backup', () => {
	it('holds what was committed, with all contents, and nothing of the running server', async () => {
		await using app = await startTestApp();
		await furnish(app);
		const { manifest } = await backUp(app.dataFolder, target, '1.2.3');
		expect(manifest).toEqual({
			format: 1,
			version: '1.2.3',
			createdTime: expect.any(String),
			withDatabase: true,
			sha256: expect.any(Object),
		});
		await app.client.call('appendLog', { params: { run: 'backed-up', '*': 'a.log' }, query: { offset: 4 }, body: 'after the backup' });
		expect(await restore(target, restored)).toEqual(manifest);
		expect((await readdir(restored)).toSorted()).toEqual([
			'blobs',
			'data-uploads',
			'database.json',
			'logs',
			'runstead.db',
			'secrets',
			'set-uploads',
			'uploads',
		]);
		await withRestored(async (client) => {
			expect(await read(client, 'a.log')).toBe('one ');
			expect(await read(client, 'model.txt')).toBe('a model');
			expect(
				await client.call('checkSnapshot', {
					params: { workspace: 'lab' },
					body: { files: [{ path: 'x', sizeBytes: 4, sha256: hashOf('code') }] },
				}),
			).toEqual({ missing: [] });
			expect(await client.call('appendLog', { params: { run: 'backed-up', '*': 'a.log' }, query: { offset: 4 }, body: 'two' })).toEqual({
				sizeBytes: 7,
			});
			expect(await read(client, 'a.log')).toBe('one two');
		});
	});

	it('is whole although files come and go meanwhile', async () => {
		await using app = await startTestApp();
		await furnish(app);
		let isDone = false;
		const churn = async (name: string): Promise<void> => {
			for (let offset = 0; !isDone; ) {
				const params = { run: 'backed-up', '*': `${name}.bin` };
				await app.client.call('writeRunFile', { params, body: randomBytes(20_000) });
				const { sizeBytes } = await app.client.call('appendLog', {
					params: { run: 'backed-up', '*': `${name}.log` },
					query: { offset },
					body: randomBytes(3_000),
				});
				offset = sizeBytes;
				await app.client.call('deleteRunFile', { params });
			}
		};
		const churning = Promise.all(['x', 'y', 'z'].map(churn));
		try {
			for (let round = 0; round < 5; round++) {
				const copy = join(folder, `backup-${round}`);
				await backUp(app.dataFolder, copy, '1');
				// A restore verifies every content and log against the database.
				await restore(copy, join(folder, `restored-${round}`));
			}
		} finally {
			isDone = true;
			await churning;
		}
	});

	it('keeps contents from being removed only as long as it reads', async () => {
		await using app = await startTestApp();
		await furnish(app);
		const file = join(app.dataFolder, 'blobs', hashOf('a model').slice(0, 2), hashOf('a model').slice(2));
		const remove = (path: string) => app.client.call('deleteRunFile', { params: { run: 'backed-up', '*': path } });
		{
			using _pause = pauseRemovals(app.dataFolder);
			await remove('model.txt');
			await app.client.call('writeRunFile', { params: { run: 'backed-up', '*': 'other.txt' }, body: 'other' });
			expect(existsSync(file)).toBe(true);
			// What an earlier backup, which was killed, left behind holds up nobody.
			await writeFile(join(app.dataFolder, 'removal-pauses', '99999999'), '');
		}
		await remove('other.txt');
		const other = join(app.dataFolder, 'blobs', hashOf('other').slice(0, 2), hashOf('other').slice(2));
		await expect.poll(() => existsSync(other)).toBe(false);
		expect(await readdir(join(app.dataFolder, 'removal-pauses'))).toEqual([]);
		// The next tidying takes what was left, once it is a day old.
		await utimes(file, 0, 0);
		await using _again = await app.restart();
		await expect.poll(() => existsSync(file)).toBe(false);
	});

	it('into the same folder copies only what is new', async () => {
		await using app = await startTestApp();
		await furnish(app);
		// Database, which one it is, two keys, agent's token, log, artifact and source file.
		expect((await backUp(app.dataFolder, target, '1')).copiedFiles).toBe(8);
		await app.client.call('writeRunFile', { params: { run: 'backed-up', '*': 'more.txt' }, body: 'more' });
		expect((await backUp(app.dataFolder, target, '1')).copiedFiles).toBe(2);
		await app.client.call('appendLog', { params: { run: 'backed-up', '*': 'a.log' }, query: { offset: 4 }, body: 'two' });
		expect((await backUp(app.dataFolder, target, '1')).copiedFiles).toBe(2);
		await restore(target, restored);
		await withRestored(async (client) => {
			expect([await read(client, 'a.log'), await read(client, 'more.txt')]).toEqual(['one two', 'more']);
		});
	});

	it('that was made over another one leaves that good until it is whole', async () => {
		await using app = await startTestApp();
		await furnish(app);
		await backUp(app.dataFolder, target, '1');
		await writeFile(join(app.dataFolder, 'secrets', 'agent-token'), 'another');
		await app.client.call('writeRunFile', { params: { run: 'backed-up', '*': 'more.txt' }, body: 'more' });
		const blob = join(app.dataFolder, 'blobs', hashOf('more').slice(0, 2), hashOf('more').slice(2));
		await rm(blob);
		await expect(backUp(app.dataFolder, target, '1')).rejects.toThrow('lacks 1 files');
		await cp(target, join(folder, 'as-left'), { recursive: true });
		await restore(join(folder, 'as-left'), restored);
		expect((await readdir(restored)).filter((name) => name.endsWith('.new'))).toEqual([]);
		await writeFile(blob, 'more');
		await backUp(app.dataFolder, target, '1');
		await writeFile(join(target, 'secrets', 'agent-token'), 'a third');
		await expect(restore(target, join(folder, 'again'))).rejects.toThrow('not what they were: secrets/agent-token.');
	});

	it('that is damaged is not restored', async () => {
		await using app = await startTestApp();
		await furnish(app);
		await app.client.call('appendLog', { params: { run: 'backed-up', '*': 'a.log' }, query: { offset: 4, seal: true }, body: 'two' });
		await backUp(app.dataFolder, target, '1');
		const blob = join('blobs', hashOf('a model').slice(0, 2), hashOf('a model').slice(2));
		const log = (await readdir(join(target, 'logs'), { recursive: true })).find((path) => path.includes('/')) as string;
		const damages: [string, (copy: string) => Promise<void>][] = [
			[blob, (copy) => rm(join(copy, blob))],
			[blob, (copy) => writeFile(join(copy, blob), 'a modem')],
			[join('logs', log), (copy) => writeFile(join(copy, 'logs', log), 'one')],
			[join('logs', log), (copy) => writeFile(join(copy, 'logs', log), 'one TWO')],
			[blob, (copy) => appendFile(join(copy, blob), '!')],
			['runstead.db', (copy) => writeFile(join(copy, 'runstead.db'), randomBytes(10_000))],
			['runstead.db', changeDatabase],
			[join('secrets', 'signing-key'), (copy) => appendFile(join(copy, 'secrets', 'signing-key'), '!')],
			[join('secrets', 'sealing-key'), (copy) => rm(join(copy, 'secrets', 'sealing-key'))],
		];
		for (const [path, damage] of damages) {
			const copy = join(folder, 'damaged');
			await cp(target, copy, { recursive: true });
			await damage(copy);
			await expect(restore(copy, restored)).rejects.toThrow(`${copy} is damaged: 1 files are missing or not what they were: ${path}.`);
			expect([existsSync(restored), existsSync(`${restored}.restoring`)]).toEqual([false, false]);
			await rm(copy, { recursive: true });
		}
		await restore(target, restored);
	});

	it('says what is wrong with a folder', async () => {
		await using app = await startTestApp();
		await expect(backUp(folder, target, '1')).rejects.toThrow(`${folder} is not a data folder.`);
		await expect(backUp(app.dataFolder, app.dataFolder, '1')).rejects.toThrow(`${app.dataFolder} holds something else than a backup.`);
		await expect(restore(app.dataFolder, restored)).rejects.toThrow(`${app.dataFolder} is not a backup: it has no backup.json.`);
		const within = join(app.dataFolder, 'backup');
		await expect(backUp(app.dataFolder, within, '1')).rejects.toThrow(`${within} lies in the data folder itself.`);
		expect(existsSync(within)).toBe(false);
		await backUp(app.dataFolder, target, '1');
		await expect(restore(target, join(target, 'here'))).rejects.toThrow(`${join(target, 'here')} lies in the backup itself.`);
		await expect(restore(target, app.dataFolder)).rejects.toThrow(`${app.dataFolder} holds data already; a restore would mix with it.`);
		await writeFile(join(target, 'backup.json'), '{"format":2,"version":"9.9"}');
		await expect(restore(target, restored)).rejects.toThrow('was made by release 9.9, in a newer format.');
		for (const text of ['', '{', 'null']) {
			await writeFile(join(target, 'backup.json'), text);
			await expect(restore(target, restored)).rejects.toThrow(`${target} is damaged: its backup.json cannot be read.`);
		}
		await writeFile(join(target, 'backup.json'), '{"format":1,"version":"1","withDatabase":true}');
		await rm(join(target, 'runstead.db'));
		await expect(restore(target, restored)).rejects.toThrow('is damaged: 1 files are missing or not what they were: runstead.db.');
		expect(existsSync(restored)).toBe(false);
	});

	it('of a data folder that lacks what its database names is refused', async () => {
		await using app = await startTestApp();
		await furnish(app);
		const blob = join('blobs', hashOf('a model').slice(0, 2), hashOf('a model').slice(2));
		await rm(join(app.dataFolder, blob));
		await expect(backUp(app.dataFolder, target, '1')).rejects.toThrow(`${app.dataFolder} lacks 1 files that its database names: ${blob}.`);
	});
});

describe.runIf(ENGINES.includes('postgres'))('with PostgreSQL a backup', () => {
	it('holds everything but the tables', async () => {
		await using app = await startTestApp({ engine: 'postgres' });
		await furnish(app);
		const { manifest, copiedFiles } = await backUp(app.dataFolder, target, '1');
		expect([manifest.withDatabase, copiedFiles]).toEqual([false, 7]);
		await restore(target, restored);
		expect((await readdir(restored)).toSorted()).toEqual([
			'blobs',
			'data-uploads',
			'database.json',
			'logs',
			'secrets',
			'set-uploads',
			'uploads',
		]);
	});

	it('names the contents that are not here, and is told by its own when they are damaged', async () => {
		await using database = await disposableDatabase();
		const server = await startServer({ host: '127.0.0.1', port: 0, dataFolder: join(folder, 'data'), database: database.url });
		const client = createClient({ url: server.url });
		await client.call('createWorkspace', { body: { name: 'lab' } });
		const { id: experiment } = await client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: 'ridge' } });
		await furnish({ client, experiment });
		await server.stop();
		const { isChecked } = await backUp(join(folder, 'data'), target, '1', database.url);
		expect(isChecked).toBe(true);
		const blob = join('blobs', hashOf('a model').slice(0, 2), hashOf('a model').slice(2));
		await appendFile(join(target, blob), '!');
		await expect(restore(target, restored)).rejects.toThrow(`not what they were: ${blob}.`);
		await rm(join(folder, 'data', blob));
		await expect(backUp(join(folder, 'data'), join(folder, 'other'), '1', database.url)).rejects.toThrow(
			`lacks 1 files that its database names: ${blob}.`,
		);
	});
});

async function disposableDatabase() {
	const database = await createPostgresDatabase();
	return { url: database.url, [Symbol.asyncDispose]: () => database.drop() };
}
