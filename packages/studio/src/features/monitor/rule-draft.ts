/** A rule while it is written: what stands in the fields, and what is made of it. */
import type { AlertCondition, AlertOperator, AlertRule, AlertSeverity, CreateAlertRule, MetricAggregation } from '@runstead/contract';

export const CONDITION_KINDS = {
	metric: 'Workspace metric',
	logQuery: 'A query over the logs',
	runStatus: 'A run comes to a status',
	runMetric: 'What a run logs crosses a threshold',
	runNotANumber: 'A run logs NaN',
	runStalled: 'A run stalls',
} as const satisfies Record<AlertCondition['type'], string>;
export type ConditionKind = keyof typeof CONDITION_KINDS;

export interface RuleDraft {
	readonly name: string;
	readonly kind: ConditionKind;
	readonly metric: string;
	readonly aggregation: MetricAggregation;
	readonly operator: AlertOperator;
	readonly threshold: string;
	readonly splitBy: string;
	/** Of a query over the logs, and its column of numbers. */
	readonly query: string;
	readonly measure: string;
	readonly runMetric: string;
	readonly experiment: string;
	readonly statuses: readonly string[];
	readonly stalledMinutes: string;
	readonly severity: AlertSeverity;
	readonly windowSeconds: number;
	readonly frequencySeconds: number;
	readonly autoResolve: boolean;
	readonly suppressMinutes: string;
	readonly actionGroups: readonly string[];
}

export const NEW_RULE: RuleDraft = {
	name: '',
	kind: 'metric',
	metric: 'Failed Runs',
	aggregation: 'total',
	operator: 'greaterThan',
	threshold: '0',
	splitBy: '',
	query: 'AmlComputeJobEvent | where EventType == "JobFailed"',
	measure: '',
	runMetric: 'loss',
	experiment: '',
	statuses: ['Failed'],
	stalledMinutes: '15',
	severity: 2,
	windowSeconds: 300,
	frequencySeconds: 60,
	autoResolve: true,
	suppressMinutes: '0',
	actionGroups: [],
};

export function draftOf(rule: AlertRule): RuleDraft {
	const { condition } = rule;
	return {
		...NEW_RULE,
		name: rule.name,
		kind: condition.type,
		severity: rule.severity,
		windowSeconds: rule.windowSeconds,
		frequencySeconds: rule.frequencySeconds,
		autoResolve: rule.autoResolve,
		suppressMinutes: String(rule.suppressSeconds / 60),
		actionGroups: rule.actionGroups.map(({ name }) => name),
		...(condition.type === 'logQuery'
			? { query: condition.query, measure: condition.measure ?? '', splitBy: condition.splitBy?.[0] ?? '' }
			: condition.type !== 'metric' && { experiment: condition.experiment ?? '' }),
		...(condition.type === 'metric' && {
			metric: condition.metric,
			aggregation: condition.aggregation,
			splitBy: condition.splitBy?.[0] ?? '',
		}),
		...((condition.type === 'metric' || condition.type === 'logQuery' || condition.type === 'runMetric') && {
			operator: condition.operator,
			threshold: String(condition.threshold),
		}),
		...((condition.type === 'runMetric' || condition.type === 'runNotANumber') && { runMetric: condition.metric ?? '' }),
		...(condition.type === 'runStatus' && { statuses: condition.statuses }),
		...(condition.type === 'runStalled' && { stalledMinutes: String(condition.seconds / 60) }),
	};
}

/** Of fields that have no faults. */
function conditionOf(draft: RuleDraft): AlertCondition {
	const experiment = draft.experiment === '' ? {} : { experiment: draft.experiment };
	const threshold = Number(draft.threshold);
	switch (draft.kind) {
		case 'metric': {
			const { metric, aggregation, operator, splitBy } = draft;
			return { type: 'metric', metric, aggregation, operator, threshold, ...(splitBy !== '' && { splitBy: [splitBy] }) };
		}
		case 'logQuery': {
			const { query, measure, operator, splitBy } = draft;
			const optional = { ...(measure !== '' && { measure }), ...(splitBy !== '' && { splitBy: [splitBy] }) };
			return { type: 'logQuery', query, operator, threshold, ...optional };
		}
		case 'runStatus':
			return { type: 'runStatus', statuses: draft.statuses as never, ...experiment };
		case 'runMetric':
			return { type: 'runMetric', metric: draft.runMetric, operator: draft.operator, threshold, ...experiment };
		case 'runNotANumber':
			return { type: 'runNotANumber', ...(draft.runMetric !== '' && { metric: draft.runMetric }), ...experiment };
		case 'runStalled':
			return { type: 'runStalled', seconds: Math.round(Number(draft.stalledMinutes) * 60), ...experiment };
	}
}

/** What is wrong with the fields, by their names, in words for whoever writes them. */
export type DraftFaults = Partial<
	Record<'name' | 'threshold' | 'query' | 'runMetric' | 'statuses' | 'stalledMinutes' | 'suppressMinutes', string>
>;

const isNumber = (text: string): boolean => text.trim() !== '' && Number.isFinite(Number(text));

export function faultsOf(draft: RuleDraft): DraftFaults {
	const { kind } = draft;
	const hasThreshold = kind === 'metric' || kind === 'logQuery' || kind === 'runMetric';
	return {
		...(draft.name.trim() === '' && { name: 'The rule has no name.' }),
		...(hasThreshold && !isNumber(draft.threshold) && { threshold: 'A number, such as 0.5.' }),
		...(kind === 'logQuery' && draft.query.trim() === '' && { query: 'There is no query.' }),
		...(kind === 'runMetric' && draft.runMetric === '' && { runMetric: 'Which metric?' }),
		...(kind === 'runStatus' && draft.statuses.length === 0 && { statuses: 'One status at least.' }),
		...(kind === 'runStalled' && !(Number(draft.stalledMinutes) >= 1) && { stalledMinutes: 'One minute at least.' }),
		...(!(isNumber(draft.suppressMinutes) && Number(draft.suppressMinutes) >= 0) && { suppressMinutes: 'Minutes, or 0.' }),
	};
}

/** What is sent; null while something but the name is missing. */
export function ruleOf(draft: RuleDraft): CreateAlertRule | null {
	const { name: _, ...faults } = faultsOf(draft);
	if (Object.keys(faults).length > 0) return null;
	return {
		name: draft.name.trim(),
		severity: draft.severity,
		condition: conditionOf(draft),
		windowSeconds: draft.windowSeconds as never,
		frequencySeconds: draft.frequencySeconds as never,
		autoResolve: draft.autoResolve,
		suppressSeconds: Math.round(Number(draft.suppressMinutes) * 60),
		actionGroups: [...draft.actionGroups],
	};
}
