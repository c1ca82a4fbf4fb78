/** The query engine, and with it its server, killed with -9 while it takes events over: the log tables have every event once. */
import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startServerProcess, temporaryFolder } from '../support/server-process.ts';

/** A long loop is asked for by FAULT_ROUNDS. */
const ROUNDS = Number(process.env.FAULT_ROUNDS ?? 3);
/** A kill falls somewhere within this time of the engine's first steps. */
const KILL_WITHIN_MS = 1_500;
const CHILDREN_PER_REQUEST = 100;
const REQUESTS_BEFORE = 5;
const ENGINE_WITHIN_MS = 60_000;
const ALL_WITHIN_MS = 120_000;

/** The query engine of a server, once it runs. */
function engineOfOrNull(server: number): number | null {
	for (const name of readdirSync('/proc')) {
		if (!/^\d+$/.test(name)) continue;
		try {
			const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1];
			if (Number(parent) === server && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('engine-process')) return Number(name);
		} catch {
			// It has ended meanwhile.
		}
	}
	return null;
}

it.runIf(process.platform === 'linux')('no event is missing, and none is there twice', { timeout: 600_000 }, async () => {
	using folder = temporaryFolder('runstead-log-tables-');
	const workspace = { workspace: 'lab' };
	const ask = async (client: Awaited<ReturnType<typeof startServerProcess>>['client'], query: string): Promise<unknown[]> =>
		((await client.call('queryWorkspace', { params: workspace, body: { query } })).rows as unknown[][])[0] ?? [];
	{
		await using server = await startServerProcess(folder.path);
		await server.client.call('createWorkspace', { body: { name: 'lab' } });
		const { id } = await server.client.call('createExperiment', { params: workspace, body: { name: 'ridge' } });
		await server.client.call('createRun', { params: { experiment: id }, body: { id: 'parent' } });
		await server.stop();
	}
	let [made, acknowledged] = [0, 1];
	for (let round = 0; round < ROUNDS; round++) {
		await using server = await startServerProcess(folder.path);
		const makeChildren = async (): Promise<void> => {
			const children = Array.from({ length: CHILDREN_PER_REQUEST }, () => ({ id: `child-${made++}` }));
			await server.client.call('createChildren', { params: { run: 'parent' }, body: { children } });
			acknowledged += children.length;
		};
		for (let request = 0; request < REQUESTS_BEFORE; request++) await makeChildren();
		const asking = ask(server.client, 'RunsteadAudit | count').catch(() => undefined);
		const making = (async () => {
			for (;;) await makeChildren();
		})().catch(() => undefined);
		await expect.poll(() => engineOfOrNull(server.pid), { timeout: ENGINE_WITHIN_MS }).not.toBeNull();
		await wait(randomInt(KILL_WITHIN_MS));
		const engine = engineOfOrNull(server.pid);
		if (engine !== null) process.kill(engine, 'SIGKILL');
		await server.kill();
		await Promise.all([asking, making]);
	}
	await using server = await startServerProcess(folder.path);
	const created = 'AmlRunEvent | where OperationName == "run.created" | summarize count(), count_distinct(RunId)';
	// A query waits for what happened before it, but not for ever.
	await expect
		.poll(async () => Number((await ask(server.client, created))[0]), { timeout: ALL_WITHIN_MS })
		.toBeGreaterThanOrEqual(acknowledged);
	const [runs, distinctRuns] = await ask(server.client, created);
	expect(distinctRuns).toBe(runs);
	// A request whose answer the kill took may have been done as well.
	expect(Number(runs)).toBeLessThanOrEqual(made + 1);
	const [count, distinct] = await ask(server.client, 'RunsteadAudit | summarize count(), count_distinct(Sequence)');
	expect(distinct).toBe(count);
});
