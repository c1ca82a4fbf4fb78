/** A real server for one test: its own folder, its own port, its own database; gone when the test is. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@runstead/client';
import type { ServerConfig } from '../config.ts';
import { type RunningServer, startServer } from '../main.ts';
import { createPostgresDatabase, POSTGRES_URL } from './postgres-database.ts';

export type Engine = 'sqlite' | 'postgres';

export const ENGINES: readonly Engine[] = POSTGRES_URL ? ['sqlite', 'postgres'] : ['sqlite'];

export interface TestApp extends AsyncDisposable {
	readonly server: RunningServer;
	readonly url: string;
	readonly dataFolder: string;
	readonly client: ReturnType<typeof createClient>;
	/** Workspace `lab` with experiment `ridge`. */
	readonly workspace: string;
	readonly experiment: string;
	/** Stops the server and starts another one over the same data. */
	restart(): Promise<TestApp>;
	/** Another server on the same database, which is PostgreSQL. */
	beside(): Promise<Pick<TestApp, 'client'> & AsyncDisposable>;
}

export interface TestAppOptions {
	readonly engine?: Engine;
	/** False where the test itself is the agent: no process of this machine takes jobs then. */
	readonly agent?: boolean;
	readonly config?: Partial<ServerConfig>;
}

export async function startTestApp({ engine = 'sqlite', agent = true, config = {} }: TestAppOptions = {}): Promise<TestApp> {
	const dataFolder = mkdtempSync(join(tmpdir(), 'runstead-test-'));
	const database = engine === 'postgres' ? await createPostgresDatabase() : null;
	let running: RunningServer | null = null;
	const release = async (): Promise<void> => {
		await running?.stop({ jobs: agent });
		running = null;
		rmSync(dataFolder, { recursive: true, force: true });
		await database?.drop();
	};
	const serverOver = (folder: string): Promise<RunningServer> =>
		startServer({
			host: '127.0.0.1',
			port: 0,
			dataFolder: folder,
			...(database && { database: database.url }),
			...(!agent && { python: '/nonexistent/python3' }),
			...config,
		});
	const start = async (): Promise<RunningServer> => (running = await serverOver(dataFolder));

	const appOver = (server: RunningServer, experiment: string): TestApp => ({
		server,
		url: server.url,
		dataFolder,
		client: createClient({ url: server.url }),
		workspace: 'lab',
		experiment,
		async restart() {
			await running?.stop();
			return appOver(await start(), experiment);
		},
		async beside() {
			const folder = mkdtempSync(join(tmpdir(), 'runstead-test-'));
			cpSync(join(dataFolder, 'secrets'), join(folder, 'secrets'), { recursive: true });
			const server = await serverOver(folder);
			return {
				client: createClient({ url: server.url }),
				async [Symbol.asyncDispose]() {
					await server.stop();
					rmSync(folder, { recursive: true, force: true });
				},
			};
		},
		// Whichever of the apps over the same data is disposed of first ends the server.
		[Symbol.asyncDispose]: release,
	});

	try {
		const server = await start();
		const client = createClient({ url: server.url });
		await client.call('createWorkspace', { body: { name: 'lab' } });
		const { id } = await client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: 'ridge' } });
		return appOver(server, id);
	} catch (error) {
		await release();
		throw error;
	}
}
