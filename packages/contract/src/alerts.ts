/** Alerts: rules that watch workspace metrics, runs and logs, and what they raised. */
import type { Static } from 'typebox';
import { AlertDelivery } from './action-groups.ts';
import { NextCursor, Nullable, PageQuery, Time } from './common.ts';
import { LIMITS } from './limits.ts';
import { route } from './route.ts';
import { RunStatusSchema } from './runs.ts';
import { Type } from './schema-builder.ts';
import { DimensionFilter, MetricAggregationSchema } from './workspace-metrics.ts';
import { WorkspaceParams } from './workspaces.ts';

/** 0 is the most severe, as in Azure: critical, error, warning, informational, verbose. */
export const ALERT_SEVERITIES = [0, 1, 2, 3, 4] as const;
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];
const Severity = Type.Unsafe<AlertSeverity>({
	type: 'integer',
	enum: ALERT_SEVERITIES,
	description: '0 critical, 1 error, 2 warning, 3 informational, 4 verbose.',
});

export const ALERT_OPERATORS = ['greaterThan', 'greaterOrEqual', 'lessThan', 'lessOrEqual', 'equals'] as const;
export type AlertOperator = (typeof ALERT_OPERATORS)[number];
const Operator = Type.Unsafe<AlertOperator>({ type: 'string', enum: ALERT_OPERATORS });

/** How long the time is that a rule looks at, and how often it looks: those of Azure. */
export const ALERT_WINDOWS_SECONDS = [60, 300, 900, 1_800, 3_600, 21_600, 43_200, 86_400] as const;
export const ALERT_FREQUENCIES_SECONDS = [60, 300, 900, 1_800, 3_600] as const;
type WindowSeconds = (typeof ALERT_WINDOWS_SECONDS)[number];
type FrequencySeconds = (typeof ALERT_FREQUENCIES_SECONDS)[number];

const Name = Type.String({ maxLength: LIMITS.metricNameCharacters.max });
const Experiment = Type.Optional(
	Type.String({ maxLength: LIMITS.experimentNameCharacters.max, description: 'Only runs of this experiment, by name.' }),
);

const MetricCondition = Type.Object(
	{
		type: Type.Literal('metric'),
		metric: Name,
		namespace: Type.Optional(Name),
		aggregation: MetricAggregationSchema,
		operator: Operator,
		threshold: Type.Number(),
		filter: Type.Optional(Type.Array(DimensionFilter, { maxItems: LIMITS.metricFilterConditions.max })),
		splitBy: Type.Optional(
			Type.Array(Name, { maxItems: LIMITS.metricFilterConditions.max, description: 'An alert for each combination of their values.' }),
		),
	},
	{ additionalProperties: false, description: 'A workspace metric over the window.' },
);

const LogCondition = Type.Object(
	{
		type: Type.Literal('logQuery'),
		query: Type.String({
			minLength: 1,
			maxLength: LIMITS.queryCharacters.max,
			description: 'In the Kusto query language; it sees the rows of the window.',
		}),
		measure: Type.Optional(
			Type.String({ maxLength: LIMITS.metricNameCharacters.max, description: 'A column of numbers; how many rows there are if absent.' }),
		),
		splitBy: Type.Optional(
			Type.Array(Name, {
				maxItems: LIMITS.metricFilterConditions.max,
				description: 'Columns: an alert for each combination of their values.',
			}),
		),
		operator: Operator,
		threshold: Type.Number(),
	},
	{ additionalProperties: false, description: 'What a query over the log tables gives.' },
);
export type LogAlertCondition = Static<typeof LogCondition>;

const RunStatusCondition = Type.Object(
	{
		type: Type.Literal('runStatus'),
		statuses: Type.Array(RunStatusSchema, { minItems: 1, maxItems: 12 }),
		experiment: Experiment,
	},
	{ additionalProperties: false, description: 'A run comes to one of these statuses; told at once.' },
);

const RunMetricCondition = Type.Object(
	{
		type: Type.Literal('runMetric'),
		metric: Name,
		operator: Operator,
		threshold: Type.Number(),
		experiment: Experiment,
	},
	{ additionalProperties: false, description: 'What a run logs crosses a threshold, once a run.' },
);

const RunNotANumberCondition = Type.Object(
	{
		type: Type.Literal('runNotANumber'),
		metric: Type.Optional(Name),
		experiment: Experiment,
	},
	{ additionalProperties: false, description: 'A run logs NaN, in this metric or in any; once a run.' },
);

const RunStalledCondition = Type.Object(
	{
		type: Type.Literal('runStalled'),
		seconds: Type.Integer({ minimum: LIMITS.alertStalledSeconds.min, maximum: LIMITS.alertStalledSeconds.max }),
		experiment: Experiment,
	},
	{ additionalProperties: false, description: 'A run is Running and has logged nothing, neither a point nor a line, for so long.' },
);

export const AlertCondition = Type.Union([
	MetricCondition,
	LogCondition,
	RunStatusCondition,
	RunMetricCondition,
	RunNotANumberCondition,
	RunStalledCondition,
]);
export type AlertCondition = Static<typeof AlertCondition>;
export type MetricAlertCondition = Static<typeof MetricCondition>;
export type RunAlertCondition = Exclude<AlertCondition, MetricAlertCondition | LogAlertCondition>;

const RuleFields = {
	description: Type.Optional(Type.String({ maxLength: LIMITS.descriptionCharacters.max })),
	severity: Type.Optional(Severity),
	enabled: Type.Optional(Type.Boolean()),
	condition: AlertCondition,
	windowSeconds: Type.Optional(
		Type.Unsafe<WindowSeconds>({
			type: 'integer',
			enum: ALERT_WINDOWS_SECONDS,
			description: 'How much time each look takes in; 5 minutes if absent.',
		}),
	),
	frequencySeconds: Type.Optional(
		Type.Unsafe<FrequencySeconds>({ type: 'integer', enum: ALERT_FREQUENCIES_SECONDS, description: 'How often; every minute if absent.' }),
	),
	autoResolve: Type.Optional(Type.Boolean({ description: 'An alert is resolved when its condition no longer holds; true if absent.' })),
	suppressSeconds: Type.Optional(
		Type.Integer({
			minimum: 0,
			maximum: LIMITS.alertSuppressSeconds.max,
			description: 'How long the same combination raises no other alert after it raised one.',
		}),
	),
};
const RuleName = Type.String({ minLength: 1, maxLength: LIMITS.alertNameCharacters.max });
const GroupNames = Type.Array(Type.String(), { maxItems: LIMITS.alertGroupsPerRule.max, description: 'Action groups, by name or id.' });

export const CreateAlertRule = Type.Object(
	{ name: RuleName, ...RuleFields, actionGroups: Type.Optional(GroupNames) },
	{ additionalProperties: false },
);
export type CreateAlertRule = Static<typeof CreateAlertRule>;

const UpdateAlertRule = Type.Object(
	{
		name: Type.Optional(RuleName),
		...RuleFields,
		condition: Type.Optional(AlertCondition),
		actionGroups: Type.Optional(GroupNames),
		silencedUntil: Type.Optional(Nullable(Time)),
	},
	{ additionalProperties: false },
);
export type UpdateAlertRule = Static<typeof UpdateAlertRule>;

export const AlertRule = Type.Object({
	id: Type.String(),
	workspaceId: Type.String(),
	workspaceName: Type.String(),
	name: Type.String(),
	description: Type.String(),
	severity: Severity,
	enabled: Type.Boolean(),
	condition: AlertCondition,
	windowSeconds: Type.Integer(),
	frequencySeconds: Type.Integer(),
	autoResolve: Type.Boolean(),
	suppressSeconds: Type.Integer(),
	actionGroups: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })),
	silencedUntil: Nullable(Time),
	evaluatedTime: Type.Union([Time, Type.Null()], {
		description: 'End of the last window that was looked at; null for what is told at once.',
	}),
	evaluationError: Nullable(Type.String()),
	openAlerts: Type.Integer({ description: 'Those that were neither resolved nor closed.' }),
	createdTime: Time,
	createdBy: Type.String(),
	modifiedTime: Time,
	modifiedBy: Type.String(),
});
export type AlertRule = Static<typeof AlertRule>;

export const ALERT_STATES = ['fired', 'acknowledged', 'closed'] as const;
export type AlertState = (typeof ALERT_STATES)[number];
const State = Type.Unsafe<AlertState>({ type: 'string', enum: ALERT_STATES });
const Dimensions = Type.Record(Type.String(), Type.String());

export const ALERT_CHANGES = ['fired', 'resolved', 'acknowledged', 'closed', 'reopened', 'commented'] as const;
export type AlertChangeKind = (typeof ALERT_CHANGES)[number];

export const AlertHistoryEntry = Type.Object({
	time: Time,
	actor: Type.String(),
	what: Type.Unsafe<AlertChangeKind>({ type: 'string', enum: ALERT_CHANGES }),
	comment: Nullable(Type.String()),
});

export type AlertHistoryEntry = Static<typeof AlertHistoryEntry>;

export const Alert = Type.Object({
	id: Type.String(),
	workspaceId: Type.String(),
	workspaceName: Type.String(),
	ruleId: Type.String(),
	ruleName: Type.String(),
	severity: Severity,
	condition: AlertCondition,
	dimensions: Dimensions,
	state: State,
	isResolved: Type.Boolean({ description: 'Its condition no longer holds.' }),
	value: Type.Union([Type.Number(), Type.Null()], { description: 'What was measured; null where nothing is.' }),
	summary: Type.String({ description: 'In words.' }),
	runId: Nullable(Type.String()),
	windowStartTime: Nullable(Time),
	windowEndTime: Nullable(Time),
	firedTime: Time,
	resolvedTime: Nullable(Time),
});
export type Alert = Static<typeof Alert>;

export const AlertPreview = Type.Object({
	from: Time,
	to: Time,
	times: Type.Array(Time, { description: 'The ends of the windows.' }),
	series: Type.Array(
		Type.Object({
			dimensions: Dimensions,
			values: Type.Unsafe<(number | null)[]>({ type: 'array', items: { type: ['number', 'null'] } }),
		}),
	),
	threshold: Nullable(Type.Number()),
	firings: Type.Array(
		Type.Object({ dimensions: Dimensions, firedTime: Time, resolvedTime: Nullable(Time), value: Nullable(Type.Number()) }),
	),
	firedCount: Type.Integer({ description: 'How often it would have fired.' }),
});
export type AlertPreview = Static<typeof AlertPreview>;

/** Rules that Azure's documentation of monitoring recommends, ready to be made. */
export const RECOMMENDED_ALERT_RULES: readonly CreateAlertRule[] = [
	{
		name: 'Model deploy failed',
		description: 'One or more model deployments have failed.',
		severity: 1,
		condition: { type: 'metric', metric: 'Model Deploy Failed', aggregation: 'total', operator: 'greaterThan', threshold: 0 },
	},
	{
		name: 'Quota utilization percentage',
		description: 'More than 90 % of a quota is used.',
		severity: 2,
		condition: { type: 'metric', metric: 'Quota Utilization Percentage', aggregation: 'average', operator: 'greaterThan', threshold: 90 },
	},
	{
		name: 'Unusable nodes',
		description: 'There are one or more unusable nodes.',
		severity: 2,
		condition: { type: 'metric', metric: 'Unusable Nodes', aggregation: 'total', operator: 'greaterThan', threshold: 0 },
	},
];

const RuleParams = Type.Object({ ...WorkspaceParams.properties, rule: Type.String({ description: 'Name or id of the rule.' }) });
const AlertParams = Type.Object({ ...WorkspaceParams.properties, alert: Type.String({ description: 'Id of the alert.' }) });
const AlertList = Type.Object({ alerts: Type.Array(Alert), nextCursor: NextCursor });
const AlertQuery = {
	...PageQuery,
	state: Type.Optional(State),
	open: Type.Optional(Type.Boolean({ description: 'Only those that were neither resolved nor closed.' })),
	severity: Type.Optional(Severity),
	rule: Type.Optional(Type.String({ description: 'Id of the rule.' })),
	run: Type.Optional(Type.String({ description: 'Id of the run.' })),
	from: Type.Optional(Type.String({ description: 'Only those that fired then or later, RFC 3339.' })),
	to: Type.Optional(Type.String({ description: 'Only those that fired then or earlier, RFC 3339.' })),
};

export const alertRoutes = {
	listAlertRules: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/alert-rules',
		permission: 'workspace.read',
		summary: 'List the alert rules of a workspace, by name',
		params: WorkspaceParams,
		query: Type.Object(PageQuery),
		response: Type.Object({ rules: Type.Array(AlertRule), nextCursor: NextCursor }),
	}),
	listRecommendedAlertRules: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/recommended-alert-rules',
		permission: 'workspace.read',
		summary: 'Rules that are worth having, ready to be made, each with whether it was',
		params: WorkspaceParams,
		response: Type.Object({ rules: Type.Array(Type.Object({ rule: CreateAlertRule, exists: Type.Boolean() })) }),
	}),
	createAlertRule: route({
		method: 'POST',
		path: '/api/v1/workspaces/:workspace/alert-rules',
		permission: 'workspace.write',
		summary: 'Make an alert rule',
		params: WorkspaceParams,
		body: CreateAlertRule,
		response: AlertRule,
	}),
	previewAlertRule: route({
		method: 'POST',
		path: '/api/v1/workspaces/:workspace/alert-rule-preview',
		permission: 'workspace.read',
		summary: 'Say what a rule would have done in the last 24 hours',
		params: WorkspaceParams,
		body: Type.Object({ ...RuleFields }, { additionalProperties: false }),
		response: AlertPreview,
	}),
	getAlertRule: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/alert-rules/:rule',
		permission: 'workspace.read',
		summary: 'Get an alert rule',
		params: RuleParams,
		response: AlertRule,
	}),
	updateAlertRule: route({
		method: 'PATCH',
		path: '/api/v1/workspaces/:workspace/alert-rules/:rule',
		permission: 'workspace.write',
		summary: 'Change, switch on or off, or silence an alert rule; another condition resolves what it has raised',
		params: RuleParams,
		body: UpdateAlertRule,
		response: AlertRule,
	}),
	deleteAlertRule: route({
		method: 'DELETE',
		path: '/api/v1/workspaces/:workspace/alert-rules/:rule',
		permission: 'workspace.write',
		summary: 'Delete an alert rule; its alerts stay, resolved',
		params: RuleParams,
	}),
	listAlerts: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/alerts',
		permission: 'workspace.read',
		summary: 'List the alerts of a workspace, the newest first',
		params: WorkspaceParams,
		query: Type.Object(AlertQuery),
		response: AlertList,
	}),
	listAlertsOfWorkspaces: route({
		method: 'GET',
		path: '/api/v1/alerts',
		permission: 'workspace.read',
		summary: 'List the alerts of all workspaces that the caller may read, the newest first',
		query: Type.Object(AlertQuery),
		response: AlertList,
	}),
	getAlert: route({
		method: 'GET',
		path: '/api/v1/workspaces/:workspace/alerts/:alert',
		permission: 'workspace.read',
		summary: 'Get an alert with its history and who was told',
		params: AlertParams,
		response: Type.Object({ alert: Alert, history: Type.Array(AlertHistoryEntry), deliveries: Type.Array(AlertDelivery) }),
	}),
	changeAlert: route({
		method: 'PATCH',
		path: '/api/v1/workspaces/:workspace/alerts/:alert',
		permission: 'workspace.write',
		summary: 'Acknowledge, close or reopen an alert, or say something to it',
		params: AlertParams,
		body: Type.Object(
			{ state: Type.Optional(State), comment: Type.Optional(Type.String({ minLength: 1, maxLength: LIMITS.alertCommentCharacters.max })) },
			{ additionalProperties: false },
		),
		response: Alert,
	}),
};
