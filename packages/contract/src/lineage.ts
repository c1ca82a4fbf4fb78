/** What runs take in and make, beside their files: datasets, and logged models that nobody has registered yet. */
import type { Static } from 'typebox';
import { NextCursor, Nullable, PageQuery, StringMap, Time } from './common.ts';
import { route } from './route.ts';
import { Type } from './schema-builder.ts';

export const LOGGED_MODEL_STATUSES = ['pending', 'ready', 'failed', 'unspecified'] as const;
export type LoggedModelStatus = (typeof LOGGED_MODEL_STATUSES)[number];

export const Dataset = Type.Object({
	id: Type.String(),
	name: Type.String(),
	digest: Type.String({
		description: 'Of its content, as whoever read it worked it out; name and digest are one dataset of an experiment.',
	}),
	sourceType: Type.String({ description: 'local, http, s3, delta_table, …' }),
	source: Type.String({ description: 'Where it came from, usually JSON.' }),
	schema: Nullable(Type.String({ description: 'Its columns or shape.' })),
	profile: Nullable(Type.String({ description: 'Counts and the like.' })),
	createdTime: Time,
});
export type Dataset = Static<typeof Dataset>;

export const DatasetInput = Type.Object({
	dataset: Dataset,
	tags: Type.Record(Type.String(), Type.String(), { description: 'What it was read for: `mlflow.data.context` is training, say.' }),
});
export type DatasetInput = Static<typeof DatasetInput>;

export const LoggedModel = Type.Object({
	id: Type.String(),
	experimentId: Type.String(),
	name: Type.String(),
	modelType: Nullable(Type.String()),
	sourceRunId: Nullable(Type.String()),
	status: Type.Unsafe<LoggedModelStatus>({ type: 'string', enum: LOGGED_MODEL_STATUSES }),
	statusMessage: Nullable(Type.String()),
	deleted: Type.Boolean(),
	tags: StringMap,
	params: StringMap,
	metrics: Type.Array(
		Type.Object({
			name: Type.String(),
			value: Nullable(Type.Number({ description: 'Null: it is no number.' })),
			time: Time,
			step: Type.Integer(),
			runId: Type.String(),
			datasetName: Nullable(Type.String()),
			datasetDigest: Nullable(Type.String()),
		}),
	),
	createdTime: Time,
	modifiedTime: Time,
});
export type LoggedModel = Static<typeof LoggedModel>;

export const lineageRoutes = {
	getRunLineage: route({
		method: 'GET',
		path: '/api/v1/runs/:run/lineage',
		permission: 'run.read',
		summary: 'What a run read and made: datasets, and logged models with the step at which it made them',
		params: Type.Object({ run: Type.String() }),
		response: Type.Object({
			datasets: Type.Array(DatasetInput),
			modelInputs: Type.Array(Type.String()),
			modelOutputs: Type.Array(Type.Object({ modelId: Type.String(), step: Type.Integer() })),
		}),
	}),
	logRunLineage: route({
		method: 'POST',
		path: '/api/v1/runs/:run/lineage',
		permission: 'run.write',
		summary: 'Say which datasets a run read; what was said before is not said again',
		params: Type.Object({ run: Type.String() }),
		body: Type.Object(
			{
				datasets: Type.Array(
					Type.Object(
						{
							dataset: Type.Object(
								{
									name: Type.String({ minLength: 1 }),
									digest: Type.String({ minLength: 1 }),
									sourceType: Type.String(),
									source: Type.String(),
									schema: Type.Optional(Nullable(Type.String())),
									profile: Type.Optional(Nullable(Type.String())),
								},
								{ additionalProperties: false },
							),
							tags: Type.Optional(StringMap),
						},
						{ additionalProperties: false },
					),
					{ maxItems: 1_000 },
				),
			},
			{ additionalProperties: false },
		),
	}),
	listDatasets: route({
		method: 'GET',
		path: '/api/v1/experiments/:experiment/datasets',
		permission: 'run.read',
		summary: 'The datasets that runs of an experiment read, newest first',
		params: Type.Object({ experiment: Type.String() }),
		query: Type.Object(PageQuery),
		response: Type.Object({ datasets: Type.Array(Dataset), nextCursor: NextCursor }),
	}),
	listLoggedModels: route({
		method: 'GET',
		path: '/api/v1/experiments/:experiment/logged-models',
		permission: 'run.read',
		summary: 'The logged models of an experiment, newest first',
		params: Type.Object({ experiment: Type.String() }),
		query: Type.Object({ ...PageQuery, runId: Type.Optional(Type.String({ description: 'Only those that this run made.' })) }),
		response: Type.Object({ models: Type.Array(LoggedModel), nextCursor: NextCursor }),
	}),
};
