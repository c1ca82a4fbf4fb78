/** How the person at the terminal calls this command. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** npm puts such folders on the PATH of what it runs; they are not on that of the person's shell. */
const FOLDER_OF_NPM = join('node_modules', '.bin');

function isInstalled(path: string): boolean {
	return path.split(delimiter).some((folder) => folder !== '' && !folder.endsWith(FOLDER_OF_NPM) && existsSync(join(folder, 'runstead')));
}

/** `runstead` where it is on the PATH; in a clone, through npm. */
export const RUNSTEAD = isInstalled(process.env.PATH ?? '') ? 'runstead' : 'npx runstead';
