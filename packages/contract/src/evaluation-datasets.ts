/** Evaluation datasets: records of inputs with what is expected of them, for evaluating what answers them. */
import type { Static } from 'typebox';
import { NextCursor, Nullable, PageQuery, StringMap, Time } from './common.ts';
import { LIMITS } from './limits.ts';
import { route } from './route.ts';
import { Type } from './schema-builder.ts';
import { WorkspaceParams } from './workspaces.ts';

/** What is said of an evaluation dataset, beside what its records tell. */
const fields = {
	name: Type.String(),
	digest: Type.String({ description: 'Other whenever the dataset is.' }),
	tags: StringMap,
	experimentIds: Type.Array(Type.String(), { maxItems: LIMITS.experimentsPerSearch.max, description: 'Experiments that use it.' }),
	createdTime: Time,
	modifiedTime: Time,
	createdBy: Nullable(Type.String()),
	modifiedBy: Nullable(Type.String()),
};

export const EvaluationDataset = Type.Object({
	id: Type.String(),
	...fields,
	schema: Nullable(Type.String({ description: 'JSON: the type of each field that records were seen to have; null before the first.' })),
	recordCount: Type.Integer(),
});
export type EvaluationDataset = Static<typeof EvaluationDataset>;

const Records = Type.String({
	description:
		'A JSON list as a text, in which numbers stay as they were written: objects with `inputs`, `outputs`, `expectations`, `tags` and `source`, ' +
		'with `dataset_record_id`, `created_time` (milliseconds since 1970) and `created_by`. One without `outputs` has none.',
});

const DatasetParams = Type.Object({
	workspace: Type.String(),
	dataset: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }),
});

export const evaluationDatasetRoutes = {
	listEvaluationDatasets: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/evaluation-datasets',
		permission: 'run.read',
		summary: 'The evaluation datasets of a workspace, newest first',
		params: WorkspaceParams,
		query: Type.Object(PageQuery),
		response: Type.Object({ datasets: Type.Array(EvaluationDataset), nextCursor: NextCursor }),
	}),
	getEvaluationDataset: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/evaluation-datasets/:dataset',
		permission: 'run.read',
		summary: 'An evaluation dataset, without its records',
		params: DatasetParams,
		response: EvaluationDataset,
	}),
	putEvaluationDataset: route({
		method: 'PUT',
		path: '/api/v1/workspaces/:workspace/evaluation-datasets/:dataset',
		permission: 'model.write',
		summary:
			'Put an evaluation dataset with its own id and times, as an import does; of one that is there, name and creation stay, and tags and experiments are added',
		params: DatasetParams,
		body: Type.Object(
			{ ...fields, removeTags: Type.Optional(Type.Array(Type.String(), { maxItems: LIMITS.evaluationDatasetTags.max })) },
			{ additionalProperties: false },
		),
		response: EvaluationDataset,
	}),
	listEvaluationRecords: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/evaluation-datasets/:dataset/records',
		permission: 'run.read',
		summary: 'The records of an evaluation dataset in the order in which they came; a page of large ones has fewer',
		params: DatasetParams,
		query: Type.Object(PageQuery),
		response: Type.Object({ records: Records, nextCursor: NextCursor }),
	}),
	mergeEvaluationRecords: route({
		method: 'POST',
		path: '/api/v1/workspaces/:workspace/evaluation-datasets/:dataset/records',
		permission: 'model.write',
		summary: 'Merge records into those with the same inputs, and add the others, with the ids and times that they have',
		params: DatasetParams,
		body: Type.Object({ records: Records }, { additionalProperties: false }),
		response: Type.Object({ inserted: Type.Integer(), updated: Type.Integer() }),
	}),
};
