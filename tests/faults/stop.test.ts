/** A server that is stopped while it answers: it ends, and no answer meets a closed database. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startServerProcess, temporaryFolder } from '../support/server-process.ts';

const ROUNDS = 3;
const SEARCHES = 40;

test('searches that are on their way when it stops are answered or cut off, never failed', async () => {
	using folder = temporaryFolder('runstead-stop-');
	for (let round = 0; round < ROUNDS; round++) {
		await using server = await startServerProcess(folder.path);
		if (round === 0) {
			await server.client.call('createWorkspace', { body: { name: 'lab' } });
			const { id } = await server.client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: 'ridge' } });
			await server.client.call('createRun', { params: { experiment: id }, body: { id: 'parent' } });
			const children = Array.from({ length: 1_000 }, (_, index) => ({ id: `child-${index}` }));
			await server.client.call('createChildren', { params: { run: 'parent' }, body: { children } });
		}
		const searches = Array.from({ length: SEARCHES }, (_, index) =>
			server.client
				.call('searchRuns', { params: { workspace: 'lab' }, body: { filter: `id like '%${index}%'`, limit: 1_000 } })
				.then(() => 'answered', String),
		);
		await searches[0];
		await server.stop();
		await Promise.all(searches);
	}
	const failed = readFileSync(join(folder.path, 'server.log'), 'utf8')
		.split('\n')
		.filter((line) => line.includes('"level":50'));
	expect(failed).toEqual([]);
});
