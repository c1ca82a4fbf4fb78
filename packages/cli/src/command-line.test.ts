/** What messages advise works where the person is, and asks no registry. */
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { callFrom } from './command-line.ts';
import { makeTemporaryFolder } from './testing/temporary-folder.ts';

const CLONE = fileURLToPath(new URL('../../..', import.meta.url));
const PROGRAMS = join(CLONE, 'node_modules', '.bin');

test('the command is called through npm in the clone, by its path elsewhere, and by its name where that is on the PATH', async () => {
	const folder = await makeTemporaryFolder();
	expect(callFrom(CLONE, { PATH: folder })).toBe('npx runstead');
	expect(callFrom(join(CLONE, 'examples', 'quickstart'), {})).toBe('npx runstead');
	expect(callFrom(folder, { PATH: '' })).toBe(join(PROGRAMS, 'runstead'));
	expect(callFrom(join(CLONE, '..'), {})).toBe(join(PROGRAMS, 'runstead'));
	const path = [folder, PROGRAMS].join(delimiter);
	expect(callFrom(folder, { PATH: path })).toBe('runstead');
	// npm puts it there for what it runs, and the shell of the person does not have it.
	expect(callFrom(CLONE, { PATH: path, npm_command: 'exec' })).toBe('npx runstead');
});
