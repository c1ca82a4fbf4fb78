/** Finds the server that uses a data folder. */
import { createClient } from '@runstead/client';
import { readServerFileOrNull, type ServerFile } from '@runstead/server/server-file';

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
	const file = readServerFileOrNull(dataFolder);
	if (file === null || !isAlive(file.pid)) return null;
	const health = createClient({ url: file.url }).call('getHealth', { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) });
	return health.then(
		() => file,
		() => null,
	);
}
