/** Run files: artifacts (versions, resumable upload) and append-only logs, in one tree of paths a run. */
import type { Static } from 'typebox';
import { NextCursor, Nullable, PageQuery, Time } from './common.ts';
import { LIMITS } from './limits.ts';
import { LOG_LEVELS, type LogLevel } from './log-level.ts';
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

const LogLevelSchema = Type.Unsafe<LogLevel>({
	type: 'string',
	enum: LOG_LEVELS,
	description: 'Only lines of this level or a graver one, with the traceback below them.',
});

/** One line of the reply of `searchRunFile`: a hit, or how far the search is; the last one says why it ended. */
export type FileSearchMessage =
	| {
			/** Byte at which the line begins. */
			readonly offset: number;
			/** Counted from 1 at the byte where the search began. */
			readonly line: number;
			/** As a terminal would show it, cut after 2,000 characters. */
			readonly text: string;
			readonly level: LogLevel | null;
	  }
	| {
			readonly searchedBytes: number;
			readonly lines: number;
			/** Null while it goes on; `limit` after the last hit that was asked for; `time` when a line took the pattern too long. */
			readonly ended: 'whole' | 'limit' | 'time' | null;
	  };

const RunParams = Type.Object({ run: Type.String() });
const FileParams = Type.Object({ run: Type.String(), '*': Type.String({ description: 'Path of the file within the run.' }) });
const UploadParams = Type.Object({ run: Type.String(), upload: Type.String() });

export const Upload = Type.Object({
	id: Type.String(),
	path: Type.String(),
	sizeBytes: Type.Integer(),
	receivedBytes: Type.Integer({ description: 'Continue here.' }),
});

const Writer = Type.Optional(
	Type.String({
		minLength: 1,
		maxLength: LIMITS.logWriterCharacters.max,
		description: 'Of a log with several writers: who appends. Offsets count the bytes of this writer alone.',
	}),
);

const Base64 = Type.String({ contentEncoding: 'base64', description: 'Bytes in base64.' });

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
		responseStream: 'lines',
	}),
	searchRunFile: route({
		method: 'GET',
		path: '/api/v1/runs/:run/file-search/*',
		permission: 'run.read',
		summary: 'Search the lines of a file of any size; each hit is sent when it is found, as one line of JSON',
		params: FileParams,
		query: Type.Object({
			pattern: Type.Optional(
				Type.String({ maxLength: LIMITS.searchPatternCharacters.max, description: 'Text that a line holds, upper and lower case alike.' }),
			),
			regex: Type.Optional(Type.Boolean({ default: false, description: 'The pattern is a regular expression of JavaScript.' })),
			caseSensitive: Type.Optional(Type.Boolean({ default: false })),
			level: Type.Optional(LogLevelSchema),
			version: Type.Optional(Type.Integer({ minimum: 1 })),
			from: Type.Optional(Type.Integer({ minimum: 0, default: 0, description: 'Byte at which a line begins: search from there on.' })),
			limit: Type.Optional(
				Type.Integer({ minimum: 1, maximum: LIMITS.searchHits.max, default: 1000, description: 'Hits after which the search ends.' }),
			),
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
	deliverFiles: route({
		method: 'POST',
		path: '/api/v1/runs/:run/deliveries',
		permission: 'run.write',
		summary: 'Append to several small logs and store several small artifacts in one request, each as by a request of its own',
		params: RunParams,
		body: Type.Object(
			{
				agent: Type.String({ description: 'The agent that holds the job of the run.' }),
				fence: Type.Integer({ description: 'Of its lease: an agent that has lost the job delivers nothing.' }),
				logs: Type.Array(
					Type.Object(
						{ path: Type.String(), offset: Type.Integer({ minimum: 0 }), writer: Writer, content: Base64 },
						{ additionalProperties: false },
					),
					{ maxItems: LIMITS.filesPerDelivery.max },
				),
				artifacts: Type.Array(
					Type.Object({ path: Type.String(), contentType: Type.String(), content: Base64 }, { additionalProperties: false }),
					{ maxItems: LIMITS.filesPerDelivery.max },
				),
			},
			{ additionalProperties: false },
		),
		response: Type.Object({
			logs: Type.Array(
				Type.Object({
					path: Type.String(),
					sizeBytes: Nullable(
						Type.Integer({ description: 'Up to where it is stored, of its writer; null when it was refused: its own request says why.' }),
					),
				}),
			),
			artifacts: Type.Array(Type.Object({ path: Type.String(), stored: Type.Boolean({ description: 'False when it was refused.' }) })),
		}),
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
			writer: Writer,
			agent: Type.Optional(Type.String({ description: 'The agent that holds the job of the run; needs fence.' })),
			fence: Type.Optional(Type.Integer({ description: 'Of its lease: an agent that has lost the job appends no more.' })),
		}),
		requestStream: 'bytes',
		response: Type.Object({ sizeBytes: Type.Integer({ description: 'Up to where it is stored; with a writer, what is stored of it.' }) }),
	}),
};
