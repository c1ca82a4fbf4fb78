/** Models: what training made and is worth keeping, registered by name in versions, with aliases, stages, tags and files. */
import type { Static } from 'typebox';
import { chunkQuery, NextCursor, Nullable, PageQuery, StringMap, Time } from './common.ts';
import { LIMITS } from './limits.ts';
import { route } from './route.ts';
import { Type } from './schema-builder.ts';
import { WorkspaceParams } from './workspaces.ts';

/** MLflow's; a version is in one of them, aliases say more. */
export const MODEL_STAGES = ['None', 'Staging', 'Production', 'Archived'] as const;
export type ModelStage = (typeof MODEL_STAGES)[number];
const ModelStage = Type.Unsafe<ModelStage>({ type: 'string', enum: MODEL_STAGES });

/** What a registered model is: files that training made, or a prompt of MLflow. */
export const MODEL_KINDS = ['model', 'prompt'] as const;
export type ModelKind = (typeof MODEL_KINDS)[number];

/** Pending: its files are still being uploaded. */
export const MODEL_VERSION_STATUSES = ['pending', 'ready', 'failed'] as const;
export type ModelVersionStatus = (typeof MODEL_VERSION_STATUSES)[number];

export const Model = Type.Object({
	name: Type.String(),
	workspaceId: Type.String(),
	description: Nullable(Type.String()),
	tags: StringMap,
	aliases: Type.Record(Type.String(), Type.Integer(), { description: 'The version that each alias stands for.' }),
	latestVersion: Nullable(Type.Integer({ description: 'Null: it has no version yet, or no longer.' })),
	versionCount: Type.Integer(),
	createdTime: Time,
	modifiedTime: Time,
	createdBy: Type.String(),
});
export type Model = Static<typeof Model>;

export const ModelVersion = Type.Object({
	id: Type.String({ description: '`name:version`' }),
	name: Type.String(),
	version: Type.Integer(),
	workspaceId: Type.String(),
	description: Nullable(Type.String()),
	tags: StringMap,
	properties: StringMap,
	aliases: Type.Array(Type.String()),
	stage: ModelStage,
	status: Type.Unsafe<ModelVersionStatus>({ type: 'string', enum: MODEL_VERSION_STATUSES }),
	statusMessage: Nullable(Type.String()),
	source: Type.String({ description: 'Where its files came from, as an address: runs:/RUN/PATH, or one of an object store.' }),
	runId: Nullable(Type.String({ description: 'The run that made it; it may be gone, or of another server.' })),
	runLink: Nullable(Type.String()),
	experimentName: Nullable(Type.String()),
	loggedModelId: Nullable(Type.String()),
	framework: Nullable(Type.String()),
	frameworkVersion: Nullable(Type.String()),
	details: Type.Record(Type.String(), Type.Unknown(), { description: 'What a foreign protocol keeps beside it.' }),
	fileCount: Type.Integer({ description: '0: its files lie elsewhere.' }),
	sizeBytes: Type.Integer(),
	createdTime: Time,
	modifiedTime: Time,
	createdBy: Type.String(),
});
export type ModelVersion = Static<typeof ModelVersion>;

export const ModelFile = Type.Object({ path: Type.String(), sizeBytes: Type.Integer(), sha256: Type.String() });
export type ModelFile = Static<typeof ModelFile>;

const Description = Nullable(Type.String({ maxLength: LIMITS.descriptionCharacters.max }));
const ModelName = Type.String({ minLength: 1, maxLength: LIMITS.modelNameCharacters.max });

export const ModelSource = Type.Union([
	Type.Object(
		{ runId: Type.String(), path: Type.String({ description: 'A file or a folder of the run.' }) },
		{ additionalProperties: false },
	),
	Type.Object({ datastore: Type.String(), path: Type.String() }, { additionalProperties: false }),
	Type.Object(
		{ uri: Type.String({ minLength: 1, maxLength: 4_000 }) },
		{ additionalProperties: false, description: 'Files that lie elsewhere.' },
	),
	Type.Object(
		{ upload: Type.Literal(true) },
		{ additionalProperties: false, description: 'The version is pending until its files were put and it was completed.' },
	),
]);
export type ModelSource = Static<typeof ModelSource>;

export const RegisterModel = Type.Object(
	{
		source: ModelSource,
		description: Type.Optional(Description),
		tags: Type.Optional(StringMap),
		properties: Type.Optional(StringMap),
		runId: Type.Optional(Type.String({ description: 'The run that made it, where its source does not say; it may be one of elsewhere.' })),
		framework: Type.Optional(Nullable(Type.String({ maxLength: 256 }))),
		frameworkVersion: Type.Optional(Nullable(Type.String({ maxLength: 256 }))),
		details: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
		version: Type.Optional(
			Type.Integer({
				minimum: 1,
				description: 'Its number, greater than all so far: for what had numbers elsewhere. The next one if absent.',
			}),
		),
		createdTime: Type.Optional(Type.String({ description: 'When it was registered, if that was before now.' })),
	},
	{ additionalProperties: false },
);
export type RegisterModel = Static<typeof RegisterModel>;

const ModelParams = Type.Object({ workspace: Type.String(), model: Type.String({ description: 'Name of the model.' }) });
const VersionParams = Type.Object({
	workspace: Type.String(),
	model: Type.String(),
	version: Type.String({ description: 'A number, an alias, or `latest`.' }),
});
const AliasParams = Type.Object({ workspace: Type.String(), model: Type.String(), alias: Type.String() });
const FileParams = Type.Object({
	workspace: Type.String(),
	model: Type.String(),
	version: Type.String(),
	'*': Type.String({ description: 'Path of the file within the model.' }),
});

export const modelRoutes = {
	listModels: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/models',
		permission: 'run.read',
		summary: 'List the models of a workspace by name',
		params: WorkspaceParams,
		query: Type.Object({
			...PageQuery,
			search: Type.Optional(Type.String({ description: 'Only those whose name holds it, whatever its case.' })),
			kind: Type.Optional(
				Type.Unsafe<ModelKind>({
					type: 'string',
					enum: MODEL_KINDS,
					description: 'Only models with files, or only prompts, which are kept as models; both if absent.',
				}),
			),
			tag: Type.Optional(Type.String({ description: 'Only those with this tag: `key`, or `key=value`.' })),
		}),
		response: Type.Object({ models: Type.Array(Model), nextCursor: NextCursor }),
	}),
	createModel: route({
		method: 'POST',
		path: '/api/v1/workspaces/:workspace/models',
		permission: 'model.write',
		summary: 'Make a model without a version; registering one makes its model where there is none',
		params: WorkspaceParams,
		body: Type.Object(
			{
				name: ModelName,
				description: Type.Optional(Description),
				tags: Type.Optional(StringMap),
				createdTime: Type.Optional(Type.String({ description: 'When it was made, if that was before now.' })),
			},
			{ additionalProperties: false },
		),
		response: Model,
	}),
	getModel: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/models/:model',
		permission: 'run.read',
		summary: 'Get a model',
		params: ModelParams,
		response: Model,
	}),
	updateModel: route({
		method: 'PATCH',
		path: '/api/v1/workspaces/:workspace/models/:model',
		permission: 'model.write',
		summary: 'Change description, tags or name of a model',
		params: ModelParams,
		body: Type.Object(
			{
				name: Type.Optional(ModelName),
				description: Type.Optional(Description),
				tags: Type.Optional(StringMap),
				removeTags: Type.Optional(Type.Array(Type.String())),
			},
			{ additionalProperties: false },
		),
		response: Model,
	}),
	deleteModel: route({
		method: 'DELETE',
		path: '/api/v1/workspaces/:workspace/models/:model',
		permission: 'workspace.write',
		summary: 'Delete a model with all its versions and their files',
		params: ModelParams,
	}),
	listModelVersions: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/models/:model/versions',
		permission: 'run.read',
		summary: 'The versions of a model, newest first',
		params: ModelParams,
		query: Type.Object(PageQuery),
		response: Type.Object({ versions: Type.Array(ModelVersion), nextCursor: NextCursor }),
	}),
	searchModelVersions: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/model-versions',
		permission: 'run.read',
		summary: 'The versions of all models, newest first; those of one run, say',
		params: WorkspaceParams,
		query: Type.Object({
			...PageQuery,
			runId: Type.Optional(Type.String({ description: 'Only those that this run made.' })),
			tag: Type.Optional(Type.String({ description: 'Only those with this tag: `key`, or `key=value`.' })),
		}),
		response: Type.Object({ versions: Type.Array(ModelVersion), nextCursor: NextCursor }),
	}),
	registerModel: route({
		method: 'POST',
		path: '/api/v1/workspaces/:workspace/models/:model/versions',
		permission: 'model.write',
		summary: 'Register the next version of a model; its files are held from then on, whatever becomes of where they came from',
		params: ModelParams,
		body: RegisterModel,
		response: ModelVersion,
	}),
	getModelVersion: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/models/:model/versions/:version',
		permission: 'run.read',
		summary: 'Get a version of a model',
		params: VersionParams,
		response: ModelVersion,
	}),
	updateModelVersion: route({
		method: 'PATCH',
		path: '/api/v1/workspaces/:workspace/models/:model/versions/:version',
		permission: 'model.write',
		summary: 'Change description, stage or tags of a version, add properties',
		params: VersionParams,
		body: Type.Object(
			{
				description: Type.Optional(Description),
				stage: Type.Optional(ModelStage),
				archiveOthers: Type.Optional(Type.Boolean({ description: 'Versions that are in the stage now become Archived.' })),
				tags: Type.Optional(StringMap),
				removeTags: Type.Optional(Type.Array(Type.String())),
				properties: Type.Optional(StringMap),
			},
			{ additionalProperties: false },
		),
		response: ModelVersion,
	}),
	completeModelVersion: route({
		method: 'POST',
		path: '/api/v1/workspaces/:workspace/models/:model/versions/:version/complete',
		permission: 'model.write',
		summary: 'Say that all files of a pending version were put: it is ready then, and takes no more',
		params: VersionParams,
		response: ModelVersion,
	}),
	deleteModelVersion: route({
		method: 'DELETE',
		path: '/api/v1/workspaces/:workspace/models/:model/versions/:version',
		permission: 'workspace.write',
		summary: 'Delete a version with its files; its number is not given out again',
		params: VersionParams,
	}),
	setModelAlias: route({
		method: 'PUT',
		path: '/api/v1/workspaces/:workspace/models/:model/aliases/:alias',
		permission: 'model.write',
		summary: 'Let an alias stand for a version, in place of the one it stood for',
		params: AliasParams,
		body: Type.Object({ version: Type.Integer({ minimum: 1 }) }, { additionalProperties: false }),
		response: Model,
	}),
	deleteModelAlias: route({
		method: 'DELETE',
		path: '/api/v1/workspaces/:workspace/models/:model/aliases/:alias',
		permission: 'model.write',
		summary: 'Take an alias away',
		params: AliasParams,
	}),
	listModelFiles: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/models/:model/versions/:version/files',
		permission: 'run.read',
		summary: 'The files of a version by path',
		params: VersionParams,
		query: Type.Object({ ...PageQuery, prefix: Type.Optional(Type.String({ description: 'Only paths that begin so.' })) }),
		response: Type.Object({ files: Type.Array(ModelFile), nextCursor: NextCursor }),
	}),
	readModelFile: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/models/:model/versions/:version/files/*',
		permission: 'run.read',
		summary: 'Read a file of a version, or a byte range of it',
		params: FileParams,
		responseStream: 'bytes',
	}),
	writeModelFile: route({
		method: 'PUT',
		path: '/api/v1/workspaces/:workspace/models/:model/versions/:version/files/*',
		permission: 'model.write',
		summary: 'Put a file of a pending version; header X-Content-SHA256 is checked when sent',
		params: FileParams,
		requestStream: 'bytes',
		response: ModelFile,
	}),
	appendModelFile: route({
		method: 'PATCH',
		path: '/api/v1/workspaces/:workspace/models/:model/versions/:version/files/*',
		permission: 'model.write',
		summary:
			'Send a chunk of a large file of a pending version; the last one is verified and makes the file, an empty one asks how far it is',
		params: FileParams,
		query: Type.Object(chunkQuery(LIMITS.artifactBytes.max)),
		requestStream: 'bytes',
		response: Type.Object({ receivedBytes: Type.Integer({ description: 'Continue here.' }), file: Nullable(ModelFile) }),
	}),
};
