/**
 * Metrics as Azure Monitor's clients read them: `metrics:getBatch` of its data plane (azure-monitor-querymetrics, @azure/monitor-query-metrics),
 * `Microsoft.Insights/metrics` and `metricDefinitions` of a resource in its plane of management.
 */
import { type Permission, RunsteadError } from '@runstead/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { WorkspaceMetricService } from '../../capabilities/workspace-metrics/service.ts';
import type { WorkspaceRecord, WorkspaceService } from '../../capabilities/workspaces/service.ts';
import type { Guard } from '../../http/guard.ts';
import { authorizeAnywhere, authorizeHere, type Principal } from '../../http/principal.ts';
import type { Clock } from '../../storage/unit-of-work.ts';
import { type AzureMetricQuery, metricQueriesOf } from './metric-query.ts';
import { azureDefinition, azureMetric } from './metric-shapes.ts';

export interface AzureMetricOptions {
	readonly guard: Guard;
	readonly clock: Clock;
	readonly workspaces: WorkspaceService;
	readonly workspaceMetrics: WorkspaceMetricService;
	readonly asRunsteadError: (error: unknown, request: FastifyRequest) => RunsteadError;
}

const READ: Permission = 'workspace.read';
const RESOURCE_ID =
	/^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/Microsoft\.MachineLearningServices\/workspaces\/([^/]+)\/?$/i;
const RESOURCES_MAX = 50;
const METRICS_MAX = 20;
/** There is one. */
const REGION = 'local';
/** Clients of Azure spell the fixed words of a resource id as they like; these are the ways in which they are met. */
const GROUP_WORDS = ['resourceGroups', 'resourcegroups'];
const INSIGHTS_WORDS = ['Microsoft.Insights', 'microsoft.insights'];
const MACHINE_LEARNING_WORDS = ['Microsoft.MachineLearningServices', 'microsoft.machinelearningservices'];

export function serveAzureMetrics(server: FastifyInstance, options: AzureMetricOptions): void {
	const { guard, clock, workspaces, workspaceMetrics, asRunsteadError } = options;

	const admit = async (request: FastifyRequest): Promise<Principal> => {
		guard.screen(request.raw);
		const principal = await guard.admit(request.raw);
		authorizeAnywhere(principal, READ);
		return principal;
	};

	/** @throws {RunsteadError} invalid-request for what names no workspace, not-found, forbidden. */
	const workspaceOf = async (resourceId: string, principal: Principal): Promise<WorkspaceRecord> => {
		const [, subscription, group, name] = RESOURCE_ID.exec(resourceId) ?? [];
		if (name === undefined)
			throw new RunsteadError('invalid-request', {
				what: `${JSON.stringify(resourceId)} is not the id of a workspace: /subscriptions/…/resourceGroups/…/providers/Microsoft.MachineLearningServices/workspaces/….`,
			});
		const found = await workspaces.find(name);
		const isThere =
			found.resource_group.toLowerCase() === group?.toLowerCase() &&
			workspaces.subscriptionId.toLowerCase() === subscription?.toLowerCase();
		if (!isThere) throw new RunsteadError('not-found', { noun: `workspace in resource group ${group} of ${subscription}`, given: name });
		authorizeHere(principal, READ, { workspaceId: found.id, runLineage: [] });
		return found;
	};

	const read = async (workspace: WorkspaceRecord, resourceId: string, asked: AzureMetricQuery) => {
		const { queries, interval, from, to } = metricQueriesOf(asked, Math.round(clock() / 1_000));
		if (queries.length > METRICS_MAX) throw new RunsteadError('invalid-request', { what: `More than ${METRICS_MAX} metrics are named.` });
		const results = await Promise.all(queries.map((query) => workspaceMetrics.query([workspace], query)));
		return { interval, from, to, namespace: results[0]?.namespace, value: results.map((result) => azureMetric(resourceId, result)) };
	};

	const serveResource = (app: FastifyInstance, root: string): void => {
		const resourceOf = (request: FastifyRequest): string => request.url.replace(/\/providers\/microsoft\.insights\/.*$/i, '');
		app.get(`${root}/metrics`, async (request) => {
			const principal = await admit(request);
			const resourceId = decodeURIComponent(resourceOf(request));
			const workspace = await workspaceOf(resourceId, principal);
			const { from, to, value, ...rest } = await read(workspace, resourceId, queryOf(request));
			return { cost: 0, timespan: `${from}/${to}`, ...rest, resourceregion: REGION, value };
		});
		app.get(`${root}/metricDefinitions`, async (request) => {
			const principal = await admit(request);
			const resourceId = decodeURIComponent(resourceOf(request));
			await workspaceOf(resourceId, principal);
			const { metricnamespace } = queryOf(request);
			const known = workspaceMetrics.definitions().filter(({ namespace }) => !namespace.toLowerCase().includes('/onlineendpoints'));
			const named = metricnamespace ? known.filter(({ namespace }) => namespace.toLowerCase() === metricnamespace.toLowerCase()) : known;
			return { value: named.map((definition) => azureDefinition(resourceId, definition)) };
		});
	};

	// In a part of its own: it answers errors in Azure's words.
	void server.register(async (app) => {
		app.setErrorHandler((error, request, reply) => {
			const known = asRunsteadError(error, request);
			return reply.code(known.status).send({ error: { code: azureCodeOf(known), message: `${known.message} ${known.hint}` } });
		});
		app.post('/subscriptions/:subscription/metrics::getBatch', async (request) => {
			const principal = await admit(request);
			const asked = queryOf(request);
			const values = [];
			for (const resourceId of resourceIdsOf(request.body)) {
				const workspace = await workspaceOf(resourceId, principal);
				const { interval, from, to, namespace, value } = await read(workspace, resourceId, asked);
				values.push({ starttime: from, endtime: to, interval, namespace, resourceregion: REGION, resourceid: resourceId, value });
			}
			return { values };
		});
		for (const group of GROUP_WORDS)
			for (const learning of MACHINE_LEARNING_WORDS)
				for (const insights of INSIGHTS_WORDS)
					serveResource(
						app,
						`/subscriptions/:subscription/${group}/:group/providers/${learning}/workspaces/:workspace/providers/${insights}`,
					);
	});
}

/** The query string with its names in lower case, `$filter` as `filter`; of what is said twice the last. */
function queryOf(request: FastifyRequest): AzureMetricQuery {
	const given = request.query as Readonly<Record<string, string | readonly string[]>>;
	return Object.fromEntries(
		Object.entries(given).map(([name, value]) => [name.toLowerCase().replace(/^\$/, ''), typeof value === 'string' ? value : value.at(-1)]),
	);
}

/** @throws {RunsteadError} invalid-request. */
function resourceIdsOf(body: unknown): string[] {
	const { resourceids } = (typeof body === 'object' && body !== null ? body : {}) as { resourceids?: unknown };
	const isList = Array.isArray(resourceids) && resourceids.length > 0 && resourceids.length <= RESOURCES_MAX;
	if (!isList || !resourceids.every((id) => typeof id === 'string'))
		throw new RunsteadError('invalid-request', { what: `resourceids is a list of 1 to ${RESOURCES_MAX} ids of resources.` });
	return resourceids as string[];
}

function azureCodeOf({ code, status }: RunsteadError): string {
	if (code === 'not-found') return 'ResourceNotFound';
	if (status === 401) return 'AuthenticationFailed';
	if (status === 403) return 'AuthorizationFailed';
	return status >= 500 ? 'InternalServerError' : 'BadRequest';
}
