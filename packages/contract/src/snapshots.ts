/** Snapshots: a source folder as it was at submission, content-addressed. */
import type { Static } from 'typebox';
import { Time } from './common.ts';
import { LIMITS } from './limits.ts';
import { route } from './route.ts';
import { Type } from './schema-builder.ts';
import { WorkspaceParams } from './workspaces.ts';

export const SnapshotFile = Type.Object(
	{
		path: Type.String(),
		sizeBytes: Type.Integer({ minimum: 0 }),
		sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
		executable: Type.Optional(Type.Boolean({ default: false })),
	},
	{ additionalProperties: false },
);
export type SnapshotFile = Static<typeof SnapshotFile>;

const SnapshotFiles = Type.Object(
	{ files: Type.Array(SnapshotFile) },
	{ additionalProperties: false, description: `At most ${LIMITS.snapshotFiles.max} files and ${LIMITS.snapshotBytes.max} bytes.` },
);

export const Snapshot = Type.Object({
	id: Type.String({ description: 'SHA-256 over its sorted files: the same folder has the same id.' }),
	workspaceId: Type.String(),
	sizeBytes: Type.Integer(),
	createdTime: Time,
	files: Type.Array(SnapshotFile),
});
export type Snapshot = Static<typeof Snapshot>;

const SnapshotParams = Type.Object({ workspace: Type.String(), snapshot: Type.String() });

export const snapshotRoutes = {
	checkSnapshot: route({
		method: 'POST',
		path: '/api/v1/workspaces/:workspace/snapshots/check',
		permission: 'run.write',
		summary: 'Which contents of a folder the server lacks',
		params: WorkspaceParams,
		body: SnapshotFiles,
		response: Type.Object({ missing: Type.Array(Type.String({ description: 'SHA-256' })) }),
	}),
	uploadSnapshotContent: route({
		method: 'PUT',
		path: '/api/v1/workspaces/:workspace/snapshots/contents/:sha256',
		permission: 'run.write',
		summary: 'Upload the content of a file; verified against its SHA-256',
		params: Type.Object({ workspace: Type.String(), sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) }),
		requestStream: 'bytes',
		response: Type.Object({ sha256: Type.String(), sizeBytes: Type.Integer() }),
	}),
	createSnapshot: route({
		method: 'POST',
		path: '/api/v1/workspaces/:workspace/snapshots',
		permission: 'run.write',
		summary: 'Create a snapshot from uploaded contents; the same files again give the same snapshot',
		params: WorkspaceParams,
		body: SnapshotFiles,
		response: Snapshot,
	}),
	getSnapshot: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/snapshots/:snapshot',
		permission: 'run.read',
		summary: 'The files of a snapshot',
		params: SnapshotParams,
		response: Snapshot,
	}),
	readSnapshotFile: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/snapshots/:snapshot/files/*',
		permission: 'run.read',
		summary: 'Read one file of a snapshot',
		params: Type.Object({ workspace: Type.String(), snapshot: Type.String(), '*': Type.String() }),
		responseStream: 'bytes',
	}),
	downloadSnapshot: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/snapshots/:snapshot/zip',
		permission: 'run.read',
		summary: 'Download a snapshot as a zip file',
		params: SnapshotParams,
		responseStream: 'bytes',
	}),
};
