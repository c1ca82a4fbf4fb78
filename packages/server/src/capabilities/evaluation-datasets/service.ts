/** Evaluation datasets: records of inputs with what is expected of them, for evaluating what answers them. */
import { createHash, randomUUID } from 'node:crypto';
import { checkLimit, checkText, RunsteadError } from '@runstead/contract';
import { decodeCursor, encodeCursor } from '../../http/cursor.ts';
import type { Database } from '../../storage/database.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { ExperimentService } from '../experiments/service.ts';
import type { WorkspaceRecord } from '../workspaces/service.ts';
import { type EvaluationDatasetSearch, searchSql } from './evaluation-dataset-search.ts';
import { readRecords } from './given-records.ts';
import { type Merged, mergeRecords } from './merge-records.ts';
import { schemaWith } from './record-schema.ts';
import * as store from './store.ts';

export type { EvaluationDatasetCondition, EvaluationDatasetOrder } from './evaluation-dataset-search.ts';

export interface EvaluationDataset {
	readonly id: string;
	readonly name: string;
	readonly digest: string;
	readonly tags: Readonly<Record<string, string>>;
	readonly experimentIds: readonly string[];
	/** JSON; null before the first record. */
	readonly schema: string | null;
	readonly recordCount: number;
	/** Microseconds since 1970. */
	readonly createdTime: number;
	readonly modifiedTime: number;
	readonly createdBy: string | null;
	readonly modifiedBy: string | null;
}

/** One as it was elsewhere. */
export interface KeptEvaluationDataset extends Omit<EvaluationDataset, 'schema' | 'recordCount'> {
	readonly removeTags?: readonly string[];
}

export type NewEvaluationDataset = Pick<EvaluationDataset, 'name' | 'tags' | 'experimentIds'>;

/** Bytes of a page of records: one that is larger comes alone. */
const PAGE_BYTES = 16 * 1024 * 1024;

export function createEvaluationDatasetService({
	database,
	experiments,
}: {
	readonly database: Database;
	readonly experiments: ExperimentService;
}) {
	/** @throws {RunsteadError} not-found. */
	const find = async (workspace: WorkspaceRecord, id: string, db = database.read): Promise<store.DatasetRow> => {
		const found = await store.datasetById(db, id);
		if (found?.workspace_key !== workspace.key) throw new RunsteadError('not-found', { noun: 'evaluation dataset', given: id });
		return found;
	};

	const change = <T>(workspace: WorkspaceRecord, id: string, work: (unit: UnitOfWork, dataset: store.DatasetRow) => Promise<T>) =>
		database.write(async (unit) => work(unit, await find(workspace, id, unit.db)));

	const present = async (rows: readonly store.DatasetRow[]): Promise<EvaluationDataset[]> => {
		const keys = rows.map(({ key }) => key);
		const tags = Map.groupBy(await store.tagsOf(database.read, keys), ({ dataset_key }) => dataset_key);
		const used = Map.groupBy(await store.experimentsOf(database.read, keys), ({ dataset_key }) => dataset_key);
		return rows.map((row) => ({
			id: row.id,
			name: row.name,
			digest: row.digest,
			tags: Object.fromEntries((tags.get(row.key) ?? []).map(({ key, value }) => [key, value])),
			experimentIds: (used.get(row.key) ?? []).map(({ id }) => id),
			schema: row.schema,
			recordCount: row.record_count,
			createdTime: row.created_time,
			modifiedTime: row.modified_time,
			createdBy: row.created_by,
			modifiedBy: row.modified_by,
		}));
	};

	const get = async (workspace: WorkspaceRecord, id: string): Promise<EvaluationDataset> =>
		(await present([await find(workspace, id)]))[0] as EvaluationDataset;

	/** @throws {RunsteadError} not-found for an experiment that the workspace has not; limit-exceeded. */
	const experimentKeys = async (workspace: WorkspaceRecord, ids: readonly string[]): Promise<number[]> => {
		const distinct = [...new Set(ids)];
		checkLimit('The number of experiments', distinct.length, 'experimentsPerSearch');
		const keys: number[] = [];
		for (const id of distinct) {
			const { key, workspace_key } = await experiments.find(id);
			if (workspace_key !== workspace.key) throw new RunsteadError('not-found', { noun: 'experiment', given: id });
			keys.push(key);
		}
		return keys;
	};

	const putTags = async (unit: UnitOfWork, datasetKey: number, tags: Readonly<Record<string, string>>): Promise<void> => {
		const given = Object.entries(tags);
		const there = new Set((await store.tagsOf(unit.db, [datasetKey])).map(({ key }) => key));
		const count = there.size + given.filter(([key]) => !there.has(key)).length;
		checkLimit('The number of tags of the evaluation dataset', count, 'evaluationDatasetTags');
		store.putTags(
			unit,
			datasetKey,
			given.map(([key, value]) => [key.toWellFormed(), value.toWellFormed()]),
		);
	};

	return {
		get,

		/** @throws {RunsteadError} invalid-name, limit-exceeded, not-found for an experiment. */
		async create(workspace: WorkspaceRecord, given: NewEvaluationDataset, user: string | null): Promise<EvaluationDataset> {
			checkName(given.name);
			checkTags(given.tags);
			const keys = await experimentKeys(workspace, given.experimentIds);
			const id = `d-${randomUUID().replaceAll('-', '')}`;
			await database.write(async (unit) => {
				const { key } = await store.insertDataset(unit.db, {
					id,
					workspace_key: workspace.key,
					name: given.name,
					digest: digestOf(given.name, unit.now),
					schema: null,
					record_count: 0,
					created_time: unit.now,
					modified_time: unit.now,
					created_by: user,
					modified_by: user,
				});
				await putTags(unit, key, given.tags);
				store.putExperiments(unit, key, keys);
			});
			return get(workspace, id);
		},

		/**
		 * Puts one with its own id and times, without records. Of one that is there, name and creation stay, and tags and experiments are added.
		 * @throws {RunsteadError} as `create`; already-exists where another workspace has one of its id.
		 */
		async put(workspace: WorkspaceRecord, { id, tags, removeTags = [], experimentIds, ...given }: KeptEvaluationDataset) {
			checkName(given.name);
			checkTags(tags);
			for (const text of [given.digest, given.createdBy, given.modifiedBy])
				if (text !== null) checkText('A text of the evaluation dataset', text, 'attributeKeyCharacters');
			const keys = await experimentKeys(workspace, experimentIds);
			await database.write(async (unit) => {
				const there = await store.datasetById(unit.db, id);
				if (there && there.workspace_key !== workspace.key)
					throw new RunsteadError('already-exists', { noun: 'evaluation dataset', given: id });
				const said = { digest: given.digest, modified_time: given.modifiedTime, modified_by: given.modifiedBy };
				if (there) await store.updateDataset(unit.db, there.key, said);
				const made = there ?? {
					...said,
					id,
					workspace_key: workspace.key,
					name: given.name,
					schema: null,
					record_count: 0,
					created_time: given.createdTime,
					created_by: given.createdBy,
				};
				const { key } = there ?? (await store.insertDataset(unit.db, made));
				for (const tag of removeTags) await store.deleteTag(unit.db, key, tag);
				await putTags(unit, key, tags);
				store.putExperiments(unit, key, keys);
			});
			return get(workspace, id);
		},

		async search(workspace: WorkspaceRecord, search: EvaluationDatasetSearch): Promise<EvaluationDataset[]> {
			return present(await store.datasetsWhere(database.read, workspace.key, searchSql(search, database.engine)));
		},

		/** With its records. Whether it was there. */
		remove: (workspace: WorkspaceRecord, id: string): Promise<boolean> =>
			database.write(async (unit) => {
				const found = await store.datasetById(unit.db, id);
				if (found?.workspace_key !== workspace.key) return false;
				await store.deleteDataset(unit.db, found.key);
				return true;
			}),

		/** @throws {RunsteadError} not-found, limit-exceeded, invalid-request. */
		async setTags(workspace: WorkspaceRecord, id: string, tags: Readonly<Record<string, string>>): Promise<void> {
			checkTags(tags);
			await change(workspace, id, (unit, { key }) => putTags(unit, key, tags));
		},

		/** @throws {RunsteadError} not-found for the dataset. */
		removeTag: (workspace: WorkspaceRecord, id: string, tag: string): Promise<void> =>
			change(workspace, id, (unit, { key }) => store.deleteTag(unit.db, key, tag)),

		/** @throws {RunsteadError} not-found. */
		async addExperiments(workspace: WorkspaceRecord, id: string, experimentIds: readonly string[]): Promise<EvaluationDataset> {
			const keys = await experimentKeys(workspace, experimentIds);
			await change(workspace, id, async (unit, { key }) => {
				store.putExperiments(unit, key, keys);
				await store.updateDataset(unit.db, key, { modified_time: unit.now });
			});
			return get(workspace, id);
		},

		/** Those that do not use it are passed over. @throws {RunsteadError} not-found for the dataset. */
		async removeExperiments(workspace: WorkspaceRecord, id: string, experimentIds: readonly string[]): Promise<EvaluationDataset> {
			const { key } = await find(workspace, id);
			const used = new Set((await store.experimentsOf(database.read, [key])).map((one) => one.id));
			const keys = await experimentKeys(
				workspace,
				experimentIds.filter((one) => used.has(one)),
			);
			await change(workspace, id, async (unit) => {
				if (await store.deleteExperiments(unit.db, key, keys)) await store.updateDataset(unit.db, key, { modified_time: unit.now });
			});
			return get(workspace, id);
		},

		/**
		 * Merges records into those with the same inputs, and adds the others.
		 * @param records JSON: a list of objects with `inputs`, and perhaps `outputs`, `expectations`, `tags` and `source`.
		 * @param isKept takes the ids and times that records say.
		 * @throws {RunsteadError} not-found, invalid-request, limit-exceeded; nothing is merged then.
		 */
		async merge(workspace: WorkspaceRecord, id: string, records: string, isKept = false): Promise<Merged> {
			await find(workspace, id);
			const given = readRecords(records, isKept);
			const user = given.findLast((one) => one.user !== null)?.user;
			return change(workspace, id, async (unit, dataset) => {
				const merged = await mergeRecords(unit, dataset.key, given);
				const count = dataset.record_count + merged.inserted;
				checkLimit('The number of records of the evaluation dataset', count, 'evaluationRecordsPerDataset');
				await store.updateDataset(unit.db, dataset.key, {
					record_count: count,
					schema: given.length === 0 ? dataset.schema : schemaWith(dataset.schema, given),
					digest: digestOf(dataset.name, unit.now),
					modified_time: unit.now,
					...(user && { modified_by: user }),
				});
				return merged;
			});
		},

		/** How many of them were there. @throws {RunsteadError} not-found for the dataset, limit-exceeded. */
		removeRecords: (workspace: WorkspaceRecord, id: string, recordIds: readonly string[]): Promise<number> => {
			const distinct = [...new Set(recordIds)];
			checkLimit('The number of records to delete', distinct.length, 'evaluationRecordIds');
			return change(workspace, id, async (unit, { key, name, record_count }) => {
				const gone = await store.deleteRecords(unit, key, distinct);
				if (gone === 0) return 0;
				await store.updateDataset(unit.db, key, {
					record_count: record_count - gone,
					digest: digestOf(name, unit.now),
					modified_time: unit.now,
				});
				return gone;
			});
		},

		/** Records in the order in which they came; a page of large ones has fewer. @throws {RunsteadError} not-found, invalid-cursor. */
		async records(
			workspace: WorkspaceRecord,
			id: string,
			limit: number,
			cursor?: string,
		): Promise<{ records: store.RecordRow[]; nextCursor: string | null }> {
			const [after] = cursor === undefined ? [0] : decodeCursor(cursor, ['integer']);
			const { key } = await find(workspace, id);
			const sizes = await store.sizesAfter(database.read, key, after, limit + 1);
			let bytes = 0;
			const fitting = sizes.slice(0, limit).findIndex(({ size_bytes }, index) => {
				bytes += size_bytes;
				return index > 0 && bytes > PAGE_BYTES;
			});
			const last = sizes[(fitting < 0 ? Math.min(limit, sizes.length) : fitting) - 1];
			if (last === undefined) return { records: [], nextCursor: null };
			const records = await store.recordsBetween(database.read, key, after, last.key);
			return { records, nextCursor: sizes.at(-1) === last ? null : encodeCursor([last.key]) };
		},
	};
}

export type EvaluationDatasetService = ReturnType<typeof createEvaluationDatasetService>;

/** As MLflow makes it: other whenever the dataset is. */
function digestOf(name: string, modifiedTime: number): string {
	return createHash('sha256')
		.update(`${name}:${Math.floor(modifiedTime / 1_000)}`)
		.digest('hex')
		.slice(0, 8);
}

/** @throws {RunsteadError} limit-exceeded, invalid-request. */
function checkTags(tags: Readonly<Record<string, string>>): void {
	const given = Object.entries(tags);
	checkLimit('The number of tags', given.length, 'evaluationDatasetTags');
	for (const [key, value] of given) {
		checkText('The tag key', key, 'attributeKeyCharacters');
		checkText(`The value of tag ${key}`, value, 'modelTagValueCharacters');
	}
}

/** @throws {RunsteadError} invalid-name, limit-exceeded. */
function checkName(name: string): void {
	checkLimit('The length of the name of the evaluation dataset', name.length, 'evaluationDatasetNameCharacters');
	const refuse = (reason: string) => new RunsteadError('invalid-name', { noun: 'evaluation dataset', given: JSON.stringify(name), reason });
	if (name.trim() === '') throw refuse('it is empty');
	if (/\p{Cc}/u.test(name)) throw refuse('it holds control characters');
}
