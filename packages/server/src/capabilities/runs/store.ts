/** Runs and their attributes in SQL. */
import { ACTIVE_STATUSES } from '@runstead/contract';
import type { Kysely, Selectable, Updateable } from 'kysely';
import { headOf } from '../../storage/attribute-head.ts';
import type { AttributeKind, RunTable, Tables } from '../../storage/tables.ts';
import type { Row, UnitOfWork } from '../../storage/unit-of-work.ts';

export type RunRecord = Selectable<RunTable>;

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

export function runById(db: Kysely<Tables>, id: string): Promise<RunRecord | undefined> {
	return db.selectFrom('run').selectAll().where('id', '=', id).executeTakeFirst();
}

export function runByKey(db: Kysely<Tables>, key: number): Promise<RunRecord> {
	return db.selectFrom('run').selectAll().where('key', '=', key).executeTakeFirstOrThrow();
}

export async function insertRun(db: Kysely<Tables>, run: Omit<RunRecord, 'key' | 'root_key'>, rootKey: number | null): Promise<RunRecord> {
	const { key } = await db
		.insertInto('run')
		.values({ ...run, root_key: rootKey ?? 0 })
		.returning('key')
		.executeTakeFirstOrThrow();
	if (rootKey === null) await db.updateTable('run').set({ root_key: key }).where('key', '=', key).execute();
	return { ...run, key, root_key: rootKey ?? key };
}

export async function updateRun(db: Kysely<Tables>, key: number, change: Updateable<RunTable>): Promise<void> {
	await db.updateTable('run').set(change).where('key', '=', key).execute();
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

/** Gives every live lease its whole length again. */
export async function restartLeases(unit: UnitOfWork): Promise<void> {
	await unit.execute(
		'update run set lease_expiry_time = ? + lease_seconds * 1000000 where lease_expiry_time is not null and lease_seconds is not null',
		[unit.now],
	);
}

export function attributeOf(
	db: Kysely<Tables>,
	runKey: number,
	kind: AttributeKind,
	key: string,
): Promise<{ value: string | null } | undefined> {
	return db
		.selectFrom('run_attribute')
		.select('value')
		.where('run_key', '=', runKey)
		.where('kind', '=', kind)
		.where('key', '=', key)
		.executeTakeFirst();
}

export async function countAttributes(db: Kysely<Tables>, runKey: number, kind: AttributeKind): Promise<number> {
	const row = await db
		.selectFrom('run_attribute')
		.select(({ fn }) => fn.countAll<number>().as('count'))
		.where('run_key', '=', runKey)
		.where('kind', '=', kind)
		.executeTakeFirstOrThrow();
	return Number(row.count);
}

/** Sets an attribute, whether it was there or not. */
export function putAttribute(unit: UnitOfWork, run: RunRecord, kind: AttributeKind, key: string, value: string | null): Promise<Row[]> {
	const number = value !== null && NUMBER.test(value) ? Number(value) : null;
	return unit.execute(
		`insert into run_attribute (run_key, kind, key, workspace_key, value, head, number) values (?, ?, ?, ?, ?, ?, ?)
		on conflict (run_key, kind, key) do update set value = excluded.value, head = excluded.head, number = excluded.number`,
		[run.key, kind, key, run.workspace_key, value, headOf(value), Number.isFinite(number) ? number : null],
	);
}

export async function deleteAttributes(db: Kysely<Tables>, runKey: number, kind: AttributeKind, keys: readonly string[]): Promise<void> {
	await db.deleteFrom('run_attribute').where('run_key', '=', runKey).where('kind', '=', kind).where('key', 'in', keys).execute();
}

export async function deleteRun(db: Kysely<Tables>, key: number): Promise<void> {
	await db.deleteFrom('run').where('key', '=', key).execute();
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
