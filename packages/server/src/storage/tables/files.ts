/** Files of runs, snapshots and datastores, and the contents that they share. */
import type { Generated } from 'kysely';

export interface RunFileTable {
	key: Generated<number>;
	run_key: number;
	path: string;
	version: number;
	kind: 'artifact' | 'log';
	size_bytes: number;
	/** Null for a log that still grows. */
	sha256: string | null;
	/** Who said that nothing follows in a log: its writer, for good; or the server when the run ended, until more comes. Null for artifacts. */
	sealed_by: 'writer' | 'server' | null;
	/** 1 for a log that reached the limit of its run: what follows is acknowledged, not kept. */
	cut: number;
	content_type: string;
	/** Whether it is the newest version of its path. */
	newest: number;
	created_time: number;
	modified_time: number;
}

/** How much one of several writers of a log has appended; the log of a single writer has none. */
export interface LogWriterTable {
	file_key: number;
	writer: string;
	size_bytes: number;
}

/** How much the files of a run are, all versions, kept with each change. */
export interface RunSpaceTable {
	run_key: number;
	file_count: number;
	artifact_bytes: number;
	log_bytes: number;
}

export interface UploadTable {
	id: string;
	run_key: number;
	path: string;
	size_bytes: number;
	sha256: string;
	content_type: string;
	created_time: number;
}

/** Content by its hash, and how many hold it: each version of an artifact, each workspace whose snapshots know it. */
export interface BlobTable {
	sha256: string;
	size_bytes: number;
	holders: number;
}

/** A file of a datastore: one content a path. */
export interface DatastoreFileTable {
	workspace_key: number;
	datastore: string;
	path: string;
	size_bytes: number;
	sha256: string;
	modified_time: number;
}

/** Contents that a workspace has uploaded for its snapshots. */
export interface SnapshotContentTable {
	workspace_key: number;
	sha256: string;
	size_bytes: number;
	/** 1 once a snapshot is made of it; what stays 0 is dropped after a while. */
	used: number;
	uploaded_time: number;
}

export interface SnapshotTable {
	workspace_key: number;
	id: string;
	size_bytes: number;
	files: string;
	created_time: number;
}

/** Another name of a snapshot, chosen by its client. */
export interface SnapshotNameTable {
	workspace_key: number;
	name: string;
	snapshot_id: string;
}

/** A file of a set: what belongs to something other than a run, such as a version of a model. */
export interface FileSetFileTable {
	set_id: string;
	path: string;
	size_bytes: number;
	sha256: string;
	modified_time: number;
}

export interface FileTables {
	run_file: RunFileTable;
	log_writer: LogWriterTable;
	run_space: RunSpaceTable;
	upload: UploadTable;
	blob: BlobTable;
	datastore_file: DatastoreFileTable;
	snapshot_content: SnapshotContentTable;
	snapshot: SnapshotTable;
	snapshot_name: SnapshotNameTable;
	file_set_file: FileSetFileTable;
}
