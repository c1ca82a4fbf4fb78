/** How the person at the terminal calls this command, so that what a message advises works as it stands. */
import { existsSync } from 'node:fs';
import { delimiter, isAbsolute, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const CLONE = fileURLToPath(new URL('../../..', import.meta.url));
const FOLDER_OF_NPM = join('node_modules', '.bin');

/** npm puts such folders on the PATH of what it runs; they are not on that of the person's shell. */
function isOnPath({ PATH = '', npm_command: npmCommand }: NodeJS.ProcessEnv): boolean {
	const folders = PATH.split(delimiter).filter((folder) => folder !== '' && (npmCommand === undefined || !folder.endsWith(FOLDER_OF_NPM)));
	return folders.some((folder) => existsSync(join(folder, 'runstead')));
}

/** In the clone or in a folder of it, where npm finds the command; elsewhere it would ask its registry for one. */
function isInClone(folder: string): boolean {
	const path = relative(CLONE, folder);
	return !isAbsolute(path) && path.split(/[\\/]/)[0] !== '..';
}

/** `runstead` where it is on the PATH, `npx runstead` in the clone, elsewhere its whole path. */
export function callFrom(folder: string, environment: NodeJS.ProcessEnv): string {
	if (isOnPath(environment)) return 'runstead';
	if (isInClone(folder)) return 'npx runstead';
	const path = join(CLONE, FOLDER_OF_NPM, 'runstead');
	return path.includes(' ') ? `"${path}"` : path;
}

export const RUNSTEAD = callFrom(process.cwd(), process.env);
