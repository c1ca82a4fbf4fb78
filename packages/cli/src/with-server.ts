/** For commands that need a server, whether one runs or not. */
import { type Client, createClient } from '@runstead/client';
import { runningServerOrNull } from './running-server.ts';
import { start } from './start.ts';

/** Runs `work` with the server that uses the data folder; where none runs, with one on a free port, for that long. */
export async function withServer<T>(dataFolder: string, work: (client: Client) => Promise<T>): Promise<T> {
	const running = await runningServerOrNull(dataFolder);
	if (running !== null) return work(createClient({ url: running.url }));
	const server = await start({ host: '127.0.0.1', port: 0, dataFolder, database: process.env.RUNSTEAD_DATABASE });
	try {
		return await work(createClient({ url: server.url }));
	} finally {
		await server.stop();
	}
}
