/** Evaluation datasets in MLflow's own database. */
import type { TraceTables } from './mlflow-database-traces.ts';
import type { SourceEvaluationDataset, SourceEvaluationRecord } from './mlflow-source.ts';
import { plainJson } from './plain-json.ts';

type Row = Readonly<Record<string, unknown>>;
type Reader = Pick<TraceTables, 'all' | 'byId' | 'tables'>;

const RECORDS_PER_PAGE = 500;
/** MLflow wraps outputs, so that each of them is an object. */
const WRAPPED = /^\s*\{\s*"mlflow_wrapped"\s*:(.*)\}\s*$/s;

const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const timeOf = (millis: unknown): string => new Date(Number(millis ?? 0)).toISOString();

/** @param workspace the one that is brought; null: the database knows none. */
export async function* databaseEvaluationDatasets(reader: Reader, workspace: string | null): AsyncGenerator<SourceEvaluationDataset> {
	const { all, byId, tables } = reader;
	if (!tables.has('evaluation_datasets')) return;
	const within = workspace === null ? '1 = 1' : 'workspace = ?';
	const query = `select * from evaluation_datasets where ${within} order by created_time, dataset_id`;
	for (const row of await all(query, ...(workspace === null ? [] : [workspace]))) {
		const id = String(row.dataset_id);
		const tags = await byId('select dataset_id as owner, key, value from evaluation_dataset_tags', 'dataset_id', [id]);
		const used = await all(
			`select destination_id from entity_associations where source_type = 'evaluation_dataset' and destination_type = 'experiment'
				and source_id = ? order by destination_id`,
			id,
		);
		const [counted] = await all('select count(*) as count from evaluation_dataset_records where dataset_id = ?', id);
		yield {
			id,
			name: String(row.name),
			digest: String(row.digest ?? ''),
			tags: Object.fromEntries((tags.get(id) ?? []).map(({ key, value }) => [String(key), String(value ?? '')])),
			experimentIds: used.map(({ destination_id }) => String(destination_id)),
			createdTime: timeOf(row.created_time),
			modifiedTime: timeOf(row.last_update_time),
			createdBy: textOrNull(row.created_by),
			modifiedBy: textOrNull(row.last_updated_by),
			recordCount: Number(counted?.count),
			records: () => recordsOf(reader, id),
		};
	}
}

async function* recordsOf({ all }: Reader, datasetId: string): AsyncGenerator<SourceEvaluationRecord> {
	// As texts, in which numbers are as they were written.
	const texts = ['inputs', 'outputs', 'expectations', 'tags', 'source'].map((name) => `cast(${name} as text) as ${name}`).join(', ');
	let last: Row | undefined;
	for (;;) {
		const after = last ? 'and (created_time > ? or (created_time = ? and dataset_record_id > ?))' : '';
		const time = Number(last?.created_time ?? 0);
		const rows = await all(
			`select dataset_record_id, created_time, last_update_time, created_by, ${texts} from evaluation_dataset_records
				where dataset_id = ? ${after} order by created_time, dataset_record_id limit ${RECORDS_PER_PAGE}`,
			datasetId,
			...(last ? [time, time, String(last.dataset_record_id)] : []),
		);
		for (const row of rows) yield recordOf(row);
		last = rows.at(-1);
		if (rows.length < RECORDS_PER_PAGE) return;
	}
}

function recordOf(row: Row): SourceEvaluationRecord {
	const said = {
		dataset_record_id: String(row.dataset_record_id),
		created_time: Number(row.created_time ?? 0),
		...(row.created_by !== null && { created_by: row.created_by }),
	};
	const outputs = WRAPPED.exec(String(row.outputs ?? ''))?.[1] ?? 'null';
	const held = { inputs: row.inputs, outputs, expectations: row.expectations, tags: row.tags, source: row.source };
	const fields = Object.entries(held).map(([name, json]) => `"${name}":${json ?? 'null'}`);
	return {
		id: said.dataset_record_id,
		json: `${JSON.stringify(said).slice(0, -1)},${plainJson(fields.join(','))}}`,
		modifiedTimeMs: Number(row.last_update_time ?? 0),
	};
}
