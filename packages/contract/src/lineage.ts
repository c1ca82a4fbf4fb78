/** What runs take in and make, beside their files: datasets, and logged models. */
import type { Static } from 'typebox';
import { NextCursor, Nullable, PageQuery, StringMap, Time, WholeNumber } from './common.ts';
import { LIMITS } from './limits.ts';
import { route } from './route.ts';
import { Type } from './schema-builder.ts';

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

const ModelOutput = Type.Object({ modelId: Type.String(), step: WholeNumber }, { additionalProperties: false });

const DatasetInputs = Type.Array(
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
	{ maxItems: LIMITS.lineagePerRequest.max },
);

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
			modelOutputs: Type.Array(ModelOutput),
		}),
	}),
	logRunLineage: route({
		method: 'POST',
		path: '/api/v1/runs/:run/lineage',
		permission: 'run.write',
		summary: 'Say what a run read and made; what was said before is not said again',
		params: Type.Object({ run: Type.String() }),
		body: Type.Object(
			{
				datasets: Type.Optional(DatasetInputs),
				modelInputs: Type.Optional(Type.Array(Type.String(), { maxItems: LIMITS.lineagePerRequest.max })),
				modelOutputs: Type.Optional(Type.Array(ModelOutput, { maxItems: LIMITS.lineagePerRequest.max })),
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
};
