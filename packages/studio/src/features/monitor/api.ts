/** Reads workspace metrics, alert rules, alerts and action groups, and changes them. */
import type {
	ActionReceiver,
	Alert,
	AlertState,
	CreateAlertRule,
	Run,
	UpdateAlertRule,
	WorkspaceMetricQuery,
	WorkspaceMetricResult,
} from '@runstead/contract';
import { infiniteQueryOptions, keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { client } from '../../shared/api/client.ts';
import type { MonitorScope } from './monitor-scope.ts';

const ALERTS_PAGE = 100;
const RULES_MAX = 1_000;
/** A minute is the finest grain; new samples come no more often. */
const METRICS_AGE_MS = 30_000;

export const monitorKeys = {
	metrics: ['workspace-metrics'],
	alerts: ['alerts'],
	rules: (workspace: string) => ['alert-rules', workspace],
	groups: (workspace: string) => ['action-groups', workspace],
} as const;

export const metricDefinitionsQuery = queryOptions({
	queryKey: [...monitorKeys.metrics, 'definitions'],
	queryFn: async ({ signal }) => (await client.call('listWorkspaceMetrics', { signal })).metrics,
	staleTime: Number.POSITIVE_INFINITY,
});

export function metricQuery(workspace: string, scope: MonitorScope, body: WorkspaceMetricQuery, isLive: boolean) {
	return queryOptions({
		queryKey: [...monitorKeys.metrics, 'query', scope === 'all' ? null : workspace, body],
		queryFn: ({ signal }): Promise<WorkspaceMetricResult> =>
			scope === 'all'
				? client.call('queryMetricsOfWorkspaces', { body, signal })
				: client.call('queryWorkspaceMetrics', { params: { workspace }, body, signal }),
		placeholderData: keepPreviousData,
		staleTime: METRICS_AGE_MS,
		...(isLive && { refetchInterval: METRICS_AGE_MS }),
	});
}

export function dimensionValuesQuery(workspace: string, metric: string, dimension: string) {
	return queryOptions({
		queryKey: [...monitorKeys.metrics, 'values', workspace, metric, dimension],
		queryFn: async ({ signal }) =>
			(await client.call('listMetricDimensionValues', { params: { workspace }, query: { metric, dimension }, signal })).values,
		staleTime: METRICS_AGE_MS,
	});
}

export interface AlertFilter {
	readonly state?: AlertState;
	readonly open?: boolean;
}

export function alertsQuery(workspace: string, scope: MonitorScope, filter: AlertFilter) {
	return infiniteQueryOptions({
		queryKey: [...monitorKeys.alerts, 'list', scope === 'all' ? null : workspace, filter],
		queryFn: ({ pageParam, signal }) => {
			const query = { ...filter, limit: ALERTS_PAGE, ...(pageParam !== null && { cursor: pageParam }) };
			return scope === 'all'
				? client.call('listAlertsOfWorkspaces', { query, signal })
				: client.call('listAlerts', { params: { workspace }, query, signal });
		},
		initialPageParam: null as string | null,
		getNextPageParam: (page) => page.nextCursor,
	});
}

/** Those of a time that a chart shows, as marks. */
export function recentAlertsQuery(workspace: string) {
	return queryOptions({
		queryKey: [...monitorKeys.alerts, 'recent', workspace],
		queryFn: async ({ signal }) =>
			(await client.call('listAlerts', { params: { workspace }, query: { limit: ALERTS_PAGE }, signal })).alerts,
	});
}

/** Those that may concern a run: raised about itself, and about its workspace while it lived. */
export function alertsAroundRunQuery(run: Pick<Run, 'id' | 'workspaceName' | 'createdTime' | 'endTime'>) {
	const { id, workspaceName, createdTime, endTime } = run;
	return queryOptions({
		queryKey: [...monitorKeys.alerts, 'around run', id, endTime],
		queryFn: async ({ signal }): Promise<Alert[]> => {
			const read = async (query: object) =>
				(await client.call('listAlerts', { params: { workspace: workspaceName }, query: { limit: ALERTS_PAGE, ...query }, signal })).alerts;
			const [own, around] = await Promise.all([read({ run: id }), read({ from: createdTime, ...(endTime !== null && { to: endTime }) })]);
			return [...new Map([...own, ...around].map((alert) => [alert.id, alert])).values()];
		},
	});
}

export function alertQuery(workspace: string, alert: string) {
	return queryOptions({
		queryKey: [...monitorKeys.alerts, 'one', workspace, alert],
		queryFn: ({ signal }) => client.call('getAlert', { params: { workspace, alert }, signal }),
	});
}

export function rulesQuery(workspace: string) {
	return queryOptions({
		queryKey: monitorKeys.rules(workspace),
		queryFn: async ({ signal }) =>
			(await client.call('listAlertRules', { params: { workspace }, query: { limit: RULES_MAX }, signal })).rules,
	});
}

export function recommendedRulesQuery(workspace: string) {
	return queryOptions({
		queryKey: [...monitorKeys.rules(workspace), 'recommended'],
		queryFn: async ({ signal }) => (await client.call('listRecommendedAlertRules', { params: { workspace }, signal })).rules,
	});
}

const TYPING_PAUSE_MS = 500;

export function previewQuery(workspace: string, rule: Omit<CreateAlertRule, 'name' | 'actionGroups'> | null) {
	return queryOptions({
		queryKey: [...monitorKeys.rules(workspace), 'preview', rule],
		queryFn: async ({ signal }) => {
			// Each look at logs is many queries: they wait until nobody types.
			if (rule?.condition.type === 'logQuery') await new Promise((wake) => setTimeout(wake, TYPING_PAUSE_MS));
			signal.throwIfAborted();
			const { condition, windowSeconds, frequencySeconds, autoResolve, suppressSeconds } = rule as CreateAlertRule;
			return client.call('previewAlertRule', {
				params: { workspace },
				body: { condition, windowSeconds, frequencySeconds, autoResolve, suppressSeconds },
				signal,
			});
		},
		enabled: rule !== null,
		placeholderData: keepPreviousData,
		retry: false,
	});
}

export function groupsQuery(workspace: string) {
	return queryOptions({
		queryKey: monitorKeys.groups(workspace),
		queryFn: async ({ signal }) => (await client.call('listActionGroups', { params: { workspace }, signal })).groups,
	});
}

export function deliveriesQuery(workspace: string, group: string) {
	return queryOptions({
		queryKey: [...monitorKeys.groups(workspace), 'deliveries', group],
		queryFn: async ({ signal }) =>
			(await client.call('listAlertDeliveries', { params: { workspace, group }, query: { limit: 20 }, signal })).deliveries,
	});
}

export type MonitorChange =
	| { readonly kind: 'create-rule'; readonly rule: CreateAlertRule }
	| { readonly kind: 'update-rule'; readonly rule: string; readonly change: UpdateAlertRule }
	| { readonly kind: 'delete-rule'; readonly rule: string }
	| {
			readonly kind: 'change-alert';
			readonly workspace: string;
			readonly alert: string;
			readonly state?: AlertState;
			readonly comment?: string;
	  }
	| { readonly kind: 'create-group'; readonly name: string; readonly receivers: ActionReceiver[] }
	| { readonly kind: 'update-group'; readonly group: string; readonly name: string; readonly receivers: ActionReceiver[] }
	| { readonly kind: 'delete-group'; readonly group: string }
	| { readonly kind: 'test-group'; readonly group: string; readonly receiver?: string };

async function change(workspace: string, asked: MonitorChange): Promise<unknown> {
	const params = { workspace };
	switch (asked.kind) {
		case 'create-rule':
			return client.call('createAlertRule', { params, body: asked.rule });
		case 'update-rule':
			return client.call('updateAlertRule', { params: { ...params, rule: asked.rule }, body: asked.change });
		case 'delete-rule':
			return client.call('deleteAlertRule', { params: { ...params, rule: asked.rule } });
		case 'change-alert': {
			const { state, comment } = asked;
			return client.call('changeAlert', { params: { workspace: asked.workspace, alert: asked.alert }, body: { state, comment } });
		}
		case 'create-group':
			return client.call('createActionGroup', { params, body: { name: asked.name, receivers: asked.receivers } });
		case 'update-group':
			return client.call('updateActionGroup', {
				params: { ...params, group: asked.group },
				body: { name: asked.name, receivers: asked.receivers },
			});
		case 'delete-group':
			return client.call('deleteActionGroup', { params: { ...params, group: asked.group } });
		case 'test-group':
			return client.call('testActionGroup', { params: { ...params, group: asked.group }, query: { receiver: asked.receiver } });
	}
}

export function useChangeMonitor(workspace: string) {
	const queries = useQueryClient();
	return useMutation({
		mutationFn: (asked: MonitorChange) => change(workspace, asked),
		onSuccess: () => {
			for (const queryKey of [monitorKeys.alerts, monitorKeys.rules(workspace), monitorKeys.groups(workspace)])
				void queries.invalidateQueries({ queryKey });
		},
	});
}
