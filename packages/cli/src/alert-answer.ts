/** What the commands about alerts, their rules and action groups show. */
import type { Client } from '@runstead/client';
import { type ActionGroup, type Alert, type AlertRule, conditionText } from '@runstead/contract';
import { type Answer, documentAnswer, pages } from './output/answer.ts';
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

/** The newest first. @param query which of them. */
export function allAlerts(
	client: Client,
	workspace: string,
	query: { readonly open?: true; readonly run?: string } = {},
): AsyncIterable<Alert> {
	return pages(async (cursor) => {
		const page = await client.call('listAlerts', { params: { workspace }, query: { limit: 1_000, ...query, cursor } });
		return { items: page.alerts, nextCursor: page.nextCursor };
	});
}

/** With the secrets of what is new, and what keeps a receiver from being told. */
export function groupAnswer(group: ActionGroup): Answer {
	const problems = [
		...(group.problem === null ? [] : [group.problem]),
		...group.receivers.flatMap(({ type, address, problem }) => (problem === null ? [] : [`${type} ${address}: ${problem}`])),
	];
	return documentAnswer(
		group,
		[
			['Group', group.name],
			...group.receivers.map(({ id, type, address, secret }): [string, string] => [
				type,
				`${address} (${id})${secret === undefined ? '' : `, signed with ${secret}`}`,
			]),
		],
		{ ...(problems.length > 0 && { remark: problems.join('\n') }) },
	);
}
