/** Which program `runstead.mjs` runs: the compiled one only as long as it is what the sources say. In a clone of a few files of its own. */
import { execFile } from 'node:child_process';
import { cp, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeTemporaryFolder } from './testing/temporary-folder.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const SOURCE = 'packages/cli/src/main.ts';
const COMPILED = 'packages/cli/dist/main.mjs';
let clone: string;

const write = (path: string, text: string) => writeFile(join(clone, path), text);
const run = async () => (await promisify(execFile)(process.execPath, [join(clone, 'packages/cli/src/runstead.mjs')])).stdout.trim();

async function writeSources(): Promise<void> {
	const { size, mtimeMs } = await stat(join(clone, SOURCE));
	await write('packages/cli/dist/sources.json', JSON.stringify([[SOURCE, size, mtimeMs]]));
}

beforeEach(async () => {
	clone = await makeTemporaryFolder();
	for (const folder of ['src', 'dist']) await mkdir(join(clone, 'packages/cli', folder), { recursive: true });
	for (const name of ['runstead.mjs', 'compiled-program.mjs']) await cp(join(HERE, name), join(clone, 'packages/cli/src', name));
	await write('package.json', '{ "type": "module" }');
	await write(SOURCE, `console.log('sources')`);
	await write(COMPILED, `console.log('compiled')`);
});

afterEach(() => rm(clone, { recursive: true, force: true }));

test('the compiled program runs while its sources are as they were', async () => {
	await writeSources();
	expect(await run()).toBe('compiled');
});

test('a source that has changed since is run itself', async () => {
	await writeSources();
	await write(SOURCE, `console.log('changed sources')`);
	expect(await run()).toBe('changed sources');
});

test('a source that was moved away stops the compiled program, too', async () => {
	await writeSources();
	const { size, mtimeMs } = await stat(join(clone, SOURCE));
	await write('packages/cli/dist/sources.json', JSON.stringify([['packages/cli/src/gone.ts', size, mtimeMs]]));
	expect(await run()).toBe('sources');
});

test.each(['', '[["packages/cli/src'])('what was compiled halfway is none: %j', async (text) => {
	await write('packages/cli/dist/sources.json', text);
	expect(await run()).toBe('sources');
});
