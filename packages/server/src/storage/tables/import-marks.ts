/** What imports saw of each thing at its source. */

export interface ImportMarkTable {
	workspace_key: number;
	subject: string;
	digest: string;
	/** JSON of texts by field. */
	seen: string;
	modified_time: number;
}

export interface ImportMarkTables {
	import_mark: ImportMarkTable;
}
