/** Statements of a change that nobody waits for, and those of many rows: the same on both databases. */
import { type Kysely, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { ENGINES } from '../testing/test-app.ts';
import { startTestCapabilities } from '../testing/test-capabilities.ts';
import { rowsStatement } from './rows-statement.ts';
import type { SqlValue } from './sql-value.ts';
import type { Tables } from './tables.ts';

const CREATE = 'create table thing (key bigint primary key, name text, number double precision, bytes bytea)';
const INSERT_THINGS = rowsStatement('insert into thing (key, name, number, bytes) {rows}', ['bigint', 'text', 'double precision', 'bytea']);
const INSERT_ONE = 'insert into thing (key, name) values (?, ?)';
const NAMES = ['plain', '', 'NULL', '{"a", \\b}', "it's", 'über 🙂', null];

describe.each(ENGINES)('statements on %s', (engine) => {
	async function startWithThings() {
		const lab = await startTestCapabilities(engine);
		await lab.database.write((unit) => unit.execute(CREATE, []));
		const things = () => lab.database.write((unit) => unit.execute('select * from thing order by key', []));
		return { database: lab.database, things, [Symbol.asyncDispose]: () => lab[Symbol.asyncDispose]() };
	}

	it('write many rows as they are given, and find them by their names', async () => {
		await using lab = await startWithThings();
		const rows = Array.from({ length: 1_300 }, (_, key): SqlValue[] => [
			key,
			NAMES[key % NAMES.length] ?? (key % 2 === 0 ? null : `name ${key}`),
			[0.1, -1e300, Number.POSITIVE_INFINITY, null][key % 4] as SqlValue,
			key % 3 === 0 ? null : Buffer.from(Array.from({ length: key % 5 }, (_unused, at) => (key * 7 + at) % 256)),
		]);
		await lab.database.write(async (unit) => {
			unit.sendRows(INSERT_THINGS, []);
			unit.sendRows(INSERT_THINGS, rows);
		});
		const stored = (await lab.things()).map(({ key, name, number, bytes }) => [
			key,
			name,
			number,
			bytes === null ? null : Buffer.from(bytes as Uint8Array),
		]);
		expect(stored).toEqual(rows);
		const asked = rows.map(([, name]) => name).filter((name) => name !== null) as string[];
		const found = await lab.database.write((unit) =>
			unit.executeList('select key from thing where key > ? and name {list} order by key', [5], [...new Set(asked), 'nobody']),
		);
		expect(found.map(({ key }) => key)).toEqual(rows.filter(([key, name]) => Number(key) > 5 && name !== null).map(([key]) => key));
	});

	it('undo the change alone of which one fails that nobody waited for, and those beside it are made', async () => {
		await using lab = await startWithThings();
		const told: string[] = [];
		const put = (key: number, name: string) =>
			lab.database.write(async (unit) => {
				unit.emit({ workspaceKey: null, type: 'workspace.created', subject: name, actor: 'test', data: { name } });
				unit.afterCommit(() => told.push(name));
				unit.send(INSERT_ONE, [key, name]);
			});
		await put(1, 'alone');
		await expect(put(1, 'again')).rejects.toThrow(/unique/i);
		const outcomes = await Promise.allSettled([put(2, 'first'), put(1, 'twice'), put(3, 'last')]);
		expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
		expect((await lab.things()).map(({ name }) => name)).toEqual(['alone', 'first', 'last']);
		expect(told).toEqual(['alone', 'first', 'last']);
		const events = await lab.database.read.selectFrom('event').select(['sequence', 'subject']).orderBy('sequence').execute();
		const [before] = events;
		expect(events.map(({ sequence, subject }) => [sequence - (before?.sequence ?? 0), subject])).toEqual([
			[0, 'alone'],
			[1, 'first'],
			[2, 'last'],
		]);
	});

	it('are undone where the events of their change cannot be written', async () => {
		await using lab = await startWithThings();
		const put = (key: number) =>
			lab.database.write(async (unit) => {
				unit.send(INSERT_ONE, [key, 'thing']);
				// The number that its own event would get.
				unit.send(
					`insert into event (sequence, workspace_key, type, subject, time, actor, data)
					select value + 1, null, 'workspace.created', 'taken', 1, 'test', '{}' from counter where name = 'event'`,
					[],
				);
				unit.emit({ workspaceKey: null, type: 'workspace.created', subject: 'own', actor: 'test', data: { name: 'own' } });
			});
		await expect(put(1)).rejects.toThrow(/unique/i);
		expect((await Promise.allSettled([put(2), put(3)])).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
		expect(await lab.things()).toEqual([]);
		expect(await lab.database.read.selectFrom('event').select('subject').execute()).toEqual([]);
	});

	it('are undone with a change that is refused after they were sent', async () => {
		await using lab = await startWithThings();
		const refuse = (key: number) =>
			lab.database.write(async (unit) => {
				unit.send(INSERT_ONE, [key, 'refused']);
				throw new Error(`no ${key}`);
			});
		const put = (key: number) => lab.database.write(async (unit) => unit.send(INSERT_ONE, [key, 'kept']));
		await expect(refuse(1)).rejects.toThrow('no 1');
		const outcomes = await Promise.allSettled([refuse(2), put(3), refuse(3), put(4)]);
		expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
		expect((await lab.things()).map(({ key, name }) => [key, name])).toEqual([
			[3, 'kept'],
			[4, 'kept'],
		]);
	});

	it('take each key once, also where its row is not there yet', async () => {
		await using lab = await startWithThings();
		const first = await lab.database.write(async (unit) => [await unit.takeKey('run'), await unit.takeKey('run')]);
		const second = await lab.database.write((unit) => unit.takeKey('run'));
		expect(new Set([...first, second]).size).toBe(3);
	});
});

it.each(ENGINES.filter((engine) => engine === 'postgres'))(
	'statements on %s are planned as those of their kind are best',
	async (engine) => {
		await using app = await startTestCapabilities(engine);
		const { database } = app;
		const planning = async (db: Kysely<Tables>): Promise<string[]> => {
			const settings = ['plan_cache_mode', 'enable_seqscan', 'enable_hashjoin', 'max_parallel_workers_per_gather', 'jit'];
			const { rows } = await sql<
				Record<string, string>
			>`select ${sql.join(settings.map((name) => sql`current_setting(${name}) as ${sql.ref(name)}`))}`.execute(db);
			return settings.map((name) => rows[0]?.[name] as string);
		};
		expect(await database.write((unit) => planning(unit.db))).toEqual(['force_generic_plan', 'off', 'off', expect.any(String), 'off']);
		expect(await planning(database.heavyRead)).toEqual(['auto', 'on', 'off', '0', 'off']);
		expect(await planning(database.totalRead)).toEqual(['auto', 'on', 'on', expect.any(String), 'off']);
	},
);
