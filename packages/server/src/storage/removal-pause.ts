/**
 * While a backup reads a data folder, contents that nobody holds any more are left where they are: its copy of the database may
 * still name them. The server removes them at its next tidying. The two processes agree through a file that names the backup's.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = 'removal-pauses';

/** Begins a pause, which lasts until it is disposed of or this process ends. */
export function pauseRemovals(dataFolder: string): Disposable {
	const folder = join(dataFolder, FOLDER);
	const file = join(folder, String(process.pid));
	mkdirSync(folder, { recursive: true, mode: 0o700 });
	writeFileSync(file, '');
	return { [Symbol.dispose]: () => rmSync(file, { force: true }) };
}

/** Whether contents must stay. A content whose last holder had left before a pause began is not in the backup: it may go. */
export function areRemovalsPaused(dataFolder: string): boolean {
	return pausingProcesses(dataFolder).some((pid) => {
		if (isAlive(pid)) return true;
		rmSync(join(dataFolder, FOLDER, String(pid)), { force: true });
		return false;
	});
}

function pausingProcesses(dataFolder: string): number[] {
	try {
		return readdirSync(join(dataFolder, FOLDER)).map(Number);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
		throw error;
	}
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}
