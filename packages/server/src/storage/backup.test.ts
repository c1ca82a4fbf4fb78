/** Backup and restore of a data folder that is being written to. */
import { existsSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { backUp, restore } from './backup.ts';

let folder: string;
let data: string;
let database: DatabaseSync;

beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'runstead-backup-'));
	data = join(folder, 'data');
	await mkdir(join(data, 'secrets'), { recursive: true });
	await mkdir(join(data, 'blobs', 'ab'), { recursive: true });
	await mkdir(join(data, 'nodes', 'local'), { recursive: true });
	await writeFile(join(data, 'secrets', 'signing-key'), 'key');
	await writeFile(join(data, 'blobs', 'ab', 'abcd'), 'content');
	await writeFile(join(data, 'nodes', 'local', 'agent.log'), 'of this machine');
	await writeFile(join(data, 'server.json'), '{}');
	database = new DatabaseSync(join(data, 'runstead.db'));
	database.exec('pragma journal_mode = wal; create table thing (name text); pragma user_version = 7');
	database.exec("insert into thing values ('first')");
});

afterEach(async () => {
	database.close();
	await rm(folder, { recursive: true });
});

const names = (file: string) => {
	const copy = new DatabaseSync(file, { readOnly: true });
	const rows = copy.prepare('select name from thing order by name').all() as { name: string }[];
	const version = copy.prepare('pragma user_version').get() as { user_version: number };
	copy.close();
	return { names: rows.map((row) => row.name), version: version.user_version };
};

test('a restored backup holds what was committed, contents and secrets, and nothing of the running server', async () => {
	database.exec("begin immediate; insert into thing values ('not committed')");
	const { manifest } = await backUp(data, join(folder, 'backup'), '1.2.3');
	database.exec('rollback');
	expect(manifest).toEqual({ format: 1, version: '1.2.3', createdTime: expect.any(String), withDatabase: true });
	expect(await restore(join(folder, 'backup'), join(folder, 'restored'))).toEqual(manifest);
	expect((await readdir(join(folder, 'restored'), { recursive: true })).toSorted()).toEqual([
		'blobs',
		'blobs/ab',
		'blobs/ab/abcd',
		'runstead.db',
		'secrets',
		'secrets/signing-key',
	]);
	expect(names(join(folder, 'restored', 'runstead.db'))).toEqual({ names: ['first'], version: 7 });
	expect(await readFile(join(folder, 'restored', 'blobs', 'ab', 'abcd'), 'utf8')).toBe('content');
});

test('a second backup into the same folder copies only what is new', async () => {
	const target = join(folder, 'backup');
	expect((await backUp(data, target, '1')).copiedFiles).toBe(3);
	await writeFile(join(data, 'blobs', 'ab', 'ab12'), 'more');
	database.exec("insert into thing values ('second')");
	expect((await backUp(data, target, '1')).copiedFiles).toBe(2);
	await appendFile(join(data, 'blobs', 'ab', 'ab12'), ' and more');
	expect((await backUp(data, target, '1')).copiedFiles).toBe(2);
	await restore(target, join(folder, 'restored'));
	expect(names(join(folder, 'restored', 'runstead.db')).names).toEqual(['first', 'second']);
	expect(await readFile(join(folder, 'restored', 'blobs', 'ab', 'ab12'), 'utf8')).toBe('more and more');
});

test('says what is wrong with a folder', async () => {
	await expect(backUp(folder, join(folder, 'backup'), '1')).rejects.toThrow(`${folder} is not a data folder.`);
	await expect(backUp(data, data, '1')).rejects.toThrow(`${data} holds something else than a backup.`);
	await expect(restore(data, join(folder, 'restored'))).rejects.toThrow(`${data} is not a backup: it has no backup.json.`);
	await backUp(data, join(folder, 'backup'), '1');
	await expect(restore(join(folder, 'backup'), data)).rejects.toThrow(`${data} holds data already; a restore would mix with it.`);
	await writeFile(join(folder, 'backup', 'backup.json'), '{"format":2,"version":"9.9"}');
	await expect(restore(join(folder, 'backup'), join(folder, 'restored'))).rejects.toThrow('was made by release 9.9, in a newer format.');
	expect(existsSync(join(folder, 'restored'))).toBe(false);
});
