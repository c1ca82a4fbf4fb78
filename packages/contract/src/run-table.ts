/** Many runs at once: what a table of runs is made of beside its rows, and what is done with several of them. */
import type { Static } from 'typebox';
import { Lifecycle, Nullable, Tags } from './common.ts';
import { LIMITS } from './limits.ts';
import { route } from './route.ts';
import { OrderBy, RunFilterQuery } from './runs.ts';
import { Type } from './schema-builder.ts';
import { WorkspaceParams } from './workspaces.ts';

/** Which runs are meant, in the words of a search. */
const RunScope = {
	...RunFilterQuery,
	experimentIds: Type.Optional(Type.Array(Type.String(), { description: 'Only runs of these experiments.' })),
	lifecycle: Type.Optional(Type.Union([Lifecycle, Type.Literal('all')], { default: 'active' })),
};

const Names = Type.Array(Type.String());

const FieldNames = Type.Object({
	metrics: Names,
	params: Names,
	tags: Names,
	properties: Names,
});
export type FieldNames = Static<typeof FieldNames>;

export const RunGroup = Type.Object({
	value: Nullable(Type.String({ description: 'What its runs have in common; null: they have no value.' })),
	runCount: Type.Integer(),
	activeRunCount: Type.Integer({ description: 'Runs that have not ended.' }),
	aggregates: Type.Array(
		Type.Object({
			count: Type.Integer({ description: 'Runs that have a number there.' }),
			min: Nullable(Type.Number()),
			max: Nullable(Type.Number()),
			mean: Nullable(Type.Number()),
		}),
		{ description: 'One for each field that was asked for, in that order.' },
	),
});
export type RunGroup = Static<typeof RunGroup>;

export const RunSummary = Type.Object({
	runCount: Type.Integer(),
	activeRunCount: Type.Integer(),
	activeTargets: Type.Array(Type.Object({ target: Type.String(), activeRunCount: Type.Integer() }), {
		description: 'Compute targets that its live runs are on, the busiest first.',
	}),
	durationMs: Nullable(Type.Object({ min: Type.Number(), max: Type.Number(), mean: Type.Number(), total: Type.Number() })),
});
export type RunSummary = Static<typeof RunSummary>;

export const Sparkline = Type.Object({
	run: Type.String(),
	min: Type.Number(),
	max: Type.Number(),
	points: Type.Array(Type.Array(Type.Number()), { description: 'Pairs of x (step) and the last value there, in order of x.' }),
});
export type Sparkline = Static<typeof Sparkline>;

export const RunsChange = Type.Union([
	Type.Object(
		{ type: Type.Literal('cancel'), reason: Type.Optional(Type.String({ maxLength: LIMITS.descriptionCharacters.max })) },
		{ additionalProperties: false },
	),
	Type.Object(
		{ type: Type.Literal('tag'), tags: Type.Optional(Tags), removeTags: Type.Optional(Type.Array(Type.String())) },
		{ additionalProperties: false },
	),
	Type.Object(
		{
			type: Type.Literal('lifecycle'),
			lifecycle: Lifecycle,
			alone: Type.Optional(
				Type.Boolean({ default: false, description: 'Not what lies below the runs: how what `moved` tells is taken back.' }),
			),
		},
		{ additionalProperties: false },
	),
	Type.Object({ type: Type.Literal('purge') }, { additionalProperties: false }),
]);
export type RunsChange = Static<typeof RunsChange>;

export const RunChangeResult = Type.Object({
	run: Type.String(),
	changed: Type.Boolean({ description: 'False where it was so already, or could not be.' }),
	error: Nullable(Type.Object({ code: Type.String(), message: Type.String(), hint: Type.String() })),
});
export type RunChangeResult = Static<typeof RunChangeResult>;

export const MovedRuns = Type.Object({ from: Lifecycle, runs: Type.Array(Type.String()) });
export type MovedRuns = Static<typeof MovedRuns>;

export const runTableRoutes = {
	listRunFields: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/runs/fields',
		permission: 'workspace.read',
		summary: 'Names of metrics, params, tags and properties that runs of a workspace have',
		params: WorkspaceParams,
		query: Type.Object({
			experimentId: Type.Optional(Type.String({ description: 'Where `common` looks.' })),
			rootsOnly: Type.Optional(Type.Boolean({ description: '`common` leaves out runs that have a parent.' })),
			contains: Type.Optional(Type.String({ maxLength: LIMITS.metricNameCharacters.max, description: 'Only names with this in them.' })),
			limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.pageSize.max, default: 500, description: 'Names of each kind.' })),
		}),
		response: Type.Object({
			names: FieldNames,
			truncated: Type.Boolean({ description: 'There are more of some kind than the limit.' }),
			common: Type.Object(
				{ metrics: Names, params: Names },
				{
					description:
						'Those of the newest hundred runs, the most common first; metrics that hold numbers, but for what agents log of a node.',
				},
			),
		}),
	}),
	groupRuns: route({
		method: 'POST',
		path: '/api/v1/workspaces/:workspace/runs/groups',
		permission: 'workspace.read',
		summary: 'Runs by what they have in common, with aggregates of their numbers, the largest group first',
		params: WorkspaceParams,
		body: Type.Object(
			{
				...RunScope,
				by: Type.String({ description: 'A field as a filter names it: params.alpha, tags.team, status, experimentName.' }),
				aggregates: Type.Optional(
					Type.Array(Type.String(), { maxItems: LIMITS.groupAggregates.max, description: 'Numeric fields: metrics.mse.min, durationMs.' }),
				),
				limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.pageSize.max, default: 200 })),
			},
			{ additionalProperties: false },
		),
		response: Type.Object({ groups: Type.Array(RunGroup), truncated: Type.Boolean() }),
	}),
	summarizeRuns: route({
		method: 'POST',
		path: '/api/v1/workspaces/:workspace/runs/summary',
		permission: 'workspace.read',
		summary: 'How many runs there are, how many are active and on which compute targets, and how long they take',
		params: WorkspaceParams,
		body: Type.Object(RunScope, { additionalProperties: false }),
		response: RunSummary,
	}),
	readSparklines: route({
		method: 'POST',
		path: '/api/v1/workspaces/:workspace/runs/sparklines',
		permission: 'workspace.read',
		summary: 'The course of one metric in several runs, each in a few points; runs without it are left out',
		params: WorkspaceParams,
		body: Type.Object(
			{
				runs: Type.Array(Type.String(), { minItems: 1, maxItems: LIMITS.sparklineRuns.max }),
				metric: Type.String({ minLength: 1, maxLength: LIMITS.metricNameCharacters.max }),
				points: Type.Optional(Type.Integer({ minimum: 2, maximum: 200, default: 40 })),
			},
			{ additionalProperties: false },
		),
		response: Type.Object({ sparklines: Type.Array(Sparkline) }),
	}),
	changeRuns: route({
		method: 'POST',
		path: '/api/v1/workspaces/:workspace/runs/change',
		permission: 'workspace.write',
		summary: 'Cancel, tag, archive, trash, restore or purge several runs; each succeeds or fails alone, and says so',
		params: WorkspaceParams,
		body: Type.Object(
			{ runs: Type.Array(Type.String(), { minItems: 1, maxItems: LIMITS.runsPerChange.max }), change: RunsChange },
			{ additionalProperties: false },
		),
		response: Type.Object({
			results: Type.Array(RunChangeResult),
			changed: Type.Integer(),
			failed: Type.Integer(),
			freedBytes: Type.Integer(),
			moved: Type.Array(MovedRuns, {
				description: 'Runs that a change of lifecycle moved, by where they were, those below the given ones too: what an undo puts back.',
			}),
		}),
	}),
	exportRuns: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/runs/export',
		permission: 'workspace.read',
		summary: 'Every run that matches as CSV (RFC 4180), streamed',
		params: WorkspaceParams,
		query: Type.Object({
			...RunFilterQuery,
			fields: Type.Optional(
				Type.String({
					description:
						'Columns, each as a filter names it, with commas between: displayName, status, metrics.mse.min; a kind alone (`params`) is a column for each that is in use.',
				}),
			),
			experimentId: Type.Optional(Type.String()),
			experimentIds: Type.Optional(Type.String({ description: 'Only runs of these experiments, with commas between.' })),
			orderBy: Type.Optional(Type.String({ description: 'A field as a filter names it; the newest first if absent.' })),
			direction: Type.Optional(OrderBy.properties.direction),
			lifecycle: RunScope.lifecycle,
		}),
		responseStream: 'bytes',
	}),
};
