/** Evaluation datasets and their records, in SQL. */
import type { Kysely, Selectable, Updateable } from 'kysely';
import { type RowPage, rowsOfPage } from '../../storage/row-page.ts';
import { rowsStatement } from '../../storage/rows-statement.ts';
import type { EvaluationDatasetTable, EvaluationRecordTable, Tables } from '../../storage/tables.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';

export type DatasetRow = Selectable<EvaluationDatasetTable>;
export type RecordRow = Selectable<EvaluationRecordTable>;
/** What a merge has to know of a record that is there. */
export type KnownRecord = Pick<
	RecordRow,
	'key' | 'input_hash' | 'inputs' | 'outputs' | 'expectations' | 'tags' | 'source' | 'modified_by' | 'modified_time'
>;

export function datasetById(db: Kysely<Tables>, id: string): Promise<DatasetRow | undefined> {
	return db.selectFrom('evaluation_dataset').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function insertDataset(db: Kysely<Tables>, dataset: Omit<DatasetRow, 'key'>): Promise<DatasetRow> {
	const { key } = await db.insertInto('evaluation_dataset').values(dataset).returning('key').executeTakeFirstOrThrow();
	return { ...dataset, key };
}

export async function updateDataset(db: Kysely<Tables>, key: number, change: Updateable<EvaluationDatasetTable>): Promise<void> {
	await db.updateTable('evaluation_dataset').set(change).where('key', '=', key).execute();
}

export async function deleteDataset(db: Kysely<Tables>, key: number): Promise<void> {
	await db.deleteFrom('evaluation_dataset').where('key', '=', key).execute();
}

export function datasetsWhere(db: Kysely<Tables>, workspaceKey: number, page: RowPage): Promise<DatasetRow[]> {
	return rowsOfPage(db.selectFrom('evaluation_dataset').selectAll().where('workspace_key', '=', workspaceKey), page).execute();
}

/** Keys that fit into one statement of either engine. */
const KEYS_MAX = 1_000;

async function ofKeys<Row>(keys: readonly number[], ask: (keys: readonly number[]) => Promise<Row[]>): Promise<Row[]> {
	const rows: Row[] = [];
	for (let from = 0; from < keys.length; from += KEYS_MAX) rows.push(...(await ask(keys.slice(from, from + KEYS_MAX))));
	return rows;
}

export function tagsOf(db: Kysely<Tables>, datasetKeys: readonly number[]) {
	return ofKeys(datasetKeys, (keys) =>
		db.selectFrom('evaluation_dataset_tag').selectAll().where('dataset_key', 'in', keys).orderBy('key').execute(),
	);
}

const PUT_TAGS = rowsStatement(
	// The condition keeps SQLite from taking the conflict for one of a join.
	`insert into evaluation_dataset_tag (dataset_key, key, value) select column1, column2, column3 from ({rows}) given where true
		on conflict (dataset_key, key) do update set value = excluded.value`,
	['bigint', 'text', 'text'],
);

export function putTags(unit: UnitOfWork, datasetKey: number, tags: readonly (readonly [string, string])[]): void {
	unit.sendRows(
		PUT_TAGS,
		tags.map(([key, value]) => [datasetKey, key, value]),
	);
}

export async function deleteTag(db: Kysely<Tables>, datasetKey: number, key: string): Promise<void> {
	await db.deleteFrom('evaluation_dataset_tag').where('dataset_key', '=', datasetKey).where('key', '=', key).execute();
}

/** Ids of the experiments that use datasets. */
export function experimentsOf(db: Kysely<Tables>, datasetKeys: readonly number[]): Promise<{ dataset_key: number; id: string }[]> {
	return ofKeys(datasetKeys, (keys) =>
		db
			.selectFrom('evaluation_dataset_experiment as used')
			.innerJoin('experiment', 'experiment.key', 'used.experiment_key')
			.select(['used.dataset_key', 'experiment.id'])
			.where('used.dataset_key', 'in', keys)
			.orderBy('experiment.key')
			.execute(),
	);
}

const PUT_EXPERIMENTS = rowsStatement(
	`insert into evaluation_dataset_experiment (dataset_key, experiment_key) select column1, column2 from ({rows}) given where true
		on conflict (dataset_key, experiment_key) do nothing`,
	['bigint', 'bigint'],
);

export function putExperiments(unit: UnitOfWork, datasetKey: number, experimentKeys: readonly number[]): void {
	unit.sendRows(
		PUT_EXPERIMENTS,
		experimentKeys.map((key) => [datasetKey, key]),
	);
}

/** Whether any of them was there. */
export async function deleteExperiments(db: Kysely<Tables>, datasetKey: number, experimentKeys: readonly number[]): Promise<boolean> {
	if (experimentKeys.length === 0) return false;
	const gone = await db
		.deleteFrom('evaluation_dataset_experiment')
		.where('dataset_key', '=', datasetKey)
		.where('experiment_key', 'in', experimentKeys)
		.returning('experiment_key')
		.execute();
	return gone.length > 0;
}

export async function recordsByHash(unit: UnitOfWork, datasetKey: number, hashes: readonly string[]): Promise<Map<string, KnownRecord>> {
	const rows = await unit.executeList(
		`select key, input_hash, inputs, outputs, expectations, tags, source, modified_by, modified_time from evaluation_record
			where dataset_key = ? and input_hash {list}`,
		[datasetKey],
		hashes,
	);
	return new Map((rows as unknown as KnownRecord[]).map((row) => [row.input_hash, row]));
}

/** Which of some ids records have. */
export async function takenIds(unit: UnitOfWork, datasetKey: number, ids: readonly string[]): Promise<Set<string>> {
	const rows = await unit.executeList('select id from evaluation_record where dataset_key = ? and id {list}', [datasetKey], ids);
	return new Set(rows.map(({ id }) => String(id)));
}

const INSERT_RECORDS = rowsStatement(
	`insert into evaluation_record (dataset_key, id, input_hash, inputs, outputs, expectations, tags, source, size_bytes, created_time,
		modified_time, created_by, modified_by)
		select column1, column2, column3, column4, column5, column6, column7, column8, column9, column10, column11, column12, column13
		from ({rows}) given`,
	['bigint', 'text', 'text', 'text', 'text', 'text', 'text', 'text', 'bigint', 'bigint', 'bigint', 'text', 'text'],
);

export function insertRecords(unit: UnitOfWork, rows: readonly Omit<RecordRow, 'key'>[]): void {
	unit.sendRows(
		INSERT_RECORDS,
		rows.map((row) => [
			row.dataset_key,
			row.id,
			row.input_hash,
			row.inputs,
			row.outputs,
			row.expectations,
			row.tags,
			row.source,
			row.size_bytes,
			row.created_time,
			row.modified_time,
			row.created_by,
			row.modified_by,
		]),
	);
}

const UPDATE_RECORDS = rowsStatement(
	`update evaluation_record set outputs = column2, expectations = column3, tags = column4, size_bytes = column5, modified_time = column6,
		modified_by = column7 from ({rows}) given where key = column1`,
	['bigint', 'text', 'text', 'text', 'bigint', 'bigint', 'text'],
);

export function updateRecords(unit: UnitOfWork, rows: readonly (KnownRecord & Pick<RecordRow, 'size_bytes'>)[]): void {
	unit.sendRows(
		UPDATE_RECORDS,
		rows.map((row) => [row.key, row.outputs, row.expectations, row.tags, row.size_bytes, row.modified_time, row.modified_by]),
	);
}

/** How many were there. */
export async function deleteRecords(unit: UnitOfWork, datasetKey: number, ids: readonly string[]): Promise<number> {
	const gone = await unit.executeList('delete from evaluation_record where dataset_key = ? and id {list} returning key', [datasetKey], ids);
	return gone.length;
}

/** Records after one, in the order in which they came, with their sizes alone. */
export function sizesAfter(
	db: Kysely<Tables>,
	datasetKey: number,
	after: number,
	limit: number,
): Promise<{ key: number; size_bytes: number }[]> {
	return db
		.selectFrom('evaluation_record')
		.select(['key', 'size_bytes'])
		.where('dataset_key', '=', datasetKey)
		.where('key', '>', after)
		.orderBy('key')
		.limit(limit)
		.execute();
}

export function recordsBetween(db: Kysely<Tables>, datasetKey: number, after: number, last: number): Promise<RecordRow[]> {
	return db
		.selectFrom('evaluation_record')
		.selectAll()
		.where('dataset_key', '=', datasetKey)
		.where('key', '>', after)
		.where('key', '<=', last)
		.orderBy('key')
		.execute();
}
