/** One data folder, one server, one release: a second server is told where the first is, an older release leaves the data alone. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createClient } from '@runstead/client';
import { DataFolderInUseError, NewerDatabaseError, startServer } from '@runstead/server';
import pg from 'pg';
import { expect, it } from 'vitest';
import { createPostgresDatabase } from '../../packages/server/src/testing/postgres-database.ts';
import { ENGINES } from '../../packages/server/src/testing/test-app.ts';
import { runServerToItsEnd, startServerProcess, temporaryFolder } from '../support/server-process.ts';

const STARTED_AT_ONCE = 4;

it('a second server is refused with the address of the first, until that is gone, however it went', async () => {
	using folder = temporaryFolder('runstead-folder-');
	const config = { host: '127.0.0.1', port: 0, dataFolder: folder.path };
	await using first = await startServerProcess(folder.path);
	const refused = await startServer(config).catch((error: unknown) => error);
	expect(refused).toBeInstanceOf(DataFolderInUseError);
	expect((refused as Error).message).toBe(`Another server uses ${folder.path}: ${first.url} (process ${first.pid}).`);
	const told = await runServerToItsEnd(folder.path);
	expect([told.exitCode, told.output.includes(first.url)]).toEqual([0, true]);
	expect((await first.client.call('getHealth')).status).toBe('OK');

	await first.kill();
	const second = await startServer(config);
	try {
		expect((await createClient({ url: second.url }).call('getHealth')).status).toBe('OK');
	} finally {
		await second.stop();
	}
});

it('of servers that start at once, one gets the folder', async () => {
	using folder = temporaryFolder('runstead-folder-');
	const config = { host: '127.0.0.1', port: 0, dataFolder: folder.path };
	const starts = await Promise.allSettled(Array.from({ length: STARTED_AT_ONCE }, () => startServer(config)));
	const started = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
	try {
		expect(started.length).toBe(1);
		for (const start of starts) if (start.status === 'rejected') expect(start.reason).toBeInstanceOf(DataFolderInUseError);
	} finally {
		for (const server of started) await server.stop();
	}
});

const hashOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

it('what a newer release wrote is refused and left as it is', async () => {
	using folder = temporaryFolder('runstead-newer-');
	const server = await startServer({ host: '127.0.0.1', port: 0, dataFolder: folder.path });
	await server.stop();
	const file = join(folder.path, 'runstead.db');
	const database = new DatabaseSync(file);
	database.exec('pragma user_version = 99; pragma wal_checkpoint(truncate)');
	database.close();
	const before = hashOf(file);
	const { exitCode, output } = await runServerToItsEnd(folder.path);
	expect([exitCode, hashOf(file)]).toEqual([1, before]);
	expect(output).toContain('The database has schema version 99; this release of Runstead knows versions up to');
	expect(output).toContain(`The data is in ${folder.path}; nothing was changed.`);
});

it.runIf(ENGINES.includes('postgres'))('so is a PostgreSQL database that a newer release wrote', async () => {
	using folder = temporaryFolder('runstead-newer-');
	const database = await createPostgresDatabase();
	try {
		const config = { host: '127.0.0.1', port: 0, dataFolder: folder.path, database: database.url };
		await (await startServer(config)).stop();
		const client = new pg.Client({ connectionString: database.url });
		await client.connect();
		await client.query("insert into schema_version (version, name) values (99, 'from the future')");
		await client.end();
		await expect(startServer(config)).rejects.toThrow(NewerDatabaseError);
	} finally {
		await database.drop();
	}
});
