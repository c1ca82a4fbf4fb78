/** The OpenAPI 3.1 document of the native API, made from the route table. */
import type { TSchema } from 'typebox';
import { ActionGroup, ActionReceiver, AlertDelivery, actionGroupRoutes } from './action-groups.ts';
import { Alert, AlertCondition, AlertPreview, AlertRule, alertRoutes, CreateAlertRule } from './alerts.ts';
import { Direction, ErrorReply, Lifecycle } from './common.ts';
import { Cluster, computeRoutes, Node, QueueEntry } from './compute.ts';
import { Datastore, DatastoreFile, datastoreRoutes } from './datastores.ts';
import { Archive, DestinationState, DestinationTest, DiagnosticSetting, diagnosticSettingRoutes, EventHub } from './diagnostic-settings.ts';
import { Environment, environmentRoutes } from './environments.ts';
import { ERRORS } from './errors.ts';
import { EvaluationDataset, evaluationDatasetRoutes } from './evaluation-datasets.ts';
import { Experiment, experimentRoutes } from './experiments.ts';
import { importMarkRoutes } from './import-marks.ts';
import { JobDefinition, JobLease, jobRoutes, SubmitJob } from './jobs.ts';
import { Dataset, DatasetInput, lineageRoutes } from './lineage.ts';
import { liveRoutes } from './live.ts';
import { LoggedModel, loggedModelRoutes } from './logged-models.ts';
import { MetricLine, metricLineRoutes } from './metric-lines.ts';
import { ChartBucket, ColumnSummary, LogMetrics, MetricColumn, MetricKind, MetricSummary, metricRoutes, SeriesPoints } from './metrics.ts';
import { Model, ModelFile, ModelVersion, modelRoutes, RegisterModel } from './models.ts';
import { QueryAnswer, queryRoutes } from './query.ts';
import { Quota, QuotaRequest, quotaRoutes } from './quotas.ts';
import { PERMISSIONS, type RouteDefinition } from './route.ts';
import { RunFile, runFileRoutes, Upload } from './run-files.ts';
import { RunChangeResult, RunGroup, RunSummary, runTableRoutes, Sparkline } from './run-table.ts';
import { CreateRun, OrderBy, PrimaryMetric, Progress, Run, RunError, RunEvent, RunStatusSchema, runRoutes } from './runs.ts';
import { serverRoutes } from './server.ts';
import { Snapshot, SnapshotFile, snapshotRoutes } from './snapshots.ts';
import { supportRoutes } from './support.ts';
import { TlsState, tlsRoutes } from './tls.ts';
import { Trace, traceRoutes } from './traces.ts';
import { View, ViewVersion, viewRoutes } from './views.ts';
import {
	DimensionFilter,
	WorkspaceMetric,
	WorkspaceMetricQuery,
	WorkspaceMetricResult,
	WorkspaceMetricSeries,
	workspaceMetricRoutes,
} from './workspace-metrics.ts';
import { CreateWorkspace, Workspace, workspaceRoutes } from './workspaces.ts';

interface RouteGroup {
	/** The noun, as the glossary has it. */
	name: string;
	description: string;
	routes: Record<string, RouteDefinition>;
}

/** The routes by noun, in the order in which a newcomer meets them. */
export const ROUTE_GROUPS: readonly RouteGroup[] = [
	{ name: 'Server', description: 'What the server says about itself, and access tokens.', routes: serverRoutes },
	{
		name: 'TLS',
		description: "The listener with TLS beside http, and the server's own certificate authority.",
		routes: tlsRoutes,
	},
	{ name: 'Workspaces', description: 'The unit that holds experiments, compute and people.', routes: workspaceRoutes },
	{ name: 'Experiments', description: 'Named groups of runs.', routes: experimentRoutes },
	{
		name: 'Runs',
		description: 'Identity, status, tags, properties, params, children, life cycle and search.',
		routes: { ...runRoutes, ...runTableRoutes },
	},
	{
		name: 'Metrics',
		description: 'Series of points, their summaries, and what charts read.',
		routes: { ...metricRoutes, ...metricLineRoutes },
	},
	{ name: 'Run files', description: 'Artifacts with versions, and logs that grow.', routes: runFileRoutes },
	{ name: 'Snapshots', description: 'A source folder as it was at submission.', routes: snapshotRoutes },
	{ name: 'Compute', description: 'Clusters of nodes that grow and shrink with their queue.', routes: computeRoutes },
	{ name: 'Quotas', description: 'How many cores clusters may have at once, and requests for more.', routes: quotaRoutes },
	{ name: 'Datastores', description: 'Files of a workspace by their paths, which jobs take and leave.', routes: datastoreRoutes },
	{ name: 'Environments', description: 'The Python and the packages that jobs run with.', routes: environmentRoutes },
	{ name: 'Models', description: 'What training made, registered by name in versions.', routes: modelRoutes },
	{
		name: 'Lineage',
		description: 'What runs take in and make beside their files: datasets, and logged models.',
		routes: lineageRoutes,
	},
	{ name: 'Logged models', description: 'Models as runs log them, before anybody registers one.', routes: loggedModelRoutes },
	{ name: 'Traces', description: 'What programs did to answer requests, as spans.', routes: traceRoutes },
	{ name: 'Evaluation datasets', description: 'Records by which answers are judged.', routes: evaluationDatasetRoutes },
	{ name: 'Jobs', description: 'Runs with something to execute, and the agents that execute them.', routes: jobRoutes },
	{ name: 'Logs', description: 'Queries over the log tables, in the Kusto query language.', routes: queryRoutes },
	{ name: 'Views', description: 'What a page shows, kept under a name with its versions.', routes: viewRoutes },
	{ name: 'Import marks', description: 'What imports saw at their source, for those that come after.', routes: importMarkRoutes },
	{
		name: 'Workspace metrics',
		description: 'What is measured of workspaces by itself: runs, nodes, quotas, processors.',
		routes: workspaceMetricRoutes,
	},
	{
		name: 'Diagnostic settings',
		description: 'Which logs and metrics are sent where, and how far they have come.',
		routes: diagnosticSettingRoutes,
	},
	{
		name: 'Alerts',
		description: 'Rules that watch metrics and runs, what they raised, and who is told.',
		routes: { ...alertRoutes, ...actionGroupRoutes },
	},
	{ name: 'Support', description: 'What is given to somebody who is to help.', routes: supportRoutes },
	{ name: 'Live updates', description: 'Server-sent events of what changed.', routes: liveRoutes },
];

/** Shapes that the document names once and refers to; all others stand where they are used. */
const NAMED_SCHEMAS: Record<string, TSchema> = {
	Archive,
	DestinationState,
	DestinationTest,
	DiagnosticSetting,
	EventHub,
	ActionGroup,
	ActionReceiver,
	Alert,
	AlertCondition,
	AlertDelivery,
	AlertPreview,
	AlertRule,
	ChartBucket,
	CreateAlertRule,
	MetricLine,
	Cluster,
	Quota,
	QuotaRequest,
	ColumnSummary,
	CreateRun,
	CreateWorkspace,
	DimensionFilter,
	Direction,
	Dataset,
	DatasetInput,
	EvaluationDataset,
	LoggedModel,
	Trace,
	Datastore,
	Model,
	ModelFile,
	ModelVersion,
	RegisterModel,
	DatastoreFile,
	Environment,
	ErrorReply,
	Experiment,
	JobDefinition,
	JobLease,
	Lifecycle,
	LogMetrics,
	MetricColumn,
	MetricKind,
	MetricSummary,
	Node,
	OrderBy,
	PrimaryMetric,
	Progress,
	QueryAnswer,
	QueueEntry,
	Run,
	RunError,
	RunChangeResult,
	RunEvent,
	RunFile,
	RunGroup,
	RunStatus: RunStatusSchema,
	RunSummary,
	SeriesPoints,
	Snapshot,
	SnapshotFile,
	Sparkline,
	SubmitJob,
	TlsState,
	Upload,
	View,
	ViewVersion,
	Workspace,
	WorkspaceMetric,
	WorkspaceMetricQuery,
	WorkspaceMetricResult,
	WorkspaceMetricSeries,
};

const NAMES = new Map<unknown, string>(Object.entries(NAMED_SCHEMAS).map(([name, schema]) => [schema, name]));

export type JsonObject = { [key: string]: unknown };

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** `anyOf` of single words is said as `enum`, as people and generators like to read it. */
function asEnum(schema: JsonObject): JsonObject {
	if (!Array.isArray(schema.anyOf)) return schema;
	const { anyOf, ...rest } = schema;
	const words = (anyOf as JsonObject[]).flatMap((option) => (Array.isArray(option.enum) ? option.enum : [option.const]));
	return words.every((word) => typeof word === 'string') ? { type: 'string', enum: words, ...rest } : schema;
}

/** A schema of the contract as plain JSON Schema, with references in place of the named ones. */
function plainSchema(schema: unknown, named = true): unknown {
	if (Array.isArray(schema)) return schema.map((item) => plainSchema(item));
	if (!isObject(schema)) return schema;
	const name = NAMES.get(schema);
	if (named && name !== undefined) return { $ref: `#/components/schemas/${name}` };
	const plain = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, plainSchema(value)]));
	if (isObject(plain.patternProperties) && '^.*$' in plain.patternProperties) {
		const { patternProperties, ...rest } = plain;
		return { ...rest, additionalProperties: (patternProperties as JsonObject)['^.*$'] };
	}
	return asEnum(plain);
}

/** A path of the route table as OpenAPI writes it: `/runs/:run/files/*` is `/runs/{run}/files/{path}`. */
export function openApiPath(path: string): string {
	return path.replace(/:(\w+)/g, '{$1}').replace(/\*$/, '{path}');
}

function parameters(schema: TSchema | undefined, place: 'path' | 'query'): JsonObject[] {
	if (schema === undefined) return [];
	const { properties = {}, required = [] } = plainSchema(schema, false) as { properties?: JsonObject; required?: string[] };
	return Object.entries(properties).map(([name, property]) => {
		const { description, ...rest } = property as JsonObject;
		const whole = name === '*';
		return {
			name: whole ? 'path' : name,
			in: place,
			required: place === 'path' || required.includes(name),
			...(description === undefined && !whole
				? {}
				: { description: `${description ?? 'Path.'}${whole ? ' Its slashes are sent as they are.' : ''}` }),
			schema: rest,
		};
	});
}

const BYTES = { schema: { type: 'string', format: 'binary' } };

const STREAMS = {
	bytes: { description: 'The bytes; a Range header asks for a part of them.', content: { 'application/octet-stream': BYTES } },
	events: {
		description:
			'Server-sent events until the client leaves. `event: change` carries an event of the outbox and its sequence as id; `event: signal` says that a series or a log grew.',
		content: { 'text/event-stream': { schema: { type: 'string' } } },
	},
	lines: {
		description: 'JSON documents, one a line, each sent as soon as it is known.',
		content: { 'application/x-ndjson': { schema: { type: 'string' } } },
	},
};

function requestBody(route: RouteDefinition): JsonObject {
	if (route.requestStream === 'bytes') return { requestBody: { required: true, content: { 'application/octet-stream': BYTES } } };
	if (route.body === undefined) return {};
	return { requestBody: { required: true, content: { 'application/json': { schema: plainSchema(route.body) } } } };
}

function success(route: RouteDefinition): JsonObject {
	if (route.responseStream !== undefined) return { 200: STREAMS[route.responseStream] };
	if (route.response === undefined) return { 204: { description: 'Done.' } };
	return { 200: { description: 'Done.', content: { 'application/json': { schema: plainSchema(route.response) } } } };
}

function operation(id: string, route: RouteDefinition, group: RouteGroup): JsonObject {
	return {
		operationId: id,
		tags: [group.name],
		summary: route.summary,
		description: `Permission: \`${route.permission}\` (${PERMISSIONS[route.permission]}).`,
		parameters: [...parameters(route.params, 'path'), ...parameters(route.query, 'query')],
		...requestBody(route),
		responses: { ...success(route), default: { $ref: '#/components/responses/Error' } },
		...(route.permission === 'public' ? { security: [] } : {}),
		'x-permission': route.permission,
	};
}

/** `ErrorReply` with the codes of the catalogue spelled out. */
function errorReply(): unknown {
	const reply = plainSchema(ErrorReply, false) as { properties: { error: { properties: JsonObject } } };
	reply.properties.error.properties.code = { type: 'string', enum: Object.keys(ERRORS) };
	return reply;
}

function paths(): JsonObject {
	const table: Record<string, JsonObject> = {};
	for (const group of ROUTE_GROUPS) {
		for (const [id, route] of Object.entries(group.routes)) {
			const path = openApiPath(route.path);
			table[path] = { ...table[path], [route.method.toLowerCase()]: operation(id, route, group) };
		}
	}
	return table;
}

/**
 * The whole document, ready for `JSON.stringify`. Its paths follow `basePath`, under which a proxy shows the server.
 * @example createOpenApiDocument('0.1.0').openapi === '3.1.0'
 */
export function createOpenApiDocument(version: string, basePath = ''): JsonObject {
	const schemas = Object.fromEntries(Object.entries(NAMED_SCHEMAS).map(([name, schema]) => [name, plainSchema(schema, false)]));
	return {
		openapi: '3.1.0',
		info: {
			title: 'Runstead',
			version,
			description: 'Start, watch, cancel, compare and query training runs. Times are ISO 8601 in UTC with microseconds.',
			license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
		},
		servers: [{ url: basePath === '' ? '/' : basePath }],
		security: [{ token: [] }, {}],
		tags: ROUTE_GROUPS.map(({ name, description }) => ({ name, description })),
		paths: paths(),
		components: {
			schemas: { ...schemas, ErrorReply: errorReply() },
			responses: {
				Error: {
					description: 'An error of the catalogue: a code for programs, what happened, and what to do now.',
					content: { 'application/json': { schema: { $ref: '#/components/schemas/ErrorReply' } } },
				},
			},
			securitySchemes: {
				token: {
					type: 'http',
					scheme: 'bearer',
					bearerFormat: 'JWT',
					description: 'Made with `runstead token create`. A loopback request of the user who runs the server needs none.',
				},
			},
		},
	};
}
