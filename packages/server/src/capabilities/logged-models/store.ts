/** Logged models, what is said of them, and which runs read or made them, in SQL. */
import { type Kysely, type RawBuilder, type Selectable, sql, type Updateable } from 'kysely';
import { type RowPage, rowsOfPage } from '../../storage/row-page.ts';
import type { LoggedModelMetricTable, LoggedModelTable, RunModelTable, Tables } from '../../storage/tables.ts';

export type LoggedModelRecord = Selectable<LoggedModelTable>;
export type LoggedMetric = Selectable<LoggedModelMetricTable>;
export type RunModel = Selectable<RunModelTable>;

export function modelById(db: Kysely<Tables>, id: string): Promise<LoggedModelRecord | undefined> {
	return db.selectFrom('logged_model').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function insertModel(db: Kysely<Tables>, model: Omit<LoggedModelRecord, 'key'>): Promise<LoggedModelRecord> {
	const { key } = await db.insertInto('logged_model').values(model).returning('key').executeTakeFirstOrThrow();
	return { ...model, key };
}

export async function updateModel(db: Kysely<Tables>, key: number, change: Updateable<LoggedModelTable>): Promise<void> {
	await db.updateTable('logged_model').set(change).where('key', '=', key).execute();
}

export async function putAttribute(
	db: Kysely<Tables>,
	attribute: { model_key: number; kind: 'tag' | 'param'; key: string; value: string },
): Promise<void> {
	await db
		.insertInto('logged_model_attribute')
		.values(attribute)
		.onConflict((conflict) => conflict.columns(['model_key', 'kind', 'key']).doUpdateSet({ value: attribute.value }))
		.execute();
}

export async function deleteTag(db: Kysely<Tables>, modelKey: number, key: string): Promise<boolean> {
	const row = await db
		.deleteFrom('logged_model_attribute')
		.where('model_key', '=', modelKey)
		.where('kind', '=', 'tag')
		.where('key', '=', key)
		.returning('key')
		.executeTakeFirst();
	return row !== undefined;
}

export function attributesOf(db: Kysely<Tables>, modelKeys: readonly number[]) {
	if (modelKeys.length === 0) return Promise.resolve([]);
	return db.selectFrom('logged_model_attribute').selectAll().where('model_key', 'in', modelKeys).orderBy('key').execute();
}

export function metricsOf(db: Kysely<Tables>, modelKeys: readonly number[]): Promise<LoggedMetric[]> {
	if (modelKeys.length === 0) return Promise.resolve([]);
	return db
		.selectFrom('logged_model_metric')
		.selectAll()
		.where('model_key', 'in', modelKeys)
		.orderBy('name')
		.orderBy('time')
		.orderBy('step')
		.execute();
}

/** The same point again changes nothing. */
export async function insertMetric(db: Kysely<Tables>, metric: LoggedMetric): Promise<void> {
	await db
		.insertInto('logged_model_metric')
		.values(metric)
		.onConflict((conflict) => conflict.doNothing())
		.execute();
}

export async function putRunModel(db: Kysely<Tables>, runModel: RunModel): Promise<void> {
	await db
		.insertInto('run_model')
		.values(runModel)
		.onConflict((conflict) => conflict.doNothing())
		.execute();
}

export function runModels(
	db: Kysely<Tables>,
	runIds: readonly string[],
): Promise<{ run_id: string; role: 'input' | 'output'; model_id: string; step: number }[]> {
	if (runIds.length === 0) return Promise.resolve([]);
	return db
		.selectFrom('run_model')
		.innerJoin('run', 'run.key', 'run_model.run_key')
		.select(['run.id as run_id', 'run_model.role', 'run_model.model_id', 'run_model.step'])
		.where('run.id', 'in', runIds)
		.orderBy('run_model.step')
		.orderBy('run_model.model_id')
		.execute();
}

export function modelsWhere(db: Kysely<Tables>, experimentKeys: readonly number[], page: RowPage): Promise<LoggedModelRecord[]> {
	if (experimentKeys.length === 0) return Promise.resolve([]);
	const all = db.selectFrom('logged_model').selectAll().where('deleted', '=', 0).where('experiment_key', 'in', experimentKeys);
	return rowsOfPage(all, { ...page, order: [...page.order, sql`created_time desc`, sql`id`] }).execute();
}

/** The newest value of a metric of a logged model, as a number to order by; of one dataset, where one is named. */
export function newestMetric(name: string, dataset: { name?: string | undefined; digest?: string | undefined }): RawBuilder<unknown> {
	const ofName = dataset.name === undefined ? sql`` : sql`and m.dataset_name = ${dataset.name}`;
	const ofDigest = dataset.digest === undefined ? sql`` : sql`and m.dataset_digest = ${dataset.digest}`;
	return sql`(select m.value from logged_model_metric m where m.model_key = logged_model.key and m.name = ${name} ${ofName} ${ofDigest}
		order by m.time desc, m.step desc, m.run_id limit 1)`;
}
