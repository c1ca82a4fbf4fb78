/**
 * Azure Monitor's management of diagnostic settings, at Azure's own paths. Storage accounts and event hubs there are names of resources;
 * here a name stands for the connection of that account which a setting of the workspace has, and an account that none knows for an
 * archive folder of that name.
 */
import {
	ALL_LOGS,
	ALL_METRICS,
	type Archive,
	type DiagnosticSetting,
	type DiagnosticSettingInput,
	type EventHub,
	LOG_CATEGORIES,
	type Permission,
	RunsteadError,
} from '@runstead/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { resourceIdOf } from '../../capabilities/log-records/log-record.ts';
import type { WorkspaceRecord } from '../../capabilities/workspaces/service.ts';
import type { Capabilities } from '../../create-capabilities.ts';
import { reachOf } from '../../http/giver.ts';
import type { Guard } from '../../http/guard.ts';
import { authorizeAnywhere, authorizeHere, type Principal } from '../../http/principal.ts';
import { accountOf, namespaceOf } from './connection-names.ts';

export interface AzureMonitorDoorOptions {
	readonly guard: Guard;
	readonly asRunsteadError: (error: unknown, request: FastifyRequest) => RunsteadError;
}

interface LogSettings {
	readonly category?: string | null;
	readonly categoryGroup?: string | null;
	readonly enabled?: boolean;
	readonly retentionPolicy?: { readonly enabled?: boolean; readonly days?: number } | null;
}

interface SettingProperties {
	readonly storageAccountId?: string | null;
	readonly eventHubAuthorizationRuleId?: string | null;
	readonly eventHubName?: string | null;
	readonly workspaceId?: string | null;
	readonly logs?: readonly LogSettings[] | null;
	readonly metrics?: readonly LogSettings[] | null;
}

interface WorkspacePath {
	readonly subscription: string;
	readonly group: string;
	readonly workspace: string;
	readonly name?: string;
}

/** Clients of Azure spell the fixed words of a resource id as they like; these are the ways in which they are met. */
const GROUP_WORDS = ['resourceGroups', 'resourcegroups'];
const INSIGHTS_WORDS = ['Microsoft.Insights', 'microsoft.insights'];
const MACHINE_LEARNING_WORDS = ['Microsoft.MachineLearningServices', 'microsoft.machinelearningservices'];
const TYPE = 'Microsoft.Insights/diagnosticSettings';
const CATEGORY_TYPE = 'Microsoft.Insights/diagnosticSettingsCategories';
/** What Azure groups as audit: what people and programs did, in place of what the service measured. */
const AUDIT = LOG_CATEGORIES.filter((category) => !category.startsWith('Aml'));

const lastSegment = (id: string): string => id.replace(/\/+$/, '').split('/').at(-1) ?? '';
const segmentAfter = (id: string, word: string): string | null => new RegExp(`/${word}/([^/]+)`, 'i').exec(id)?.[1] ?? null;

export function serveAzureMonitor(
	server: FastifyInstance,
	capabilities: Capabilities,
	{ guard, asRunsteadError }: AzureMonitorDoorOptions,
): void {
	const { diagnostics, workspaces } = capabilities;

	const find = async ({ subscription, group, workspace }: WorkspacePath): Promise<WorkspaceRecord> => {
		const found = await workspaces.find(workspace);
		const isThere = found.resource_group.toLowerCase() === group.toLowerCase() && workspaces.subscriptionId === subscription.toLowerCase();
		if (!isThere)
			throw new RunsteadError('not-found', { noun: `workspace in resource group ${group} of ${subscription}`, given: workspace });
		return found;
	};

	/** Who asks, for which workspace, after all that is asked of a request. */
	const admit = async (request: FastifyRequest, permission: Permission): Promise<{ principal: Principal; workspace: WorkspaceRecord }> => {
		guard.screen(request.raw);
		const principal = await guard.admit(request.raw);
		authorizeAnywhere(principal, permission);
		const workspace = await find(request.params as WorkspacePath);
		authorizeHere(principal, permission, { workspaceId: workspace.id, runLineage: [] });
		return { principal, workspace };
	};

	const present = (workspace: WorkspaceRecord, setting: DiagnosticSetting): object => {
		const resource = resourceIdOf(workspaces.present(workspace));
		return presentSetting(resource, setting);
	};

	const input = async (workspace: WorkspaceRecord, name: string, properties: SettingProperties): Promise<DiagnosticSettingInput> => {
		const { archives, eventHubs } = await diagnostics.connections(workspace);
		const retention = [...(properties.logs ?? []), ...(properties.metrics ?? [])].find(({ retentionPolicy }) => retentionPolicy?.enabled);
		const before = await diagnostics.get(workspace, name).catch(() => null);
		return {
			categories: categoriesOf(properties),
			archive: properties.storageAccountId
				? archiveOf(
						lastSegment(properties.storageAccountId),
						archives,
						retention?.retentionPolicy?.days ?? before?.archive?.retentionDays ?? 0,
					)
				: null,
			eventHub: properties.eventHubAuthorizationRuleId
				? eventHubOf(properties.eventHubAuthorizationRuleId, properties.eventHubName ?? null, eventHubs)
				: null,
			logAnalytics: Boolean(properties.workspaceId),
		};
	};

	const serveAt = (app: FastifyInstance, root: string): void => {
		const settings = `${root}/diagnosticSettings`;
		app.get(settings, async (request) => {
			const { workspace } = await admit(request, 'workspace.read');
			return { value: (await diagnostics.list(workspace)).map((setting) => present(workspace, setting)) };
		});
		app.get(`${settings}/:name`, async (request) => {
			const { workspace } = await admit(request, 'workspace.read');
			return present(workspace, await diagnostics.get(workspace, nameOf(request)));
		});
		app.put(`${settings}/:name`, async (request) => {
			const { principal, workspace } = await admit(request, 'workspace.write');
			const name = nameOf(request);
			const given = await input(workspace, name, propertiesOf(request.body));
			const how = { actor: principal.name, reach: reachOf(principal), untested: false };
			return present(workspace, (await diagnostics.put(workspace, name, given, how)).setting);
		});
		app.delete(`${settings}/:name`, async (request, reply) => {
			const { principal, workspace } = await admit(request, 'workspace.write');
			const isThere = await diagnostics.remove(workspace, nameOf(request), principal.name).then(
				() => true,
				(error: unknown) => {
					if (error instanceof RunsteadError && error.code === 'not-found') return false;
					throw error;
				},
			);
			return reply.code(isThere ? 200 : 204).send();
		});
		app.get(`${root}/diagnosticSettingsCategories`, async (request) => {
			const { workspace } = await admit(request, 'workspace.read');
			return {
				value: [...LOG_CATEGORIES, ALL_METRICS].map((category) => presentCategory(resourceIdOf(workspaces.present(workspace)), category)),
			};
		});
		app.get(`${root}/diagnosticSettingsCategories/:name`, async (request) => {
			const { workspace } = await admit(request, 'workspace.read');
			const name = nameOf(request);
			const category = [...LOG_CATEGORIES, ALL_METRICS].find((one) => one.toLowerCase() === name.toLowerCase());
			if (category === undefined) throw new RunsteadError('not-found', { noun: 'diagnostic category', given: name });
			return presentCategory(resourceIdOf(workspaces.present(workspace)), category);
		});
	};

	// In a part of its own: it answers errors in Azure's words.
	void server.register(async (app) => {
		app.setErrorHandler((error, request, reply) => {
			const known = asRunsteadError(error, request);
			return reply.code(statusOf(known)).send({ error: { code: azureCodeOf(known), message: `${known.message} ${known.hint}` } });
		});
		for (const group of GROUP_WORDS)
			for (const learning of MACHINE_LEARNING_WORDS)
				for (const insights of INSIGHTS_WORDS)
					serveAt(app, `/subscriptions/:subscription/${group}/:group/providers/${learning}/workspaces/:workspace/providers/${insights}`);
	});
}

function nameOf(request: FastifyRequest): string {
	return (request.params as Required<WorkspacePath>).name;
}

/** @throws {RunsteadError} invalid-request. */
function propertiesOf(body: unknown): SettingProperties {
	const properties = (body as { properties?: unknown } | null)?.properties;
	const isList = (value: unknown): boolean =>
		value === undefined || value === null || (Array.isArray(value) && value.every((one) => typeof one === 'object' && one !== null));
	const isText = (value: unknown): boolean => value === undefined || value === null || typeof value === 'string';
	if (typeof properties !== 'object' || properties === null)
		throw new RunsteadError('invalid-request', { what: 'The body has no properties.' });
	const { logs, metrics, ...texts } = properties as SettingProperties;
	if (!isList(logs) || !isList(metrics)) throw new RunsteadError('invalid-request', { what: 'logs and metrics are lists of objects.' });
	for (const name of ['storageAccountId', 'eventHubAuthorizationRuleId', 'eventHubName', 'workspaceId'] as const)
		if (!isText(texts[name])) throw new RunsteadError('invalid-request', { what: `${name} is a text.` });
	return properties as SettingProperties;
}

/** @throws {RunsteadError} invalid-request. */
function categoriesOf({ logs, metrics }: SettingProperties): string[] {
	const chosen = (logs ?? [])
		.filter(({ enabled }) => enabled)
		.flatMap(({ category, categoryGroup }) => {
			if (!categoryGroup) return [String(category)];
			if (categoryGroup.toLowerCase() === 'alllogs') return [ALL_LOGS];
			if (categoryGroup.toLowerCase() === 'audit') return AUDIT;
			throw new RunsteadError('invalid-request', {
				what: `There is no category group ${JSON.stringify(categoryGroup)}; there are allLogs and audit.`,
			});
		});
	const all = (metrics ?? []).some(({ enabled }) => enabled) ? [...chosen, ALL_METRICS] : chosen;
	if (all.length === 0) throw new RunsteadError('invalid-request', { what: 'No log and no metric is enabled.' });
	return all;
}

function archiveOf(account: string, known: readonly Archive[], retentionDays: number): Archive {
	const connection = known.find((archive) => accountOf(archive)?.toLowerCase() === account.toLowerCase());
	return { ...(connection ?? { kind: 'folder' as const, path: account }), retentionDays };
}

/** @throws {RunsteadError} invalid-request when no setting of the workspace has a connection to the namespace. */
function eventHubOf(rule: string, hub: string | null, known: readonly EventHub[]): EventHub {
	const namespace = segmentAfter(rule, 'namespaces');
	const connection = known.find((one) => namespaceOf(one)?.toLowerCase() === namespace?.toLowerCase());
	if (!connection || namespace === null) {
		throw new RunsteadError('invalid-request', {
			what: `No diagnostic setting of the workspace has a connection to the event hub namespace ${JSON.stringify(namespace)}: its key is not known. Make one with its connection string first (runstead monitor diagnostic-settings create).`,
		});
	}
	if (connection.kind === 'kafka') return hub === null ? connection : { ...connection, topic: hub };
	return hub === null ? connection : { ...connection, address: hub };
}

function presentSetting(resource: string, { name, categories, archive, eventHub, logAnalytics }: DiagnosticSetting): object {
	const group = resource.replace(/\/providers\/.*$/, '');
	const days = archive?.retentionDays ?? 0;
	const retentionPolicy = { enabled: days > 0, days };
	const logs = categories.includes(ALL_LOGS)
		? [{ category: null, categoryGroup: 'allLogs', enabled: true, retentionPolicy }]
		: LOG_CATEGORIES.map((category) => ({ category, categoryGroup: null, enabled: categories.includes(category), retentionPolicy }));
	const namespace = eventHub && namespaceOf(eventHub);
	return {
		id: `${resource}/providers/microsoft.insights/diagnosticSettings/${name}`,
		name,
		type: TYPE,
		properties: {
			storageAccountId: archive && `${group}/providers/Microsoft.Storage/storageAccounts/${accountOf(archive)}`,
			serviceBusRuleId: null,
			workspaceId: logAnalytics ? `${group}/providers/Microsoft.OperationalInsights/workspaces/${lastSegment(resource)}` : null,
			eventHubAuthorizationRuleId: namespace
				? `${group}/providers/Microsoft.EventHub/namespaces/${namespace}/authorizationRules/RootManageSharedAccessKey`
				: null,
			eventHubName: eventHub ? ((eventHub.kind === 'kafka' ? eventHub.topic : eventHub.address) ?? null) : null,
			metrics: [{ category: ALL_METRICS, enabled: categories.includes(ALL_METRICS), retentionPolicy }],
			logs,
			logAnalyticsDestinationType: null,
		},
	};
}

function presentCategory(resource: string, category: string): object {
	const isMetric = category === ALL_METRICS;
	return {
		id: `${resource}/providers/microsoft.insights/diagnosticSettingsCategories/${category}`,
		name: category,
		type: CATEGORY_TYPE,
		properties: {
			categoryType: isMetric ? 'Metrics' : 'Logs',
			categoryGroups: isMetric ? [] : AUDIT.includes(category) ? ['allLogs', 'audit'] : ['allLogs'],
		},
	};
}

/** Azure has no 422: what is wrong with a destination is wrong with the request. */
function statusOf({ status }: RunsteadError): number {
	return status === 422 ? 400 : status;
}

function azureCodeOf({ code, status }: RunsteadError): string {
	if (code === 'not-found') return 'ResourceNotFound';
	if (status === 401) return 'AuthenticationFailed';
	if (status === 403) return 'AuthorizationFailed';
	if (status === 409) return 'Conflict';
	return status >= 500 ? 'InternalServerError' : 'BadRequest';
}
