/** All capabilities over a real database, without HTTP and agents, for what needs another moment than now. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepLeases } from '../capabilities/runs/leases.ts';
import { type Capabilities, createCapabilities } from '../create-capabilities.ts';
import { createQueryEngine } from '../engines/query-engine/query-engine.ts';
import { createLiveHub } from '../live/hub.ts';
import { openFolderBlobs } from '../storage/blobs.ts';
import type { Database } from '../storage/database.ts';
import { openPostgres } from '../storage/postgres.ts';
import { openSqlite } from '../storage/sqlite.ts';
import { type Clock, systemClock } from '../storage/unit-of-work.ts';
import { createPostgresDatabase } from './postgres-database.ts';
import type { Engine } from './test-app.ts';

export interface TestCapabilities extends Capabilities, AsyncDisposable {
	readonly database: Database;
	readonly dataFolder: string;
	readonly clock: Clock;
	/** Lets time pass, and looks at the leases then. */
	pass(seconds: number): Promise<void>;
}

export async function startTestCapabilities(engine: Engine): Promise<TestCapabilities> {
	await using begun = new AsyncDisposableStack();
	const dataFolder = mkdtempSync(join(tmpdir(), 'runstead-test-'));
	begun.defer(() => rmSync(dataFolder, { recursive: true, force: true }));
	let ahead = 0;
	const now = systemClock();
	const clock = (): number => now() + ahead;
	const onError = (error: unknown): void => {
		throw error;
	};
	const hub = createLiveHub(clock);
	const options = { clock, onEvents: hub.publish, onError };
	const postgres = engine === 'postgres' ? await createPostgresDatabase() : null;
	if (postgres) begun.defer(() => postgres.drop());
	const database = postgres ? await openPostgres(postgres.url, options) : await openSqlite(join(dataFolder, 'runstead.db'), options);
	begun.defer(() => database.close());
	const queryEngine = createQueryEngine({
		folder: join(dataFolder, 'query-engine'),
		logFolder: join(dataFolder, 'logs'),
		database: postgres ? { engine: 'postgres', url: postgres.url } : { engine: 'sqlite', file: join(dataFolder, 'runstead.db') },
	});
	begun.defer(() => queryEngine.stop());
	const capabilities = await createCapabilities({
		database,
		blobs: await openFolderBlobs(join(dataFolder, 'blobs')),
		dataFolder,
		clock,
		hub,
		python: 'python3',
		queryEngine,
		engines: { onQueued: () => undefined, onClustersChanged: () => undefined },
		mail: null,
		studioUrl: () => 'http://127.0.0.1:8155',
		onError,
		listeners: () => [],
		authoritiesOrNull: () => null,
	});
	begun.defer(() => capabilities.runFiles.close());
	const leases = await keepLeases(database, clock, capabilities.jobs.execution, onError);
	begun.defer(() => leases.stop());
	const running = begun.move();
	return {
		...capabilities,
		database,
		dataFolder,
		clock,
		async pass(seconds) {
			ahead += seconds * 1_000_000;
			await leases.check();
		},
		[Symbol.asyncDispose]: () => running.disposeAsync(),
	};
}
