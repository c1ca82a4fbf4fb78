/** Evaluation datasets. */
import type { Generated } from 'kysely';

export interface EvaluationDatasetTable {
	key: Generated<number>;
	id: string;
	workspace_key: number;
	name: string;
	digest: string;
	/** JSON: the type of each field that records were seen to have; null before the first. */
	schema: string | null;
	record_count: number;
	created_time: number;
	modified_time: number;
	created_by: string | null;
	modified_by: string | null;
}

export interface EvaluationDatasetTagTable {
	dataset_key: number;
	key: string;
	value: string;
}

export interface EvaluationDatasetExperimentTable {
	dataset_key: number;
	experiment_key: number;
}

export interface EvaluationRecordTable {
	key: Generated<number>;
	dataset_key: number;
	id: string;
	/** Of the inputs, whatever the order of their fields. */
	input_hash: string;
	/** JSON, as are the next four. */
	inputs: string;
	outputs: string | null;
	expectations: string | null;
	tags: string | null;
	source: string | null;
	/** Of all JSON together. */
	size_bytes: number;
	created_time: number;
	modified_time: number;
	created_by: string | null;
	modified_by: string | null;
}

export interface EvaluationDatasetTables {
	evaluation_dataset: EvaluationDatasetTable;
	evaluation_dataset_tag: EvaluationDatasetTagTable;
	evaluation_dataset_experiment: EvaluationDatasetExperimentTable;
	evaluation_record: EvaluationRecordTable;
}
