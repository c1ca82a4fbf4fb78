/** For commands that need a server, whether one runs or not. */
import { existsSync } from 'node:fs';
import { type Client, createClient } from '@runstead/client';
import { CommandError } from './command.ts';
import { RUNSTEAD } from './command-line.ts';
import { dataFolderOf } from './data-folder.ts';
import { openServerOrNull, type ServerOptions } from './open-workspace.ts';
import { runningServerOrNull } from './running-server.ts';
import { start } from './start.ts';

/** Runs `work` with the server that uses the data folder; where none runs, with one on a free port, for that long. */
export async function withServer<T>(dataFolder: string, work: (client: Client) => Promise<T>): Promise<T> {
	const running = await runningServerOrNull(dataFolder);
	// Whoever names a token is whom it stands for, here as elsewhere.
	const token = process.env.RUNSTEAD_TOKEN || undefined;
	if (running !== null) return work(createClient({ url: running.url, token }));
	const server = await start({
		host: '127.0.0.1',
		port: 0,
		tlsPort: null,
		dataFolder,
		database: process.env.RUNSTEAD_DATABASE || undefined,
	});
	try {
		return await work(createClient({ url: server.url, token }));
	} finally {
		await server.stop();
	}
}

/**
 * Runs `work` with the server that is named; else with the data folder that is there, whether a server uses it or not; else with the
 * server that other commands would find.
 */
export async function withServerMeant<T>(options: ServerOptions, work: (client: Client) => Promise<T>): Promise<T> {
	const dataFolder = dataFolderOf(options);
	const isNamed = options.url !== undefined || (options.data === undefined && Boolean(process.env.RUNSTEAD_URL));
	if (!isNamed && existsSync(dataFolder)) return withServer(dataFolder, work);
	const client = await openServerOrNull(options);
	if (client !== null) return work(client);
	throw new CommandError(
		`There is no data folder ${dataFolder}.`,
		`Name it with --data, a server with --url, or start one first: ${RUNSTEAD} up`,
	);
}
