/** Runs and their attributes in SQL. */
import { ACTIVE_STATUSES, type Lifecycle } from '@runstead/contract';
import type { Kysely, Selectable, Updateable } from 'kysely';
import { headOf } from '../../storage/attribute-head.ts';
import { rowsStatement } from '../../storage/rows-statement.ts';
import type { SqlValue } from '../../storage/sql-value.ts';
import type { AttributeKind, RunTable, Tables } from '../../storage/tables.ts';
import type { Ask, UnitOfWork } from '../../storage/unit-of-work.ts';

export type RunRecord = Selectable<RunTable>;

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

export function runById(db: Kysely<Tables>, id: string): Promise<RunRecord | undefined> {
	return db.selectFrom('run').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Those of some ids that are there. */
export function runsById(db: Kysely<Tables>, ids: readonly string[]): Promise<RunRecord[]> {
	return ids.length === 0 ? Promise.resolve([]) : db.selectFrom('run').selectAll().where('id', 'in', ids).execute();
}

/** As {@link runById}, where each microsecond counts. */
export async function runByIdIn(unit: UnitOfWork, id: string): Promise<RunRecord | undefined> {
	const [row] = await unit.execute('select * from run where id = ?', [id]);
	return row as unknown as RunRecord | undefined;
}

export function runByKey(db: Kysely<Tables>, key: number): Promise<RunRecord> {
	return db.selectFrom('run').selectAll().where('key', '=', key).executeTakeFirstOrThrow();
}

export function insertRun(unit: UnitOfWork, run: RunRecord): void {
	const names = Object.keys(run);
	unit.send(`insert into run (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`, Object.values(run) as SqlValue[]);
}

export function updateRun(unit: UnitOfWork, key: number, change: Updateable<RunTable>): void {
	const sets = Object.keys(change).map((name) => `${name} = ?`);
	unit.send(`update run set ${sets.join(', ')} where key = ?`, [...(Object.values(change) as SqlValue[]), key]);
}

/** The run and its ancestors, nearest first. */
export async function lineage(db: Kysely<Tables>, run: RunRecord): Promise<RunRecord[]> {
	const line = [run];
	for (let parentKey = run.parent_key; parentKey !== null; parentKey = line.at(-1)?.parent_key ?? null)
		line.push(await runByKey(db, parentKey));
	return line;
}

/** All that lies below a run, parents before their children. */
export async function descendants(db: Kysely<Tables>, run: RunRecord): Promise<RunRecord[]> {
	const tree = await db
		.selectFrom('run')
		.selectAll()
		.where('root_key', '=', run.root_key)
		.where('key', '>', run.key)
		.orderBy('key')
		.execute();
	const above = new Set([run.key]);
	const below: RunRecord[] = [];
	for (const candidate of tree) {
		if (candidate.parent_key === null || !above.has(candidate.parent_key)) continue;
		above.add(candidate.key);
		below.push(candidate);
	}
	return below;
}

export function runsWithLeaseBefore(db: Kysely<Tables>, time: number, limit: number): Promise<RunRecord[]> {
	return db
		.selectFrom('run')
		.selectAll()
		.where('lease_expiry_time', '<', time)
		.where('status', 'in', ACTIVE_STATUSES)
		.orderBy('lease_expiry_time')
		.limit(limit)
		.execute();
}

/** Runs that live, and those that ended after a time. */
export function runsAliveSince(db: Kysely<Tables>, time: number): Promise<RunRecord[]> {
	return db
		.selectFrom('run')
		.selectAll()
		.where((where) => where.or([where('status', 'in', ACTIVE_STATUSES), where('end_time', '>=', time)]))
		.execute();
}

/** Gives every live lease its whole length again. */
export async function restartLeases(unit: UnitOfWork): Promise<void> {
	await unit.execute(
		'update run set lease_expiry_time = ? + lease_seconds * 1000000 where lease_expiry_time is not null and lease_seconds is not null',
		[unit.now],
	);
}

/** The values that a run has for some keys. */
export async function attributesOf(
	unit: UnitOfWork,
	runKey: number,
	kind: AttributeKind,
	keys: readonly string[],
): Promise<Map<string, string | null>> {
	const sql = 'select key, value from run_attribute where run_key = ? and kind = ? and key {list}';
	const rows = await unit.executeList(sql, [runKey, kind], keys);
	return new Map(rows.map(({ key, value }) => [String(key), value as string | null]));
}

export async function propertiesOf(ask: Ask, runKey: number): Promise<Record<string, string>> {
	const rows = await ask("select key, value from run_attribute where run_key = ? and kind = 'property'", [runKey]);
	return Object.fromEntries(rows.map(({ key, value }) => [key, String(value ?? '')]));
}

/** How many attributes of each kind a run has. */
export async function countAttributes(unit: UnitOfWork, runKey: number): Promise<Partial<Record<AttributeKind, number>>> {
	const rows = await unit.execute('select kind, count(*) as count from run_attribute where run_key = ? group by kind', [runKey]);
	return Object.fromEntries(rows.map(({ kind, count }) => [kind, Number(count)]));
}

/** Sets attributes, whether they were there or not. */
export function putAttributes(
	unit: UnitOfWork,
	run: RunRecord,
	kind: AttributeKind,
	attributes: readonly (readonly [key: string, value: string | null])[],
): void {
	unit.sendRows(
		PUT_ATTRIBUTES,
		attributes.map(([key, value]) => {
			const number = value !== null && NUMBER.test(value) ? Number(value) : null;
			return [run.key, kind, key, run.workspace_key, value, headOf(value), Number.isFinite(number) ? number : null];
		}),
	);
}

const PUT_ATTRIBUTES = rowsStatement(
	`insert into run_attribute (run_key, kind, key, workspace_key, value, head, number) {rows}
	on conflict (run_key, kind, key) do update set value = excluded.value, head = excluded.head, number = excluded.number`,
	['bigint', 'text', 'text', 'bigint', 'text', 'text', 'double precision'],
);

export async function deleteAttributes(db: Kysely<Tables>, runKey: number, kind: AttributeKind, keys: readonly string[]): Promise<void> {
	await db.deleteFrom('run_attribute').where('run_key', '=', runKey).where('kind', '=', kind).where('key', 'in', keys).execute();
}

export async function deleteRun(db: Kysely<Tables>, key: number): Promise<void> {
	await db.deleteFrom('run').where('key', '=', key).execute();
}

/** Gives all runs of an experiment a lifecycle; those that had another one, with which. */
export async function moveRuns(
	db: Kysely<Tables>,
	experimentKey: number,
	lifecycle: Lifecycle,
): Promise<{ id: string; lifecycle: Lifecycle }[]> {
	const moved = await db
		.selectFrom('run')
		.select(['id', 'lifecycle'])
		.where('experiment_key', '=', experimentKey)
		.where('lifecycle', '!=', lifecycle)
		.execute();
	if (moved.length > 0)
		await db
			.updateTable('run')
			.set({ lifecycle })
			.where('experiment_key', '=', experimentKey)
			.where('lifecycle', '!=', lifecycle)
			.execute();
	return moved;
}

export function eventsOf(db: Kysely<Tables>, runId: string, after: number, limit: number): Promise<Selectable<Tables['event']>[]> {
	return db
		.selectFrom('event')
		.selectAll()
		.where('subject', '=', runId)
		.where('sequence', '>', after)
		.orderBy('sequence')
		.limit(limit)
		.execute();
}
