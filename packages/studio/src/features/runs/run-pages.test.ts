import type { Run } from '@runstead/contract';
import { expect, test } from 'vitest';
import { PAGE_RUNS, RunPages } from './run-pages.ts';

const runOf = (id: string, displayName = id) => ({ id, displayName }) as Run;

/** A server with so many runs, that can be told to have others, or to be away. */
function serverWith(count: number) {
	const server = {
		ids: Array.from({ length: count }, (_, index) => `r${index}`),
		isAway: false,
		asked: [] as (string | null)[],
		async read(cursor: string | null) {
			server.asked.push(cursor);
			if (server.isAway) throw new Error('away');
			const start = cursor === null ? 0 : server.ids.indexOf(cursor) + 1;
			const ids = server.ids.slice(start, start + PAGE_RUNS);
			return { runs: ids.map((id) => runOf(id)), nextCursor: start + PAGE_RUNS < server.ids.length ? (ids.at(-1) ?? null) : null };
		},
	};
	return server;
}

/** Until the pages change no more. */
async function settle(pages: RunPages): Promise<void> {
	for (let seen = -1; seen !== pages.state().version; ) {
		seen = pages.state().version;
		for (let turn = 0; turn < 8; turn++) await Promise.resolve();
		await new Promise((resolve) => setImmediate(resolve));
	}
}

test('pages are read as they are come to, forgotten when far away, and read again', async () => {
	const server = serverWith(100_000);
	const pages = new RunPages(server.read);
	for (let row = 0; row < 20_000; row += 40) {
		pages.show(row, row + 30);
		await settle(pages);
		expect(pages.runAt(row)?.id).toBe(`r${row}`);
		expect(pages.heldPages).toBeLessThanOrEqual(9);
	}
	expect(pages.runAt(5)).toBeNull();
	expect(pages.placeOf('r5')).toBe(5);
	pages.show(0, 30);
	await settle(pages);
	expect(pages.runAt(5)?.id).toBe('r5');
	expect(pages.state()).toMatchObject({ isEnd: false, isLoaded: true, error: null });
});

test('the last page is the end, also when it is full', async () => {
	for (const count of [0, 1, PAGE_RUNS, PAGE_RUNS + 1]) {
		const pages = new RunPages(serverWith(count).read);
		pages.show(0, 30);
		await settle(pages);
		pages.show(Math.max(0, count - 30), count);
		await settle(pages);
		expect(pages.state()).toMatchObject({ count, isEnd: true, isLoaded: true });
	}
});

test('a list read again shows what came and went, without a row twice', async () => {
	const server = serverWith(250);
	const pages = new RunPages(server.read);
	pages.show(0, 30);
	await settle(pages);
	pages.show(150, 180);
	await settle(pages);
	server.ids = ['new', ...server.ids.filter((id) => id !== 'r3')];
	await pages.readAgain();
	await settle(pages);
	expect(pages.runAt(0)?.id).toBe('new');
	const ids = Array.from({ length: pages.state().count }, (_, index) => pages.runAt(index)?.id).filter((id) => id !== undefined);
	expect(new Set(ids).size).toBe(ids.length);
	expect(ids).not.toContain('r3');
});

test('a list that was walked far says that it is stale, and begins anew when asked', async () => {
	const server = serverWith(5_000);
	const pages = new RunPages(server.read);
	for (let row = 0; row < 3_000; row += 50) {
		pages.show(row, row + 30);
		await settle(pages);
	}
	await pages.readAgain();
	expect(pages.state().isStale).toBe(true);
	await pages.readAgain({ isAsked: true });
	expect(pages.state()).toMatchObject({ isStale: false, isEnd: false });
	expect(pages.runAt(0)?.id).toBe('r0');
});

test('an error is told, what is shown stays, and the next reading mends it', async () => {
	const server = serverWith(250);
	const pages = new RunPages(server.read);
	pages.show(0, 30);
	await settle(pages);
	server.isAway = true;
	await pages.readAgain();
	expect(pages.state().error).toBeInstanceOf(Error);
	expect(pages.runAt(0)?.id).toBe('r0');
	server.isAway = false;
	await pages.readAgain();
	expect(pages.state().error).toBeNull();
});

test('pages whose first reading failed are read when they are asked for again', async () => {
	const server = serverWith(250);
	server.isAway = true;
	const pages = new RunPages(server.read);
	expect(pages.isBegun).toBe(false);
	pages.show(0, 30);
	await settle(pages);
	expect([pages.isBegun, pages.state().isLoaded]).toEqual([true, false]);
	server.isAway = false;
	await pages.readAgain();
	expect(pages.runAt(0)?.id).toBe('r0');
});

test('a run that changed is put in its place', async () => {
	const pages = new RunPages(serverWith(250).read);
	pages.show(0, 30);
	await settle(pages);
	pages.replace([runOf('r7', 'renamed'), runOf('elsewhere')]);
	expect(pages.runAt(7)?.displayName).toBe('renamed');
});
