/** Tables of data definitions, and of the names under which they are registered. */
import type { Generated } from 'kysely';

export interface DataDefinitionTable {
	key: Generated<number>;
	id: string;
	workspace_key: number;
	/** Of type, dataflow and properties: what is the same is kept once. */
	digest: string;
	type: string;
	/** As its client wrote it. */
	dataflow: string;
	/** JSON. */
	properties: string;
	created_time: number;
}

export interface RegisteredDatasetTable {
	key: Generated<number>;
	id: string;
	workspace_key: number;
	name: string;
	description: string;
	/** JSON. */
	tags: string;
	created_time: number;
	modified_time: number;
}

export interface RegisteredDatasetVersionTable {
	dataset_key: number;
	version: number;
	definition_key: number;
	created_time: number;
}

export interface RegisteredDatasetTables {
	data_definition: DataDefinitionTable;
	registered_dataset: RegisteredDatasetTable;
	registered_dataset_version: RegisteredDatasetVersionTable;
}
