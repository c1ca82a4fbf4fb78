/** What the commands about alerts and their rules show. */
import { type Alert, type AlertRule, conditionText } from '@runstead/contract';
import { type Answer, documentAnswer } from './output/answer.ts';
import { timeText } from './run/values.ts';

export function alertAnswer(alert: Alert): Answer {
	const shown: [string, string][] = [
		['Alert', alert.id],
		['Rule', alert.ruleName],
		['Severity', String(alert.severity)],
		['State', alert.isResolved ? `${alert.state}, resolved ${alert.resolvedTime && timeText(alert.resolvedTime)}` : alert.state],
		['What', alert.summary],
		...Object.entries(alert.dimensions),
		['Fired', timeText(alert.firedTime)],
	];
	return documentAnswer(alert, shown);
}

export function ruleAnswer(rule: AlertRule): Answer {
	return documentAnswer(rule, [
		['Rule', rule.name],
		['Severity', String(rule.severity)],
		['Condition', conditionText(rule.condition)],
		['Looks', `every ${rule.frequencySeconds} s over ${rule.windowSeconds} s`],
		['Tells', rule.actionGroups.map(({ name }) => name).join(', ') || 'nobody'],
		['On', rule.enabled ? 'yes' : 'no'],
	]);
}
