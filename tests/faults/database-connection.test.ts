/** PostgreSQL that hangs up in the midst of writing: each request is stored whole or told to come again, and nothing needs a restart. */
import { setTimeout as wait } from 'node:timers/promises';
import { type Client, RequestError } from '@runstead/client';
import pg from 'pg';
import { expect, it } from 'vitest';
import { createPostgresDatabase } from '../../packages/server/src/testing/postgres-database.ts';
import { ENGINES, startTestApp } from '../../packages/server/src/testing/test-app.ts';

const HANG_UPS = 12;
/** From one to the next; writing goes on meanwhile. */
const HANG_UP_EVERY_MS = 120;
const WRITERS = 4;
const POINTS_PER_BATCH = 50;
const RETRY_AFTER_MS = 20;
/** A request that is refused so often is not recovering. */
const ATTEMPTS_MAX = 250;

/** Asks until it is answered; a refusal must say that the database is away. */
async function persist<Result>(ask: () => Promise<Result>): Promise<{ result: Result; refusals: number }> {
	for (let refusals = 0; ; refusals++) {
		try {
			return { result: await ask(), refusals };
		} catch (error) {
			if (!(error instanceof RequestError) || refusals === ATTEMPTS_MAX) throw error;
			expect([error.status, error.code]).toEqual([503, 'storage-unavailable']);
			await wait(RETRY_AFTER_MS);
		}
	}
}

/** Logs numbered batches, tags and children, reads what it wrote, until told to stop; how much it stored. */
async function logUntil(
	client: Client,
	run: string,
	isOver: () => boolean,
): Promise<{ points: number; batches: number; refusals: number }> {
	let [points, batches, refusals] = [0, 0, 0];
	while (!isOver()) {
		const [first, last, batch] = [points, points + POINTS_PER_BATCH, batches];
		const numbers = Array.from({ length: POINTS_PER_BATCH }, (_, index) => first + index);
		const series = [{ name: 'loss', kind: 'scalar' as const, times: numbers, columns: [{ name: 'loss', values: numbers }] }];
		const answers = [
			await persist(() => client.call('logMetrics', { params: { run }, body: { writer: 'spool', first, last, series } })),
			await persist(() =>
				client.call('updateRun', { params: { run }, body: { tags: { batch: String(batch) }, params: { [`batch ${batch}`]: 'x' } } }),
			),
			await persist(() => client.call('createChildren', { params: { run }, body: { children: [{ id: `${run}-${batch}` }] } })),
			await persist(() => client.call('getRun', { params: { run } })),
		];
		refusals += answers.reduce((sum, answer) => sum + answer.refusals, 0);
		points = last;
		batches += 1;
	}
	return { points, batches, refusals };
}

it.runIf(ENGINES.includes('postgres'))(
	'connections that are killed cost no more than another try',
	async () => {
		const database = await createPostgresDatabase();
		try {
			await using app = await startTestApp({ agent: false, config: { database: database.url } });
			const { client, experiment } = app;
			const admin = new pg.Client({ connectionString: database.url });
			await admin.connect();
			const runs = Array.from({ length: WRITERS }, (_, index) => `writer-${index}`);
			for (const id of runs) await client.call('createRun', { params: { experiment }, body: { id } });
			let isOver = false;
			const logging = Promise.all(runs.map((run) => logUntil(client, run, () => isOver)));
			let killed = 0;
			for (let round = 0; round < HANG_UPS; round++) {
				await Promise.race([wait(HANG_UP_EVERY_MS), logging]);
				const { rows } = await admin.query(
					'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
				);
				killed += rows.length;
			}
			isOver = true;
			const logged = await logging;
			await admin.end();

			expect(killed).toBeGreaterThanOrEqual(HANG_UPS);
			expect(logged.reduce((sum, { refusals }) => sum + refusals, 0)).toBeGreaterThan(0);
			for (const [index, run] of runs.entries()) {
				const { points, batches } = logged[index] as (typeof logged)[number];
				expect(batches).toBeGreaterThan(0);
				const { columns } = await client.call('getMetricPoints', { params: { run }, query: { name: 'loss', limit: 100_000 } });
				expect(columns[0]?.values).toEqual(Array.from({ length: points }, (_, number) => number));
				const { tags, params, childCount, metrics } = await client.call('getRun', { params: { run } });
				expect({ tags, childCount, params: Object.keys(params).length, count: metrics.loss?.count }).toEqual({
					tags: { batch: String(batches - 1) },
					childCount: batches,
					params: batches,
					count: points,
				});
			}
		} finally {
			await database.drop();
		}
	},
	60_000,
);
