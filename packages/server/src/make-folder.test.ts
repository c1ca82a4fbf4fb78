import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeFolder } from './make-folder.ts';

let root: string;
beforeAll(async () => {
	root = await mkdtemp(join(tmpdir(), 'runstead-folder-'));
});
afterAll(() => rm(root, { recursive: true }));

it('makes a folder with its parents, says which was the first, and leaves one that is there', async () => {
	expect(await makeFolder(join(root, 'a/b/c'), { mode: 0o700 })).toBe(join(root, 'a'));
	expect((await stat(join(root, 'a/b/c'))).mode & 0o777).toBe(0o700);
	expect(await makeFolder(join(root, 'a/b/c'))).toBe(null);
	expect(await Promise.all(Array.from({ length: 8 }, () => makeFolder(join(root, 'd/e'))))).toContain(join(root, 'd'));
});

it('says at once what cannot be made', async () => {
	await writeFile(join(root, 'file'), '');
	await expect(makeFolder(join(root, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
	await expect(makeFolder(join(root, 'file/below/it'))).rejects.toMatchObject({ code: 'ENOTDIR' });
});

it.runIf(process.platform === 'linux')('says so too where the system only says that something is missing', async () => {
	await expect(makeFolder('/proc/no-such-folder')).rejects.toMatchObject({ code: 'ENOENT' });
	await expect(makeFolder('/proc/no-such-folder/below')).rejects.toMatchObject({ code: 'ENOENT', path: '/proc/no-such-folder' });
});
