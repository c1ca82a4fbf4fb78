/** `server.json` in the data folder: where the server of this folder is, for agents, commands and people. And the lock that makes it the only one. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface ServerFile {
	readonly url: string;
	/** The same server over TLS; null while that is off. */
	readonly httpsUrl: string | null;
	readonly pid: number;
	readonly startedTime: string;
	readonly version: string;
}

export function serverFileOf(dataFolder: string): string {
	return join(dataFolder, 'server.json');
}

export function writeServerFile(dataFolder: string, content: ServerFile): void {
	const file = serverFileOf(dataFolder);
	writeFileSync(`${file}.new`, `${JSON.stringify(content, null, '\t')}\n`, { mode: 0o600 });
	renameSync(`${file}.new`, file);
}

export function readServerFileOrNull(dataFolder: string): ServerFile | null {
	try {
		return JSON.parse(readFileSync(serverFileOf(dataFolder), 'utf8')) as ServerFile;
	} catch {
		return null;
	}
}

export function removeServerFile(dataFolder: string): void {
	rmSync(serverFileOf(dataFolder), { force: true });
}

/** Another server uses the data folder. */
export class DataFolderInUseError extends Error {
	override readonly name = 'DataFolderInUseError';
	/** What the other server wrote about itself; null if it has not said yet. */
	readonly other: ServerFile | null;

	constructor(dataFolder: string, other: ServerFile | null) {
		super(`Another server uses ${dataFolder}${other ? `: ${other.url} (process ${other.pid})` : ''}.`);
		this.other = other;
	}
}

/**
 * Takes the data folder for this process until it ends, however it ends: the system takes the lock of SQLite back.
 * @throws {DataFolderInUseError}
 */
export function lockDataFolder(dataFolder: string): { release(): void } {
	const lock = new DatabaseSync(join(dataFolder, 'lock.db'));
	try {
		lock.exec('pragma busy_timeout = 0');
		lock.exec('begin exclusive');
	} catch (error) {
		lock.close();
		throw Object.assign(new DataFolderInUseError(dataFolder, readServerFileOrNull(dataFolder)), { cause: error });
	}
	return { release: () => lock.close() };
}
