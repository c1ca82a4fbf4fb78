/** Runs: identity, status, tags, properties, params, children, life cycle and search. */
import type { Static } from 'typebox';
import { Direction, Lifecycle, NextCursor, Nullable, StringMap, Tags, Time } from './common.ts';
import { JobDefinition } from './jobs.ts';
import { LIMITS } from './limits.ts';
import { MetricSummary } from './metrics.ts';
import { route } from './route.ts';
import { RUN_ID_PATTERN } from './run-id.ts';
import { Type } from './schema-builder.ts';
import { RUN_STATUSES, type RunStatus } from './status.ts';
import { WorkspaceParams } from './workspaces.ts';

export const RunStatusSchema = Type.Unsafe<RunStatus>({ type: 'string', enum: RUN_STATUSES });

export const RunError = Type.Object({
	code: Type.String({ description: 'What kind of error, for programs: UserError, ExitCode, Signal, LeaseExpired, …' }),
	message: Type.String(),
	details: Type.Optional(Type.String({ description: 'A traceback or whatever else helps.' })),
});
export type RunError = Static<typeof RunError>;

export const Progress = Type.Object({ done: Type.Number({ minimum: 0 }), total: Type.Number({ exclusiveMinimum: 0 }) });
export type Progress = Static<typeof Progress>;

export const PrimaryMetric = Type.Object({ name: Type.String(), direction: Direction });

export const Run = Type.Object({
	id: Type.String(),
	number: Type.Integer({ description: 'Its number within the experiment, from 1.' }),
	workspaceId: Type.String(),
	workspaceName: Type.String(),
	experimentId: Type.String(),
	experimentName: Type.String(),
	parentId: Nullable(Type.String()),
	rootId: Type.String({ description: 'The run at the top of the tree; its own id if it has no parent.' }),
	name: Type.String(),
	displayName: Type.String(),
	description: Type.String(),
	type: Type.String({ description: 'interactive, script, child, …' }),
	origin: Type.String({ description: 'The door it came through: native, azureml, mlflow.' }),
	submittedBy: Type.String(),
	target: Nullable(Type.String({ description: 'Compute target.' })),
	status: RunStatusSchema,
	statusReason: Nullable(Type.String({ description: 'Why it has this status, in words.' })),
	statusActor: Nullable(Type.String({ description: 'Who asked for it.' })),
	error: Nullable(RunError),
	lifecycle: Lifecycle,
	createdTime: Time,
	startTime: Nullable(Time),
	endTime: Nullable(Time),
	durationMs: Nullable(Type.Number({ description: 'From start to end, or to now while it lives.' })),
	progress: Nullable(Progress),
	primaryMetric: Nullable(PrimaryMetric),
	dataContainerId: Type.String(),
	snapshotId: Nullable(Type.String()),
	job: Nullable(JobDefinition),
	leaseExpiryTime: Nullable(Time),
	childCount: Type.Integer(),
	tags: Tags,
	properties: StringMap,
	params: StringMap,
	metrics: Type.Record(Type.String(), MetricSummary, { description: 'Summaries by metric name; see the metrics routes for points.' }),
});
export type Run = Static<typeof Run>;

const NewRunFields = {
	id: Type.Optional(
		Type.String({
			pattern: RUN_ID_PATTERN,
			description:
				'Chosen by the client; made by the server if absent. The same id with the same parent and experiment again returns the run that is there.',
		}),
	),
	name: Type.Optional(Type.String()),
	displayName: Type.Optional(Type.String({ maxLength: LIMITS.displayNameCharacters.max })),
	description: Type.Optional(Type.String({ maxLength: LIMITS.descriptionCharacters.max })),
	tags: Type.Optional(Tags),
	properties: Type.Optional(StringMap),
};

export const CreateRun = Type.Object(
	{
		...NewRunFields,
		parentId: Type.Optional(Type.String()),
		type: Type.Optional(Type.String({ default: 'interactive' })),
		target: Type.Optional(Type.String({ default: 'local' })),
		startTime: Type.Optional(
			Type.String({ description: 'When it began, if that was before now (a run that was begun while the server was away).' }),
		),
		status: Type.Optional(Type.Union([Type.Literal('NotStarted'), Type.Literal('Running')], { default: 'Running' })),
		leaseSeconds: Type.Optional(
			Type.Integer({
				minimum: 5,
				maximum: 86_400,
				description: 'The client promises a heartbeat within this time; without one the run needs none.',
			}),
		),
	},
	{ additionalProperties: false },
);
export type CreateRun = Static<typeof CreateRun>;

export const RunParams = Type.Object({ run: Type.String({ description: 'Id of the run.' }) });

export const RunFilterQuery = {
	filter: Type.Optional(
		Type.String({
			description:
				"AND, OR, NOT over attributes, tags.KEY, properties.KEY, params.KEY and metrics.NAME.last|min|max|mean|first: metrics.mse.min < 3000 and (tags.quality = 'good' or not status = 'Failed').",
			maxLength: LIMITS.filterCharacters.max,
		}),
	),
};

const RunFieldsQuery = {
	fields: Type.Optional(
		Type.String({
			maxLength: LIMITS.fieldsCharacters.max,
			description:
				'Which metrics, params, tags and properties the runs bring along, each as a filter names it, with commas between; `tags` alone is all of them. Absent: everything; empty: none.',
		}),
	),
};

export const OrderBy = Type.Object({ by: Type.String(), direction: Type.Union([Type.Literal('ascending'), Type.Literal('descending')]) });

export const RunEvent = Type.Object({
	sequence: Type.Integer(),
	type: Type.String(),
	time: Time,
	actor: Type.String(),
	data: Type.Record(Type.String(), Type.Unknown()),
});
export type RunEvent = Static<typeof RunEvent>;

export type OrderBy = Static<typeof OrderBy>;

const statusChange = {
	reason: Type.Optional(Type.String({ description: 'Why, in words; kept with the change.' })),
	error: Type.Optional(RunError),
	time: Type.Optional(Type.String({ description: 'When it happened, if that was before now.' })),
};

export const runRoutes = {
	createRun: route({
		method: 'POST',
		path: '/api/v1/experiments/:experiment/runs',
		permission: 'workspace.write',
		summary: 'Create a run, by default started at once',
		params: Type.Object({ experiment: Type.String() }),
		body: CreateRun,
		response: Run,
	}),
	searchRuns: route({
		method: 'POST',
		path: '/api/v1/workspaces/:workspace/runs/search',
		permission: 'workspace.read',
		summary: 'Search the runs of a workspace, newest first unless ordered',
		params: WorkspaceParams,
		body: Type.Object(
			{
				...RunFilterQuery,
				experimentIds: Type.Optional(Type.Array(Type.String(), { description: 'Only runs of these experiments.' })),
				orderBy: Type.Optional(OrderBy),
				lifecycle: Type.Optional(Type.Union([Lifecycle, Type.Literal('all')], { default: 'active' })),
				...RunFieldsQuery,
				limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.pageSize.max, default: 100 })),
				cursor: Type.Optional(Type.String()),
			},
			{ additionalProperties: false },
		),
		response: Type.Object({ runs: Type.Array(Run), nextCursor: NextCursor }),
	}),
	getRun: route({
		method: 'GET',
		path: '/api/v1/runs/:run',
		permission: 'run.read',
		summary: 'Get a run with its tags, properties, params and metric summaries',
		params: RunParams,
		query: Type.Object(RunFieldsQuery),
		response: Run,
	}),
	updateRun: route({
		method: 'PATCH',
		path: '/api/v1/runs/:run',
		permission: 'run.write',
		summary: 'Change name, description, progress, primary metric or snapshot; set tags, add properties and params: all or nothing',
		params: RunParams,
		body: Type.Object(
			{
				displayName: Type.Optional(Type.String({ maxLength: LIMITS.displayNameCharacters.max })),
				description: Type.Optional(Type.String({ maxLength: LIMITS.descriptionCharacters.max })),
				progress: Type.Optional(Nullable(Progress)),
				primaryMetric: Type.Optional(Nullable(PrimaryMetric)),
				snapshotId: Type.Optional(
					Type.String({ description: 'Snapshot of the source of an interactive run; a job has one from its submission.' }),
				),
				tags: Type.Optional(Tags),
				removeTags: Type.Optional(Type.Array(Type.String())),
				properties: Type.Optional(StringMap),
				params: Type.Optional(StringMap),
			},
			{ additionalProperties: false },
		),
		response: Run,
	}),
	createChildren: route({
		method: 'POST',
		path: '/api/v1/runs/:run/children',
		permission: 'run.write',
		summary: 'Create child runs in one request, all or none',
		params: RunParams,
		body: Type.Object(
			{
				children: Type.Array(
					Type.Object(
						{
							...NewRunFields,
							status: Type.Optional(Type.Union([Type.Literal('NotStarted'), Type.Literal('Running')], { default: 'Running' })),
							startTime: Type.Optional(Type.String()),
							leaseSeconds: Type.Optional(Type.Integer({ minimum: 5, maximum: 86_400 })),
						},
						{ additionalProperties: false },
					),
					{ minItems: 1, maxItems: LIMITS.childrenPerRequest.max },
				),
			},
			{ additionalProperties: false },
		),
		response: Type.Object({ runs: Type.Array(Run) }),
	}),
	changeRunStatus: route({
		method: 'POST',
		path: '/api/v1/runs/:run/status',
		permission: 'run.write',
		summary: 'Change the status; the same status again changes nothing',
		params: RunParams,
		body: Type.Object({ status: RunStatusSchema, ...statusChange }, { additionalProperties: false }),
		response: Run,
	}),
	cancelRun: route({
		method: 'POST',
		path: '/api/v1/runs/:run/cancel',
		permission: 'run.write',
		summary: 'Cancel a run and its descendants; a run that has ended stays as it is and `changed` says so',
		params: RunParams,
		body: Type.Object({ reason: Type.Optional(Type.String()) }, { additionalProperties: false }),
		response: Type.Object({ run: Run, changed: Type.Boolean(), message: Type.String() }),
	}),
	failRun: route({
		method: 'POST',
		path: '/api/v1/runs/:run/fail',
		permission: 'run.write',
		summary: 'Mark a run as failed, even one that completed; a live job is ended',
		params: RunParams,
		body: Type.Object(
			{ errorCode: Type.Optional(Type.String()), errorDetails: Type.Optional(Type.String()), reason: Type.Optional(Type.String()) },
			{ additionalProperties: false },
		),
		response: Run,
	}),
	reopenRun: route({
		method: 'POST',
		path: '/api/v1/runs/:run/reopen',
		permission: 'run.write',
		summary: 'Bring an ended run back to Running',
		params: RunParams,
		body: Type.Object({ reason: Type.Optional(Type.String()) }, { additionalProperties: false }),
		response: Run,
	}),
	heartbeat: route({
		method: 'POST',
		path: '/api/v1/runs/:run/heartbeat',
		permission: 'run.write',
		summary: 'Renew the lease of a run; a run that was NotResponding is Running again',
		params: RunParams,
		body: Type.Object({ leaseSeconds: Type.Integer({ minimum: 5, maximum: 86_400 }) }, { additionalProperties: false }),
		response: Type.Object({ status: RunStatusSchema, leaseExpiryTime: Nullable(Time) }),
	}),
	changeLifecycle: route({
		method: 'POST',
		path: '/api/v1/runs/:run/lifecycle',
		permission: 'run.write',
		summary: 'Archive, trash or restore (active) a run with its descendants',
		params: RunParams,
		body: Type.Object({ lifecycle: Lifecycle }, { additionalProperties: false }),
		response: Run,
	}),
	purgeRun: route({
		method: 'DELETE',
		path: '/api/v1/runs/:run',
		permission: 'workspace.write',
		summary: 'Delete a trashed run with its descendants for good, and say what space came free',
		params: RunParams,
		response: Type.Object({ runs: Type.Integer(), freedBytes: Type.Integer() }),
	}),
	getRunSpace: route({
		method: 'GET',
		path: '/api/v1/runs/:run/space',
		permission: 'run.read',
		summary: 'What space a run holds',
		params: RunParams,
		response: Type.Object({ metricBytes: Type.Integer(), artifactBytes: Type.Integer(), logBytes: Type.Integer() }),
	}),
	listRunEvents: route({
		method: 'GET',
		path: '/api/v1/runs/:run/events',
		permission: 'run.read',
		summary: 'What happened to a run, oldest first: each status with who and why',
		params: RunParams,
		query: Type.Object({
			after: Type.Optional(Type.Integer({ minimum: 0, default: 0 })),
			limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.pageSize.max, default: 1000 })),
		}),
		response: Type.Object({ events: Type.Array(RunEvent) }),
	}),
};
