/** Models, their versions, tags and aliases in SQL. */
import { type Kysely, type Selectable, sql, type Updateable } from 'kysely';
import { type RowPage, rowsOfPage } from '../../storage/row-page.ts';
import type { ModelTable, ModelVersionTable, Tables } from '../../storage/tables.ts';

export type ModelRecord = Selectable<ModelTable>;
export type ModelVersionRecord = Selectable<ModelVersionTable>;
/** A version with the name of its model. */
export type NamedVersion = ModelVersionRecord & { readonly name: string };

export function modelByName(db: Kysely<Tables>, workspaceKey: number, name: string): Promise<ModelRecord | undefined> {
	return db.selectFrom('model').selectAll().where('workspace_key', '=', workspaceKey).where('name', '=', name).executeTakeFirst();
}

export async function insertModel(db: Kysely<Tables>, model: Omit<ModelRecord, 'key'>): Promise<ModelRecord> {
	const { key } = await db.insertInto('model').values(model).returning('key').executeTakeFirstOrThrow();
	return { ...model, key };
}

export async function updateModel(db: Kysely<Tables>, key: number, change: Updateable<ModelTable>): Promise<void> {
	await db.updateTable('model').set(change).where('key', '=', key).execute();
}

export async function deleteModel(db: Kysely<Tables>, key: number): Promise<void> {
	await db.deleteFrom('model').where('key', '=', key).execute();
}

/** Takes a version number greater than all so far. */
export async function takeVersion(db: Kysely<Tables>, key: number, version: number, now: number): Promise<number> {
	await db.updateTable('model').set({ last_version: version, modified_time: now }).where('key', '=', key).execute();
	return version;
}

export async function insertVersion(db: Kysely<Tables>, version: Omit<ModelVersionRecord, 'key'>): Promise<ModelVersionRecord> {
	const { key } = await db.insertInto('model_version').values(version).returning('key').executeTakeFirstOrThrow();
	return { ...version, key };
}

export async function updateVersion(db: Kysely<Tables>, key: number, change: Updateable<ModelVersionTable>): Promise<void> {
	await db.updateTable('model_version').set(change).where('key', '=', key).execute();
}

export async function deleteVersion(db: Kysely<Tables>, { key, model_key, version }: ModelVersionRecord): Promise<void> {
	await db.deleteFrom('model_tag').where('model_key', '=', model_key).where('version', '=', version).execute();
	await db.deleteFrom('model_alias').where('model_key', '=', model_key).where('version', '=', version).execute();
	await db.deleteFrom('model_version').where('key', '=', key).execute();
}

export function versionOf(db: Kysely<Tables>, modelKey: number, version: number): Promise<ModelVersionRecord | undefined> {
	return db.selectFrom('model_version').selectAll().where('model_key', '=', modelKey).where('version', '=', version).executeTakeFirst();
}

export function versionsOf(db: Kysely<Tables>, modelKey: number): Promise<ModelVersionRecord[]> {
	return db.selectFrom('model_version').selectAll().where('model_key', '=', modelKey).execute();
}

/** The newest version of each stage, for each of the models. */
export function newestByStage(db: Kysely<Tables>, modelKeys: readonly number[]): Promise<NamedVersion[]> {
	if (modelKeys.length === 0) return Promise.resolve([]);
	return db
		.selectFrom('model_version')
		.innerJoin('model', 'model.key', 'model_version.model_key')
		.selectAll('model_version')
		.select('model.name')
		.where('model_key', 'in', modelKeys)
		.where(
			sql<boolean>`not exists (select 1 from model_version newer where newer.model_key = model_version.model_key
				and newer.stage = model_version.stage and newer.version > model_version.version)`,
		)
		.execute();
}

/** How many versions each model has, and its newest that is ready. */
export async function countsOf(
	db: Kysely<Tables>,
	modelKeys: readonly number[],
): Promise<Map<number, { count: number; latest: number | null }>> {
	if (modelKeys.length === 0) return new Map();
	const rows = await db
		.selectFrom('model_version')
		.select(({ fn }) => [
			'model_key',
			fn.countAll<number>().as('count'),
			sql<number | null>`max(case when status = 'ready' then version end)`.as('latest'),
		])
		.where('model_key', 'in', modelKeys)
		.groupBy('model_key')
		.execute();
	return new Map(rows.map(({ model_key, count, latest }) => [model_key, { count: Number(count), latest }]));
}

export interface TagRecord {
	readonly model_key: number;
	readonly version: number;
	readonly key: string;
	readonly value: string;
}

/** Tags of the models themselves and of all their versions. */
export function tagsOf(db: Kysely<Tables>, modelKeys: readonly number[], ofModels: boolean): Promise<TagRecord[]> {
	if (modelKeys.length === 0) return Promise.resolve([]);
	return db
		.selectFrom('model_tag')
		.selectAll()
		.where('model_key', 'in', modelKeys)
		.where('version', ofModels ? '=' : '>', 0)
		.orderBy('key')
		.execute();
}

export function versionTags(db: Kysely<Tables>, modelKey: number, version: number): Promise<TagRecord[]> {
	return db.selectFrom('model_tag').selectAll().where('model_key', '=', modelKey).where('version', '=', version).orderBy('key').execute();
}

export async function putTag(db: Kysely<Tables>, tag: TagRecord): Promise<void> {
	await db
		.insertInto('model_tag')
		.values(tag)
		.onConflict((conflict) => conflict.columns(['model_key', 'version', 'key']).doUpdateSet({ value: tag.value }))
		.execute();
}

export async function deleteTag(db: Kysely<Tables>, modelKey: number, version: number, key: string): Promise<void> {
	await db.deleteFrom('model_tag').where('model_key', '=', modelKey).where('version', '=', version).where('key', '=', key).execute();
}

export function aliasesOf(db: Kysely<Tables>, modelKeys: readonly number[]) {
	if (modelKeys.length === 0) return Promise.resolve([]);
	return db.selectFrom('model_alias').selectAll().where('model_key', 'in', modelKeys).orderBy('alias').execute();
}

export async function putAlias(db: Kysely<Tables>, alias: { model_key: number; alias: string; version: number }): Promise<void> {
	await db
		.insertInto('model_alias')
		.values(alias)
		.onConflict((conflict) => conflict.columns(['model_key', 'alias']).doUpdateSet({ version: alias.version }))
		.execute();
}

export async function deleteAlias(db: Kysely<Tables>, modelKey: number, alias: string): Promise<boolean> {
	const row = await db
		.deleteFrom('model_alias')
		.where('model_key', '=', modelKey)
		.where('alias', '=', alias)
		.returning('version')
		.executeTakeFirst();
	return row !== undefined;
}

export function modelsWhere(db: Kysely<Tables>, workspaceKey: number, page: RowPage): Promise<ModelRecord[]> {
	return rowsOfPage(db.selectFrom('model').selectAll().where('workspace_key', '=', workspaceKey), page).execute();
}

export function versionsWhere(db: Kysely<Tables>, workspaceKey: number, page: RowPage): Promise<NamedVersion[]> {
	const all = db
		.selectFrom('model_version')
		.innerJoin('model', 'model.key', 'model_version.model_key')
		.selectAll('model_version')
		.select('model.name')
		.where('model.workspace_key', '=', workspaceKey);
	return rowsOfPage(all, page).execute();
}
