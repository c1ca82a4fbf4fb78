/** Records as a JSON list in MLflow's words. What records hold is JSON already, and stays as it is. */
import type { RecordRow } from './store.ts';

export function recordsJson(datasetId: string, records: readonly RecordRow[]): string {
	return `[${records.map((record) => recordJson(datasetId, record)).join(',')}]`;
}

function recordJson(datasetId: string, record: RecordRow): string {
	const source = record.source === null ? null : (JSON.parse(record.source) as Source);
	const said = {
		dataset_record_id: record.id,
		dataset_id: datasetId,
		created_time: Math.floor(record.created_time / 1_000),
		last_update_time: Math.floor(record.modified_time / 1_000),
		...(source !== null && { source_type: source.source_type, source_id: sourceIdOf(source) }),
		...(record.created_by !== null && { created_by: record.created_by }),
		...(record.modified_by !== null && { last_updated_by: record.modified_by }),
	};
	const { inputs, outputs, expectations, source: sourceJson } = record;
	const held = { inputs, outputs, expectations, tags: record.tags ?? '{}', source: sourceJson };
	const fields = Object.entries(held).flatMap(([name, json]) => (json === null ? [] : [`"${name}":${json}`]));
	return `${JSON.stringify(said).slice(0, -1)},${fields.join(',')}}`;
}

interface Source {
	readonly source_type: string;
	readonly source_data: Readonly<Record<string, unknown>>;
}

function sourceIdOf({ source_type, source_data }: Source): string | undefined {
	const id = source_data[source_type === 'TRACE' ? 'trace_id' : 'source_id'];
	return typeof id === 'string' ? id : undefined;
}
