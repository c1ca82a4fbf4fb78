/** Data definitions and the names they are registered under, in SQL. */
import type { Kysely, Selectable } from 'kysely';
import type { DataDefinitionTable, RegisteredDatasetTable } from '../../storage/tables/datasets.ts';
import type { Tables } from '../../storage/tables.ts';

export type DefinitionRecord = Selectable<DataDefinitionTable>;
export type DatasetRecord = Selectable<RegisteredDatasetTable>;
/** A version of a registered dataset, with what it defines. */
export type VersionRecord = DatasetRecord & {
	version: number;
	definition_id: string;
	type: string;
	dataflow: string;
	properties: string;
	version_created_time: number;
};

export function definitionById(db: Kysely<Tables>, workspaceKey: number, id: string): Promise<DefinitionRecord | undefined> {
	return db.selectFrom('data_definition').selectAll().where('workspace_key', '=', workspaceKey).where('id', '=', id).executeTakeFirst();
}

export function definitionByDigest(db: Kysely<Tables>, workspaceKey: number, digest: string): Promise<DefinitionRecord | undefined> {
	return db
		.selectFrom('data_definition')
		.selectAll()
		.where('workspace_key', '=', workspaceKey)
		.where('digest', '=', digest)
		.executeTakeFirst();
}

export function insertDefinition(db: Kysely<Tables>, definition: Omit<DefinitionRecord, 'key'>): Promise<DefinitionRecord> {
	return db.insertInto('data_definition').values(definition).returningAll().executeTakeFirstOrThrow();
}

export function datasetBy(
	db: Kysely<Tables>,
	workspaceKey: number,
	column: 'id' | 'name',
	value: string,
): Promise<DatasetRecord | undefined> {
	return db
		.selectFrom('registered_dataset')
		.selectAll()
		.where('workspace_key', '=', workspaceKey)
		.where(column, '=', value)
		.executeTakeFirst();
}

export async function insertDataset(db: Kysely<Tables>, dataset: Omit<DatasetRecord, 'key'>): Promise<number> {
	return (await db.insertInto('registered_dataset').values(dataset).returning('key').executeTakeFirstOrThrow()).key;
}

export async function updateDataset(
	db: Kysely<Tables>,
	key: number,
	changes: Pick<DatasetRecord, 'description' | 'tags' | 'modified_time'>,
): Promise<void> {
	await db.updateTable('registered_dataset').set(changes).where('key', '=', key).execute();
}

export async function insertVersion(
	db: Kysely<Tables>,
	version: { dataset_key: number; version: number; definition_key: number; created_time: number },
): Promise<void> {
	await db.insertInto('registered_dataset_version').values(version).execute();
}

export async function deleteDataset(db: Kysely<Tables>, key: number): Promise<void> {
	await db.deleteFrom('registered_dataset').where('key', '=', key).execute();
}

function versions(db: Kysely<Tables>, workspaceKey: number) {
	return db
		.selectFrom('registered_dataset')
		.innerJoin('registered_dataset_version as version', 'version.dataset_key', 'registered_dataset.key')
		.innerJoin('data_definition as definition', 'definition.key', 'version.definition_key')
		.selectAll('registered_dataset')
		.select([
			'version.version',
			'version.created_time as version_created_time',
			'definition.id as definition_id',
			'definition.type',
			'definition.dataflow',
			'definition.properties',
		])
		.where('registered_dataset.workspace_key', '=', workspaceKey);
}

/** The newest version unless one is named. */
export function versionOf(
	db: Kysely<Tables>,
	dataset: Pick<DatasetRecord, 'key' | 'workspace_key'>,
	version?: number,
): Promise<VersionRecord | undefined> {
	const found = versions(db, dataset.workspace_key).where('registered_dataset.key', '=', dataset.key);
	return (version === undefined ? found : found.where('version.version', '=', version))
		.orderBy('version.version', 'desc')
		.limit(1)
		.executeTakeFirst();
}

export function versionsOfDefinition(db: Kysely<Tables>, workspaceKey: number, definitionId: string): Promise<VersionRecord[]> {
	return versions(db, workspaceKey)
		.where('definition.id', '=', definitionId)
		.orderBy('registered_dataset.key')
		.orderBy('version.version', 'desc')
		.execute();
}

/** Each dataset after that name, in its newest version. */
export function newestAfter(db: Kysely<Tables>, workspaceKey: number, after: string, limit: number): Promise<VersionRecord[]> {
	return versions(db, workspaceKey)
		.where('registered_dataset.name', '>', after)
		.where((where) =>
			where(
				'version.version',
				'=',
				where
					.selectFrom('registered_dataset_version as newer')
					.select((select) => select.fn.max('newer.version').as('version'))
					.whereRef('newer.dataset_key', '=', 'registered_dataset.key'),
			),
		)
		.orderBy('registered_dataset.name')
		.limit(limit)
		.execute();
}
