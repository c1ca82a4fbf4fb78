/** Finding Python among programs that answer as various ones do. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findPython } from './find-python.mjs';

let folder: string;

beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), 'runstead-python-'));
});

afterEach(() => rm(folder, { recursive: true }));

/** A program that answers the question for its version, or fails. */
async function pretend(name: string, version: string | null): Promise<string> {
	const path = join(folder, name);
	await mkdir(join(path, '..'), { recursive: true });
	await writeFile(path, version === null ? '#!/bin/sh\nexit 1\n' : `#!/bin/sh\necho ${path}\necho ${version}\n`);
	await chmod(path, 0o755);
	return path;
}

test('takes python3, else python', async () => {
	const path = await pretend('python', '3.12.1');
	expect(await findPython({ PATH: folder })).toEqual({ path, version: '3.12.1' });
	const better = await pretend('python3', '3.9.0');
	expect(await findPython({ PATH: folder })).toEqual({ path: better, version: '3.9.0' });
});

test('passes over what is too old or does not run', async () => {
	await pretend('python3', '3.8.18');
	const path = await pretend('python', '4.0.0');
	expect(await findPython({ PATH: folder })).toEqual({ path, version: '4.0.0' });
	await pretend('python3', null);
	expect(await findPython({ PATH: folder })).toEqual({ path, version: '4.0.0' });
});

test('takes the chosen one and no other', async () => {
	await pretend('python3', '3.12.0');
	const path = await pretend('elsewhere/python3.10', '3.10.2');
	expect(await findPython({ PATH: folder, RUNSTEAD_PYTHON: path })).toEqual({ path, version: '3.10.2' });
	await expect(findPython({ PATH: folder, RUNSTEAD_PYTHON: join(folder, 'nowhere') })).rejects.toThrow('there is none');
});

test('says what it found and what to install', async () => {
	await pretend('python3', '3.8.18');
	await pretend('python', '2.7.18');
	await expect(findPython({ PATH: folder })).rejects.toThrow(
		'Runstead runs jobs with Python 3.9 or newer, and found only older ones: python3 is Python 3.8.18, python is Python 2.7.18.\nInstall it',
	);
	await expect(findPython({ PATH: join(folder, 'empty') })).rejects.toThrow('and there is none on the PATH');
});
