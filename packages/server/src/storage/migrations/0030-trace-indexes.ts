/** Traces of a workspace are listed by their time, and those of a run are looked up. */
import type { Migration } from './migration.ts';

export const traceIndexes: Migration = {
	number: 30,
	name: 'trace-indexes',
	statements: () => [
		'create index trace_by_time on trace (request_time desc, id)',
		// An id of a run is no longer; what is would not fit into an index.
		`create index trace_attribute_by_source_run on trace_attribute (value, trace_key)
			where kind = 'metadata' and key = 'mlflow.sourceRun' and length(value) <= 256`,
	],
};
