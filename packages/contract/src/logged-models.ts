/** Logged models: models as runs log them, with files, params and metrics of their own, before anybody registers one. */
import type { Static } from 'typebox';
import { NextCursor, Nullable, PageQuery, StringMap, Time, WholeNumber } from './common.ts';
import { LIMITS } from './limits.ts';
import { ModelFile } from './models.ts';
import { route } from './route.ts';
import { Type } from './schema-builder.ts';

export const LOGGED_MODEL_STATUSES = ['pending', 'ready', 'failed', 'unspecified'] as const;
export type LoggedModelStatus = (typeof LOGGED_MODEL_STATUSES)[number];

/** What is said of a logged model, beside where it is. */
const fields = {
	name: Type.String(),
	modelType: Nullable(Type.String()),
	sourceRunId: Nullable(Type.String()),
	status: Type.Unsafe<LoggedModelStatus>({ type: 'string', enum: LOGGED_MODEL_STATUSES }),
	statusMessage: Nullable(Type.String()),
	tags: StringMap,
	params: StringMap,
	createdTime: Time,
	modifiedTime: Time,
};

const LoggedModelMetric = Type.Object(
	{
		name: Type.String(),
		value: Nullable(Type.Number({ description: 'Null: it is no number.' })),
		time: Time,
		step: WholeNumber,
		runId: Type.String(),
		datasetName: Nullable(Type.String()),
		datasetDigest: Nullable(Type.String()),
	},
	{ additionalProperties: false },
);

export const LoggedModel = Type.Object({
	id: Type.String(),
	experimentId: Type.String(),
	...fields,
	deleted: Type.Boolean(),
	metrics: Type.Array(LoggedModelMetric),
});
export type LoggedModel = Static<typeof LoggedModel>;

const ExperimentParams = Type.Object({ experiment: Type.String() });
const ModelParams = Type.Object({ experiment: Type.String(), loggedModel: Type.String() });
const FileParams = Type.Object({ experiment: Type.String(), loggedModel: Type.String(), '*': Type.String() });

export const loggedModelRoutes = {
	listLoggedModels: route({
		method: 'GET',
		path: '/api/v1/experiments/:experiment/logged-models',
		permission: 'run.read',
		summary: 'The logged models of an experiment, newest first',
		params: ExperimentParams,
		query: Type.Object({ ...PageQuery, runId: Type.Optional(Type.String({ description: 'Only those that this run made.' })) }),
		response: Type.Object({ models: Type.Array(LoggedModel), nextCursor: NextCursor }),
	}),
	getLoggedModel: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/logged-models/:loggedModel',
		permission: 'run.read',
		summary: 'A logged model of any experiment of a workspace',
		params: Type.Object({ workspace: Type.String(), loggedModel: Type.String() }),
		response: LoggedModel,
	}),
	putLoggedModel: route({
		method: 'PUT',
		path: '/api/v1/experiments/:experiment/logged-models/:loggedModel',
		permission: 'model.write',
		summary: 'Put a logged model with its own id and times, as an import does; of one that is there only metrics that it has not are taken',
		params: ModelParams,
		body: Type.Object(
			{ ...fields, metrics: Type.Array(LoggedModelMetric, { maxItems: LIMITS.loggedModelMetricsPerRequest.max }) },
			{ additionalProperties: false },
		),
		response: LoggedModel,
	}),
	listLoggedModelFiles: route({
		method: 'GET',
		path: '/api/v1/experiments/:experiment/logged-models/:loggedModel/files',
		permission: 'run.read',
		summary: 'The files of a logged model by path',
		params: ModelParams,
		query: Type.Object({ ...PageQuery, prefix: Type.Optional(Type.String({ description: 'Only paths that begin so.' })) }),
		response: Type.Object({ files: Type.Array(ModelFile), nextCursor: NextCursor }),
	}),
	readLoggedModelFile: route({
		method: 'GET',
		path: '/api/v1/experiments/:experiment/logged-models/:loggedModel/files/*',
		permission: 'run.read',
		summary: 'Read a file of a logged model, or a byte range of it',
		params: FileParams,
		responseStream: 'bytes',
	}),
	writeLoggedModelFile: route({
		method: 'PUT',
		path: '/api/v1/experiments/:experiment/logged-models/:loggedModel/files/*',
		permission: 'model.write',
		summary: 'Put a file of a logged model',
		params: FileParams,
		requestStream: 'bytes',
		response: ModelFile,
	}),
};
