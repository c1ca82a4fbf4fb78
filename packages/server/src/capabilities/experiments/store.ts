/** Experiments in SQL. */
import { ACTIVE_STATUSES, type Lifecycle } from '@runstead/contract';
import type { Kysely, Selectable, Updateable } from 'kysely';
import type { ExperimentTable, Tables } from '../../storage/tables.ts';
import type { Ask, UnitOfWork } from '../../storage/unit-of-work.ts';

export type ExperimentRecord = Selectable<ExperimentTable>;

export interface RunCounts {
	readonly all: number;
	readonly active: number;
}

export async function insertExperiment(db: Kysely<Tables>, experiment: Omit<ExperimentRecord, 'key'>): Promise<ExperimentRecord> {
	const { key } = await db.insertInto('experiment').values(experiment).returning('key').executeTakeFirstOrThrow();
	return { ...experiment, key };
}

export async function experimentById(ask: Ask, id: string): Promise<ExperimentRecord | undefined> {
	const [row] = await ask('select * from experiment where id = ?', [id]);
	return row as unknown as ExperimentRecord | undefined;
}

export function experimentByName(db: Kysely<Tables>, workspaceKey: number, name: string): Promise<ExperimentRecord | undefined> {
	return db.selectFrom('experiment').selectAll().where('workspace_key', '=', workspaceKey).where('name', '=', name).executeTakeFirst();
}

export function experimentByKey(db: Kysely<Tables>, key: number): Promise<ExperimentRecord> {
	return db.selectFrom('experiment').selectAll().where('key', '=', key).executeTakeFirstOrThrow();
}

export interface ExperimentQuery {
	readonly workspaceKey: number;
	readonly name?: string;
	readonly lifecycle: Lifecycle | 'all';
	/** Only those made before this one. */
	readonly beforeKey: number | null;
	/** Null: all of them. */
	readonly limit: number | null;
}

export function experimentsNewestFirst(
	db: Kysely<Tables>,
	{ workspaceKey, name, lifecycle, beforeKey, limit }: ExperimentQuery,
): Promise<ExperimentRecord[]> {
	let query = db.selectFrom('experiment').selectAll().where('workspace_key', '=', workspaceKey).orderBy('key', 'desc');
	if (limit !== null) query = query.limit(limit);
	if (name !== undefined) query = query.where('name', '=', name);
	if (lifecycle !== 'all') query = query.where('lifecycle', '=', lifecycle);
	if (beforeKey !== null) query = query.where('key', '<', beforeKey);
	return query.execute();
}

export async function updateExperiment(db: Kysely<Tables>, key: number, change: Updateable<ExperimentTable>): Promise<void> {
	await db.updateTable('experiment').set(change).where('key', '=', key).execute();
}

export async function countRuns(db: Kysely<Tables>, experimentKeys: readonly number[]): Promise<Map<number, RunCounts>> {
	if (experimentKeys.length === 0) return new Map();
	const rows = await db
		.selectFrom('run')
		.select(({ fn, eb }) => [
			'experiment_key',
			fn.countAll<number>().as('all'),
			fn.sum<number>(eb.case().when('status', 'in', ACTIVE_STATUSES).then(1).else(0).end()).as('active'),
		])
		.where('experiment_key', 'in', experimentKeys)
		.where('lifecycle', '!=', 'trashed')
		.groupBy('experiment_key')
		.execute();
	return new Map(rows.map((row) => [row.experiment_key, { all: Number(row.all), active: Number(row.active) }]));
}

/** Takes the next run numbers of an experiment; the first is returned. */
export async function nextRunNumbers(unit: UnitOfWork, experimentKey: number, count: number): Promise<number> {
	const [row] = await unit.execute('update experiment set last_run_number = last_run_number + ? where key = ? returning last_run_number', [
		count,
		experimentKey,
	]);
	return Number(row?.last_run_number) - count + 1;
}
