/** A server that is killed with -9 again and again while it archives: every event is in the archive, once, in order, and no line is torn. */
import { randomInt } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startServerProcess, temporaryFolder } from '../support/server-process.ts';

/** A long loop is asked for by FAULT_ROUNDS. */
const ROUNDS = Number(process.env.FAULT_ROUNDS ?? 6);
/** A kill falls somewhere within this time of writing. */
const KILL_WITHIN_MS = 1_200;
const CHILDREN_PER_REQUEST = 50;
const SETTLE_WITHIN_MS = 60_000;

async function archivedRuns(folder: string): Promise<string[]> {
	const container = join(folder, 'insights-logs-runevent');
	const entries = await readdir(container, { recursive: true, withFileTypes: true }).catch(() => []);
	const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
	const lines = (await Promise.all(files.toSorted().map((file) => readFile(file, 'utf8')))).flatMap((text) => text.split('\n'));
	const records = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, string>);
	return records.filter(({ operationName }) => operationName === 'run.created').map(({ correlationId }) => correlationId as string);
}

it('nothing is lost, doubled, torn or out of order', { timeout: 300_000 }, async () => {
	using folder = temporaryFolder('runstead-archive-');
	const archive = join(folder.path, 'archives', 'lab');
	const acknowledged: string[] = [];
	{
		await using server = await startServerProcess(folder.path);
		await server.client.call('createWorkspace', { body: { name: 'lab' } });
		const { id } = await server.client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: 'ridge' } });
		const body = { categories: ['RunEvent'], archive: { kind: 'folder' as const, path: 'lab' } };
		await server.client.call('putDiagnosticSetting', { params: { workspace: 'lab', setting: 'keep' }, body });
		await server.client.call('createRun', { params: { experiment: id }, body: { id: 'parent' } });
		acknowledged.push('parent');
		await server.stop();
	}
	let made = 0;
	for (let round = 0; round < ROUNDS; round++) {
		await using server = await startServerProcess(folder.path);
		const work = (async () => {
			for (;;) {
				const children = Array.from({ length: CHILDREN_PER_REQUEST }, () => ({ id: `child-${made++}` }));
				await server.client.call('createChildren', { params: { run: 'parent' }, body: { children } });
				acknowledged.push(...children.map(({ id }) => id));
			}
		})().catch(() => undefined);
		await wait(randomInt(KILL_WITHIN_MS));
		await server.kill();
		await work;
	}
	await using server = await startServerProcess(folder.path);
	const found = async () =>
		(await server.client.call('getDiagnosticSetting', { params: { workspace: 'lab', setting: 'keep' } })).destinations;
	await expect.poll(found, { timeout: SETTLE_WITHIN_MS }).toMatchObject([{ status: 'current', waitingEvents: 0 }]);
	const archived = await archivedRuns(archive);
	expect(archived.filter((id, index) => archived.indexOf(id) !== index)).toEqual([]);
	// A request whose answer the kill took may have been done as well.
	const isAcknowledged = new Set(acknowledged);
	expect(archived.filter((id) => isAcknowledged.has(id))).toEqual(acknowledged);
});
