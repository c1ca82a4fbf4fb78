/** Run files: artifacts (versions, resumable upload) and append-only logs, in one tree of paths a run. */
import type { Static } from 'typebox';
import { NextCursor, Nullable, PageQuery, Time } from './common.ts';
import { LIMITS } from './limits.ts';
import { route } from './route.ts';
import { Type } from './schema-builder.ts';

export const RunFile = Type.Object({
	path: Type.String(),
	kind: Type.Union([Type.Literal('artifact'), Type.Literal('log')]),
	version: Type.Integer({ description: 'From 1; an overwrite makes the next one.' }),
	sizeBytes: Type.Integer(),
	sha256: Nullable(Type.String({ description: 'Null for a log that still grows.' })),
	contentType: Type.String(),
	sealed: Type.Boolean({ description: 'False while a log may grow.' }),
	createdTime: Time,
	modifiedTime: Time,
});
export type RunFile = Static<typeof RunFile>;

const RunParams = Type.Object({ run: Type.String() });
const FileParams = Type.Object({ run: Type.String(), '*': Type.String({ description: 'Path of the file within the run.' }) });
const UploadParams = Type.Object({ run: Type.String(), upload: Type.String() });

export const Upload = Type.Object({
	id: Type.String(),
	path: Type.String(),
	sizeBytes: Type.Integer(),
	receivedBytes: Type.Integer({ description: 'Continue here.' }),
});

export const runFileRoutes = {
	listRunFiles: route({
		method: 'GET',
		path: '/api/v1/runs/:run/files',
		permission: 'run.read',
		summary: 'List the files of a run by path, newest version of each',
		params: RunParams,
		query: Type.Object({ ...PageQuery, prefix: Type.Optional(Type.String({ description: 'Only paths that begin so.' })) }),
		response: Type.Object({ files: Type.Array(RunFile), nextCursor: NextCursor }),
	}),
	listRunFileVersions: route({
		method: 'GET',
		path: '/api/v1/runs/:run/file-versions/*',
		permission: 'run.read',
		summary: 'Every version of a file, newest first',
		params: FileParams,
		response: Type.Object({ versions: Type.Array(RunFile) }),
	}),
	readRunFile: route({
		method: 'GET',
		path: '/api/v1/runs/:run/files/*',
		permission: 'run.read',
		summary: 'Read a file, or a byte range of it; with follow the reply goes on until a growing log is sealed',
		params: FileParams,
		query: Type.Object({
			version: Type.Optional(Type.Integer({ minimum: 1 })),
			follow: Type.Optional(Type.Boolean({ default: false, description: 'Keep the reply open and send what is appended (logs).' })),
			download: Type.Optional(Type.Boolean({ default: false, description: 'As an attachment.' })),
		}),
		responseStream: 'bytes',
	}),
	writeRunFile: route({
		method: 'PUT',
		path: '/api/v1/runs/:run/files/*',
		permission: 'run.write',
		summary: 'Store an artifact in one request; header X-Content-SHA256 is checked when sent',
		params: FileParams,
		requestStream: 'bytes',
		response: RunFile,
	}),
	deleteRunFile: route({
		method: 'DELETE',
		path: '/api/v1/runs/:run/files/*',
		permission: 'run.write',
		summary: 'Delete an artifact, all its versions',
		params: FileParams,
	}),
	startUpload: route({
		method: 'POST',
		path: '/api/v1/runs/:run/uploads',
		permission: 'run.write',
		summary: 'Begin a resumable upload, or take up the one there is; content that the workspace has already is finished at once',
		params: RunParams,
		body: Type.Object(
			{
				path: Type.String(),
				sizeBytes: Type.Integer({ minimum: 0, maximum: LIMITS.artifactBytes.max }),
				sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
				contentType: Type.Optional(Type.String()),
			},
			{ additionalProperties: false },
		),
		response: Type.Object({ upload: Nullable(Upload), file: Nullable(RunFile) }),
	}),
	getUpload: route({
		method: 'GET',
		path: '/api/v1/runs/:run/uploads/:upload',
		permission: 'run.read',
		summary: 'How far an upload is',
		params: UploadParams,
		response: Upload,
	}),
	appendUpload: route({
		method: 'PATCH',
		path: '/api/v1/runs/:run/uploads/:upload',
		permission: 'run.write',
		summary: 'Send a chunk at an offset; the last one is verified and makes the file',
		params: UploadParams,
		query: Type.Object({ offset: Type.Integer({ minimum: 0 }) }),
		requestStream: 'bytes',
		response: Type.Object({ upload: Nullable(Upload), file: Nullable(RunFile) }),
	}),
	appendLog: route({
		method: 'POST',
		path: '/api/v1/runs/:run/logs/*',
		permission: 'run.write',
		summary: 'Append to a log at a byte offset; bytes that are there already are skipped, so a resend is harmless',
		params: FileParams,
		query: Type.Object({
			offset: Type.Integer({ minimum: 0 }),
			seal: Type.Optional(Type.Boolean({ default: false, description: 'Nothing follows.' })),
			agent: Type.Optional(Type.String({ description: 'The agent that holds the job of the run; needs fence.' })),
			fence: Type.Optional(Type.Integer({ description: 'Of its lease: an agent that has lost the job appends no more.' })),
		}),
		requestStream: 'bytes',
		response: Type.Object({ sizeBytes: Type.Integer() }),
	}),
};
