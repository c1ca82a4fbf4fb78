/** `server.json`: where the server that uses a data folder can be reached. The server writes it when it listens and removes it when it stops. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from '@runstead/client';

export interface ServerFile {
	/** With the base path, without a slash at the end. */
	url: string;
	pid: number;
	startedTime: string;
	version: string;
}

async function readServerFileOrNull(dataFolder: string): Promise<ServerFile | null> {
	const text = await readFile(join(dataFolder, 'server.json'), 'utf8').catch(() => null);
	if (text === null) return null;
	try {
		return JSON.parse(text) as ServerFile;
	} catch {
		// Half written by a server that was killed in that moment.
		return null;
	}
}

export function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}

/** How long a server that is there may take to say so. */
const HEALTH_TIMEOUT_MS = 3_000;

/** The server that uses this data folder and answers, or null. A file that a killed server left behind does not count. */
export async function runningServerOrNull(dataFolder: string): Promise<ServerFile | null> {
	const file = await readServerFileOrNull(dataFolder);
	if (file === null || !isAlive(file.pid)) return null;
	const health = createClient({ url: file.url }).call('getHealth', { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) });
	return health.then(
		() => file,
		() => null,
	);
}
