/** What becomes of records that are merged into those of a dataset: one record for each input. */
import { randomUUID } from 'node:crypto';
import { checkLimit } from '@runstead/contract';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { GivenRecord } from './given-records.ts';
import { type JsonObject, parseExactly } from './record-json.ts';
import * as store from './store.ts';

export interface Merged {
	readonly inserted: number;
	readonly updated: number;
}

type NewRow = Omit<store.RecordRow, 'key'>;
type Content = Pick<store.RecordRow, 'inputs' | 'outputs' | 'expectations' | 'tags' | 'source'>;

/** Outputs that are given take the place of those before; fields of expectations and tags are added. @throws {RunsteadError} limit-exceeded. */
export async function mergeRecords(unit: UnitOfWork, datasetKey: number, records: readonly GivenRecord[]): Promise<Merged> {
	const hashes = [...new Set(records.map(({ inputHash }) => inputHash))];
	const known = await store.recordsByHash(unit, datasetKey, hashes);
	const taken = await store.takenIds(
		unit,
		datasetKey,
		records.flatMap(({ kept }) => (kept === null ? [] : [kept.id])),
	);
	const fresh = new Map<string, NewRow>();
	const changed = new Map<string, store.KnownRecord>();
	for (const record of records) {
		const there = fresh.get(record.inputHash);
		const before = changed.get(record.inputHash) ?? known.get(record.inputHash);
		if (there !== undefined) fresh.set(record.inputHash, { ...there, ...mergedWith(there, record, unit.now) });
		else if (before !== undefined) changed.set(record.inputHash, { ...before, ...mergedWith(before, record, unit.now) });
		else fresh.set(record.inputHash, newRow(datasetKey, record, taken, unit.now));
	}
	store.insertRecords(
		unit,
		[...fresh.values()].map((row) => ({ ...row, size_bytes: checkedSize(row) })),
	);
	store.updateRecords(
		unit,
		[...changed.values()].map((row) => ({ ...row, size_bytes: checkedSize(row) })),
	);
	return { inserted: fresh.size, updated: records.length - fresh.size };
}

const jsonOrNull = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));

function newRow(datasetKey: number, record: GivenRecord, taken: Set<string>, now: number): NewRow {
	const { kept, user } = record;
	const isFree = kept !== null && !taken.has(kept.id);
	if (isFree) taken.add(kept.id);
	return {
		dataset_key: datasetKey,
		id: isFree ? kept.id : `dr-${randomUUID().replaceAll('-', '')}`,
		input_hash: record.inputHash,
		inputs: JSON.stringify(record.inputs),
		// MLflow has no outputs of a new record be an object without fields.
		outputs: jsonOrNull(record.outputs === undefined ? {} : record.outputs),
		expectations: jsonOrNull(record.expectations),
		tags: jsonOrNull(record.tags),
		source: jsonOrNull(record.source),
		size_bytes: 0,
		created_time: kept?.createdTime ?? now,
		modified_time: now,
		created_by: kept?.createdBy ?? user,
		modified_by: user,
	};
}

function mergedWith(
	before: Pick<store.RecordRow, 'outputs' | 'expectations' | 'tags' | 'modified_by'>,
	{ outputs, expectations, tags, user }: GivenRecord,
	now: number,
) {
	return {
		outputs: outputs === undefined ? before.outputs : jsonOrNull(outputs),
		expectations: withFields(before.expectations, expectations),
		tags: withFields(before.tags, tags),
		modified_time: now,
		modified_by: user ?? before.modified_by,
	};
}

function withFields(before: string | null, fields: JsonObject | null): string | null {
	if (fields === null) return before;
	return JSON.stringify({ ...(before === null ? {} : (parseExactly(before, 'Fields') as JsonObject)), ...fields });
}

/** @throws {RunsteadError} limit-exceeded. */
function checkedSize({ inputs, outputs, expectations, tags, source }: Content): number {
	const size = [inputs, outputs, expectations, tags, source].reduce((sum, json) => sum + Buffer.byteLength(json ?? ''), 0);
	checkLimit(() => `The size of the record with the inputs ${inputs.slice(0, 80)}…, in bytes,`, size, 'evaluationRecordBytes');
	return size;
}
