/** Datastores: where a workspace keeps the files that jobs read and write, and how a job names what it takes of them. */
import type { Static } from 'typebox';
import { chunkQuery, NextCursor, Nullable, PageQuery, Time } from './common.ts';
import { LIMITS } from './limits.ts';
import { route } from './route.ts';
import { Type } from './schema-builder.ts';
import { WorkspaceParams } from './workspaces.ts';

/** Every workspace has it; its files lie with the server's own contents. The name is Azure's. */
export const DEFAULT_DATASTORE = 'workspaceblobstore';

export const Datastore = Type.Object({
	name: Type.String(),
	workspaceId: Type.String(),
	isDefault: Type.Boolean(),
	fileCount: Type.Integer(),
	sizeBytes: Type.Integer({ description: 'Of all its files; contents that are alike are kept once.' }),
});
export type Datastore = Static<typeof Datastore>;

export const DatastoreFile = Type.Object({
	path: Type.String(),
	sizeBytes: Type.Integer(),
	sha256: Type.String(),
	modifiedTime: Time,
});
export type DatastoreFile = Static<typeof DatastoreFile>;

export const DATA_MODES = ['download', 'mount', 'upload'] as const;
export type DataMode = (typeof DATA_MODES)[number];

export const DataReference = Type.Object(
	{
		name: Type.String({
			pattern: `^[A-Za-z0-9_]{1,${LIMITS.dataReferenceNameCharacters.max}}$`,
			description:
				'The script finds the local path in AZUREML_DATAREFERENCE_<name>; $AZUREML_DATAREFERENCE_<name> in an argument or an environment variable becomes it.',
		}),
		datastore: Type.Optional(Type.String({ default: DEFAULT_DATASTORE })),
		path: Type.Optional(Type.String({ default: '', description: 'A file or a folder of the datastore; empty: all of it.' })),
		mode: Type.Unsafe<DataMode>({
			type: 'string',
			enum: DATA_MODES,
			description:
				'download: files of its own for the job. mount: the same files read-only, shared with other jobs of the node. upload: what lies at the local path when the script has ended goes to the datastore.',
		}),
		pathOnCompute: Type.Optional(Type.String({ description: 'Where it lies on the node; relative to the working folder of the job.' })),
		overwrite: Type.Optional(Type.Boolean({ default: false, description: 'Replace files that are there and differ.' })),
		createFolder: Type.Optional(
			Type.Boolean({ default: false, description: 'upload: the local path is a folder, which is there when the script begins.' }),
		),
	},
	{ additionalProperties: false },
);
export type DataReference = Static<typeof DataReference>;

const DatastoreParams = Type.Object({ workspace: Type.String(), datastore: Type.String() });
const FileParams = Type.Object({
	workspace: Type.String(),
	datastore: Type.String(),
	'*': Type.String({ description: 'Path of the file within the datastore.' }),
});
const OverwriteQuery = Type.Object({
	overwrite: Type.Optional(Type.Boolean({ default: false, description: 'Replace a file that is there and differs; else it is refused.' })),
});

const ChunkQuery = chunkQuery(LIMITS.dataFileBytes.max);
const JobDataParams = Type.Object({
	run: Type.String(),
	name: Type.String({ description: 'Of the data reference.' }),
	'*': Type.String({ description: 'Path below that of the reference; empty: the reference itself is the file.' }),
});
const LeaseQuery = {
	agent: Type.String({ description: 'The agent that holds the job.' }),
	fence: Type.Integer({ description: 'Of its lease: an agent that has lost the job stores nothing.' }),
};

/** How far a file that comes in chunks is. */
export const ReceivedChunk = Type.Object({
	receivedBytes: Type.Integer({ description: 'Continue here.' }),
	file: Nullable(DatastoreFile),
});
export type ReceivedChunk = Static<typeof ReceivedChunk>;

export const datastoreRoutes = {
	listDatastores: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/datastores',
		permission: 'run.read',
		summary: 'List the datastores of a workspace',
		params: WorkspaceParams,
		response: Type.Object({ datastores: Type.Array(Datastore) }),
	}),
	getDatastore: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/datastores/:datastore',
		permission: 'run.read',
		summary: 'Get a datastore, with how much it holds',
		params: DatastoreParams,
		response: Datastore,
	}),
	listDatastoreFiles: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/datastores/:datastore/files',
		permission: 'run.read',
		summary: 'List the files of a datastore by path',
		params: DatastoreParams,
		query: Type.Object({ ...PageQuery, prefix: Type.Optional(Type.String({ description: 'Only paths that begin so.' })) }),
		response: Type.Object({ files: Type.Array(DatastoreFile), nextCursor: NextCursor }),
	}),
	readDatastoreFile: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/datastores/:datastore/files/*',
		permission: 'run.read',
		summary: 'Read a file of a datastore, or a byte range of it',
		params: FileParams,
		responseStream: 'bytes',
	}),
	writeDatastoreFile: route({
		method: 'PUT',
		path: '/api/v1/workspaces/:workspace/datastores/:datastore/files/*',
		permission: 'workspace.write',
		summary: 'Store a file in a datastore; header X-Content-SHA256 is checked when sent',
		params: FileParams,
		query: OverwriteQuery,
		requestStream: 'bytes',
		response: DatastoreFile,
	}),
	appendDatastoreFile: route({
		method: 'PATCH',
		path: '/api/v1/workspaces/:workspace/datastores/:datastore/files/*',
		permission: 'workspace.write',
		summary: 'Send a chunk of a large file; the last one is verified and makes the file, an empty one asks how far it is',
		params: FileParams,
		query: Type.Object({ ...ChunkQuery, ...OverwriteQuery.properties }),
		requestStream: 'bytes',
		response: ReceivedChunk,
	}),
	deleteDatastoreFile: route({
		method: 'DELETE',
		path: '/api/v1/workspaces/:workspace/datastores/:datastore/files/*',
		permission: 'workspace.write',
		summary: 'Delete a file of a datastore',
		params: FileParams,
	}),
	writeJobData: route({
		method: 'PUT',
		path: '/api/v1/jobs/:run/data/:name/*',
		permission: 'run.write',
		summary: 'Store a file where an upload reference of the job says: its path is taken below that of the reference',
		params: JobDataParams,
		query: Type.Object(LeaseQuery),
		requestStream: 'bytes',
		response: DatastoreFile,
	}),
	appendJobData: route({
		method: 'PATCH',
		path: '/api/v1/jobs/:run/data/:name/*',
		permission: 'run.write',
		summary: 'Send a chunk of a large file to where an upload reference of the job says',
		params: JobDataParams,
		query: Type.Object({ ...LeaseQuery, ...ChunkQuery }),
		requestStream: 'bytes',
		response: ReceivedChunk,
	}),
};
