import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { openSqlite } from './sqlite.ts';
import { openConnection } from './sqlite-connection.ts';
import { systemClock } from './unit-of-work.ts';

const MEBIBYTE = 1024 ** 2;
/** Some 256 pages. */
const BYTES = new Uint8Array(MEBIBYTE);

it('the log of SQLite begins anew beside the changes that fill it, as soon as nobody reads what is old', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'runstead-test-'));
	const file = join(folder, 'test.db');
	const database = await openSqlite(file, { clock: systemClock(), onEvents: () => undefined, onError: () => undefined });
	const other = openConnection(file, { readOnly: true });
	const watch = openConnection(file, { readOnly: true });
	const log = () => Number(watch.prepare('pragma wal_checkpoint(noop)').get()?.log);
	let put = 0;
	const fill = (mebibytes: number) =>
		Promise.all(
			Array.from({ length: mebibytes }, () =>
				database.write((unit) => unit.execute('insert into thing (key, bytes) values (?, ?)', [++put, BYTES])),
			),
		);
	try {
		await database.write((unit) => unit.execute('create table thing (key integer primary key, bytes blob)', []));
		other.exec('begin');
		expect(other.prepare('select count(*) as count from thing').get()).toEqual({ count: 0 });
		await fill(80);
		expect(log()).toBeGreaterThan(80 * 256);
		expect(other.prepare('select count(*) as count from thing').get()).toEqual({ count: 0 });
		other.exec('commit');
		await vi.waitFor(
			async () => {
				await fill(8);
				expect(log()).toBeLessThan(80 * 256);
			},
			{ timeout: 60_000, interval: 20 },
		);
		expect(other.prepare('select count(*) as count from thing where length(bytes) = ?').get(MEBIBYTE)).toEqual({ count: put });
		expect(other.prepare('pragma quick_check').get()).toEqual({ quick_check: 'ok' });
	} finally {
		other.close();
		watch.close();
		await database.close();
		rmSync(folder, { recursive: true });
	}
});
