/** The common alert schema of Azure Monitor (schema 1.0), so that what takes Azure's webhooks takes these. */
import type { AlertOperator, MetricAggregation } from '@runstead/contract';
import { WORKSPACE_NAMESPACE } from '@runstead/contract';
import type { Notification } from './notification.ts';

const OPERATORS: Readonly<Record<AlertOperator, string>> = {
	greaterThan: 'GreaterThan',
	greaterOrEqual: 'GreaterThanOrEqual',
	lessThan: 'LessThan',
	lessOrEqual: 'LessThanOrEqual',
	equals: 'Equals',
};

const AGGREGATIONS: Readonly<Record<MetricAggregation, string>> = {
	average: 'Average',
	minimum: 'Minimum',
	maximum: 'Maximum',
	total: 'Total',
	count: 'Count',
};

/** @example isoDuration(5_400) === 'PT90M' */
function isoDuration(seconds: number): string {
	if (seconds % 86_400 === 0) return `P${seconds / 86_400}D`;
	if (seconds % 3_600 === 0) return `PT${seconds / 3_600}H`;
	return seconds % 60 === 0 ? `PT${seconds / 60}M` : `PT${seconds}S`;
}

function criterion({ condition, dimensions, value }: Notification): Record<string, unknown> {
	const named = Object.entries(dimensions).map(([name, text]) => ({ name, value: text }));
	const common = { dimensions: named, metricValue: value, webTestName: null };
	switch (condition.type) {
		case 'metric':
			return {
				metricName: condition.metric,
				metricNamespace: condition.namespace ?? WORKSPACE_NAMESPACE,
				operator: OPERATORS[condition.operator],
				threshold: String(condition.threshold),
				timeAggregation: AGGREGATIONS[condition.aggregation],
				...common,
			};
		case 'logQuery':
			return {
				searchQuery: condition.query,
				metricMeasureColumn: condition.measure ?? null,
				operator: OPERATORS[condition.operator],
				threshold: String(condition.threshold),
				timeAggregation: condition.measure === undefined ? 'Count' : 'Maximum',
				...common,
			};
		case 'runMetric':
			return {
				metricName: condition.metric,
				metricNamespace: 'Runstead/runs',
				operator: OPERATORS[condition.operator],
				threshold: String(condition.threshold),
				timeAggregation: 'Last',
				...common,
			};
		default:
			return {
				metricName: condition.type,
				metricNamespace: 'Runstead/runs',
				operator: null,
				threshold: null,
				timeAggregation: null,
				...common,
			};
	}
}

export function commonAlert(notification: Notification, pageUrl: string): Record<string, unknown> {
	const { workspace, what, condition } = notification;
	const scope = `/subscriptions/${workspace.subscriptionId}/resourceGroups/${workspace.resourceGroup}`;
	const target = `${scope}/providers/${WORKSPACE_NAMESPACE}/${workspace.name}`.toLowerCase();
	const rules = condition.type === 'metric' ? 'metricAlerts' : 'scheduledQueryRules';
	return {
		schemaId: 'azureMonitorCommonAlertSchema',
		data: {
			essentials: {
				alertId: `/subscriptions/${workspace.subscriptionId}/providers/Microsoft.AlertsManagement/alerts/${notification.alertId}`,
				alertRule: notification.ruleName,
				targetResourceType: WORKSPACE_NAMESPACE.toLowerCase(),
				alertRuleID: `${scope}/providers/Microsoft.Insights/${rules}/${notification.ruleName}`,
				severity: `Sev${notification.severity}`,
				signalType: condition.type === 'logQuery' ? 'Log' : 'Metric',
				monitorCondition: what === 'resolved' ? 'Resolved' : 'Fired',
				targetResourceGroup: workspace.resourceGroup.toLowerCase(),
				monitoringService: condition.type === 'logQuery' ? 'Log Alerts V2' : 'Platform',
				alertTargetIDs: [target],
				configurationItems: [workspace.name],
				originAlertId: notification.alertId,
				firedDateTime: notification.firedTime,
				...(notification.resolvedTime !== null && { resolvedDateTime: notification.resolvedTime }),
				description: notification.description,
				essentialsVersion: '1.0',
				alertContextVersion: '1.0',
				investigationLink: pageUrl,
			},
			alertContext: {
				properties: what === 'test' ? { test: 'true' } : null,
				conditionType: condition.type === 'logQuery' ? 'LogQueryCriteria' : 'SingleResourceMultipleMetricCriteria',
				condition: {
					windowSize: isoDuration(notification.windowSeconds),
					allOf: [criterion(notification)],
					windowStartTime: notification.windowStartTime,
					windowEndTime: notification.windowEndTime,
				},
			},
			customProperties: { summary: notification.summary, ...(notification.runId !== null && { runId: notification.runId }) },
		},
	};
}
