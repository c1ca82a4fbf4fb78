/** Datasets, and which runs read them, in SQL. */
import type { Kysely, Selectable } from 'kysely';
import type { DatasetTable, Tables } from '../../storage/tables.ts';

export type DatasetRecord = Selectable<DatasetTable>;

export function datasetBy(db: Kysely<Tables>, experimentKey: number, name: string, digest: string): Promise<DatasetRecord | undefined> {
	return db
		.selectFrom('dataset')
		.selectAll()
		.where('experiment_key', '=', experimentKey)
		.where('name', '=', name)
		.where('digest', '=', digest)
		.executeTakeFirst();
}

export async function insertDataset(db: Kysely<Tables>, dataset: Omit<DatasetRecord, 'key'>): Promise<number> {
	return (await db.insertInto('dataset').values(dataset).returning('key').executeTakeFirstOrThrow()).key;
}

/** What was said of it when the run read it first stays. */
export async function insertInput(db: Kysely<Tables>, runKey: number, datasetKey: number, tags: string): Promise<void> {
	await db
		.insertInto('run_dataset')
		.values({ run_key: runKey, dataset_key: datasetKey, tags })
		.onConflict((conflict) => conflict.doNothing())
		.execute();
}

export function inputsOf(db: Kysely<Tables>, runIds: readonly string[]): Promise<(DatasetRecord & { run_id: string; tags: string })[]> {
	if (runIds.length === 0) return Promise.resolve([]);
	return db
		.selectFrom('run_dataset')
		.innerJoin('dataset', 'dataset.key', 'run_dataset.dataset_key')
		.innerJoin('run', 'run.key', 'run_dataset.run_key')
		.selectAll('dataset')
		.select(['run.id as run_id', 'run_dataset.tags'])
		.where('run.id', 'in', runIds)
		.orderBy('dataset.key')
		.execute();
}

export interface DatasetUse {
	name: string;
	digest: string;
	/** What runs said of it as they read it, as JSON. */
	tags: string;
}

/** What runs of an experiment read, each dataset once for each thing that was said of it; the newest first. */
export function usesIn(db: Kysely<Tables>, experimentKey: number, limit: number): Promise<DatasetUse[]> {
	return db
		.selectFrom('dataset')
		.innerJoin('run_dataset', 'run_dataset.dataset_key', 'dataset.key')
		.select(['dataset.name', 'dataset.digest', 'run_dataset.tags'])
		.where('dataset.experiment_key', '=', experimentKey)
		.groupBy(['dataset.key', 'dataset.name', 'dataset.digest', 'run_dataset.tags'])
		.orderBy('dataset.key', 'desc')
		.limit(limit)
		.execute();
}

/** Those of an experiment, the newest first. */
export function datasetsOf(db: Kysely<Tables>, experimentKey: number, before: number | null, limit: number): Promise<DatasetRecord[]> {
	return db
		.selectFrom('dataset')
		.selectAll()
		.where('experiment_key', '=', experimentKey)
		.$if(before !== null, (query) => query.where('key', '<', before as number))
		.orderBy('key', 'desc')
		.limit(limit)
		.execute();
}
