/** A server that is killed with -9 again and again while clients log: no acknowledged point, tag or run is lost, none is stored twice. */
import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '@runstead/client';
import { RequestError } from '@runstead/client';
import { describe, expect, it } from 'vitest';
import { createPostgresDatabase } from '../../packages/server/src/testing/postgres-database.ts';
import { ENGINES } from '../../packages/server/src/testing/test-app.ts';
import { type ServerProcess, startServerProcess, temporaryFolder } from '../support/server-process.ts';

/** A long loop is asked for by FAULT_ROUNDS. */
const ROUNDS = Number(process.env.FAULT_ROUNDS ?? 10);
/** A kill falls somewhere within this time of logging. */
const KILL_WITHIN_MS = 300;
const WRITERS = 4;
const POINTS_PER_BATCH_MAX = 400;
const SERIES = ['loss', 'accuracy'] as const;
const READ_LIMIT = 100_000;

/** A client that logs to its own run: numbered batches of points whose values count up, a tag that counts too, and child runs. */
interface Writer {
	readonly run: string;
	/** Points of each series that were sent, and that were acknowledged. */
	sentPoints: number;
	acknowledgedPoints: number;
	/** What the tag was set to last, and what was acknowledged of it. */
	sentTag: number;
	acknowledgedTag: number;
	readonly acknowledgedChildren: string[];
}

const makeWriter = (index: number): Writer => ({
	run: `writer-${index}`,
	sentPoints: 0,
	acknowledgedPoints: 0,
	sentTag: 0,
	acknowledgedTag: 0,
	acknowledgedChildren: [],
});

/** Sends what is not acknowledged yet: the same numbers again where an answer was lost. */
async function sendPoints(client: Client, writer: Writer): Promise<void> {
	const { run, acknowledgedPoints: first, sentPoints: last } = writer;
	if (last === first) return;
	const numbers = Array.from({ length: last - first }, (_, index) => first + index);
	await client.call('logMetrics', {
		params: { run },
		body: {
			writer: 'spool',
			first,
			last,
			series: SERIES.map((name) => ({
				name,
				kind: 'scalar' as const,
				steps: numbers,
				times: numbers,
				columns: [{ name, values: numbers }],
			})),
		},
	});
	writer.acknowledgedPoints = last;
}

async function logOn(client: Client, writer: Writer): Promise<void> {
	for (;;) {
		writer.sentPoints += randomInt(1, POINTS_PER_BATCH_MAX);
		await sendPoints(client, writer);
		writer.sentTag += 1;
		await client.call('updateRun', { params: { run: writer.run }, body: { tags: { count: String(writer.sentTag) } } });
		writer.acknowledgedTag = writer.sentTag;
		const child = `${writer.run}-${writer.acknowledgedTag}`;
		await client.call('createChildren', { params: { run: writer.run }, body: { children: [{ id: child }] } });
		writer.acknowledgedChildren.push(child);
	}
}

/** Logs until the server is gone; anything else that goes wrong is a fault. */
async function logUntilGone(client: Client, writer: Writer): Promise<void> {
	const error: unknown = await logOn(client, writer).catch((thrown: unknown) => thrown);
	const isGone = error instanceof RequestError && (error.code === 'unreachable' || error.code === 'unreadable');
	// An answer that breaks off in the midst cannot be read.
	if (!isGone && !(error instanceof SyntaxError || error instanceof TypeError)) throw error;
}

async function valuesOf(client: Client, run: string, name: string): Promise<unknown[]> {
	const values: unknown[] = [];
	let after = -1;
	for (;;) {
		const page = await client.call('getMetricPoints', { params: { run }, query: { name, after, limit: READ_LIMIT } });
		values.push(...(page.columns[0]?.values ?? []));
		if (page.next === null) return values;
		after = page.next;
	}
}

/** What was acknowledged is there, once; of what was sent and not acknowledged, each batch is there whole or not at all. */
async function verify(client: Client, writer: Writer): Promise<void> {
	const { run } = writer;
	const { stored } = await client.call('getWriter', { params: { run, writer: 'spool' } });
	expect([writer.acknowledgedPoints, writer.sentPoints]).toContain(stored);
	for (const name of stored === 0 ? [] : SERIES) {
		expect(await valuesOf(client, run, name)).toEqual(Array.from({ length: stored }, (_, index) => index));
	}
	const { tags, metrics } = await client.call('getRun', { params: { run } });
	for (const name of stored === 0 ? [] : SERIES)
		expect(metrics[name]).toMatchObject({ count: stored, columns: { [name]: { count: stored, last: stored - 1, max: stored - 1 } } });
	expect([String(writer.acknowledgedTag), String(writer.sentTag)]).toContain(tags.count ?? '0');
	writer.acknowledgedTag = writer.sentTag = Number(tags.count ?? '0');
	for (const child of writer.acknowledgedChildren.splice(0))
		expect((await client.call('getRun', { params: { run: child } })).parentId).toBe(run);
}

describe.each(ENGINES)('kills on %s', (engine) => {
	it(
		`${ROUNDS} times in the midst of logging lose nothing and double nothing`,
		async () => {
			using folder = temporaryFolder('runstead-kill-');
			const database = engine === 'postgres' ? await createPostgresDatabase() : null;
			const start = (): Promise<ServerProcess> => startServerProcess(folder.path, database ? { args: ['--database', database.url] } : {});
			const writers = Array.from({ length: WRITERS }, (_, index) => makeWriter(index));
			let server = await start();
			try {
				await server.client.call('createWorkspace', { body: { name: 'lab' } });
				const { id: experiment } = await server.client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: 'kills' } });
				for (const { run } of writers) await server.client.call('createRun', { params: { experiment }, body: { id: run } });
				for (let round = 0; round < ROUNDS; round++) {
					const { client } = server;
					const logging = Promise.all(writers.map((writer) => logUntilGone(client, writer)));
					await Promise.race([wait(randomInt(KILL_WITHIN_MS)), logging]);
					await server.kill();
					await logging;
					server = await start();
					for (const writer of writers) {
						await verify(server.client, writer);
						await sendPoints(server.client, writer);
						await verify(server.client, writer);
					}
				}
				expect(Math.min(...writers.map(({ acknowledgedPoints }) => acknowledgedPoints))).toBeGreaterThan(0);
				const { checks } = await server.client.call('diagnose');
				expect(checks.filter(({ ok, name }) => !ok && name !== 'free space')).toEqual([]);
			} finally {
				await server.kill();
				await database?.drop();
			}
		},
		60_000 + ROUNDS * 10_000,
	);
});
