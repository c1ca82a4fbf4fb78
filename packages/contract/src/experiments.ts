/** Experiments: named groups of runs. */
import type { Static } from 'typebox';
import { Lifecycle, NextCursor, PageQuery, Tags, Time } from './common.ts';
import { LIMITS } from './limits.ts';
import { route } from './route.ts';
import { Type } from './schema-builder.ts';
import { WorkspaceParams } from './workspaces.ts';

export const Experiment = Type.Object({
	id: Type.String({ description: 'Opaque and server-wide, the same one at every door; "0" is Default of the first workspace.' }),
	workspaceId: Type.String(),
	name: Type.String(),
	description: Type.String(),
	tags: Tags,
	lifecycle: Lifecycle,
	createdTime: Time,
	silenceSeconds: Type.Integer({
		description: 'How long a run whose client sends no heartbeats (one of MLflow) may be silent before it counts as not responding.',
	}),
	runCount: Type.Integer({ description: 'Runs of any status, without those in the trash.' }),
	activeRunCount: Type.Integer({ description: 'Runs that have not ended.' }),
});
export type Experiment = Static<typeof Experiment>;

const ExperimentParams = Type.Object({ experiment: Type.String({ description: 'Id of the experiment.' }) });

export const experimentRoutes = {
	listExperiments: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/experiments',
		permission: 'workspace.read',
		summary: 'List the experiments of a workspace, newest first',
		params: WorkspaceParams,
		query: Type.Object({
			...PageQuery,
			name: Type.Optional(Type.String({ description: 'Only the one with exactly this name.' })),
			lifecycle: Type.Optional(Type.Union([Lifecycle, Type.Literal('all')], { default: 'active' })),
		}),
		response: Type.Object({ experiments: Type.Array(Experiment), nextCursor: NextCursor }),
	}),
	createExperiment: route({
		method: 'POST',
		path: '/api/v1/workspaces/:workspace/experiments',
		permission: 'workspace.write',
		summary: 'Create an experiment, or with existOk get the one of that name',
		params: WorkspaceParams,
		body: Type.Object(
			{
				name: Type.String(),
				description: Type.Optional(Type.String()),
				tags: Type.Optional(Tags),
				existOk: Type.Optional(Type.Boolean({ default: false, description: 'An experiment of that name is returned in place of a 409.' })),
			},
			{ additionalProperties: false },
		),
		response: Experiment,
	}),
	getExperiment: route({
		method: 'GET',
		path: '/api/v1/experiments/:experiment',
		permission: 'workspace.read',
		summary: 'Get an experiment',
		params: ExperimentParams,
		response: Experiment,
	}),
	updateExperiment: route({
		method: 'PATCH',
		path: '/api/v1/experiments/:experiment',
		permission: 'workspace.write',
		summary: 'Rename, describe, tag, archive, trash or restore an experiment',
		params: ExperimentParams,
		body: Type.Object(
			{
				name: Type.Optional(Type.String()),
				description: Type.Optional(Type.String()),
				tags: Type.Optional(Tags),
				removeTags: Type.Optional(Type.Array(Type.String())),
				lifecycle: Type.Optional(Lifecycle),
				silenceSeconds: Type.Optional(
					Type.Integer({
						minimum: LIMITS.silenceSeconds.min,
						maximum: LIMITS.silenceSeconds.max,
						description: 'Of the runs that begin from now on.',
					}),
				),
			},
			{ additionalProperties: false },
		),
		response: Experiment,
	}),
};
