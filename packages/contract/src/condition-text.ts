/** Conditions of alert rules in words. */
import type { AlertCondition, AlertOperator, LogAlertCondition } from './alerts.ts';

export const OPERATOR_SIGNS: Readonly<Record<AlertOperator, string>> = {
	greaterThan: '>',
	greaterOrEqual: '≥',
	lessThan: '<',
	lessOrEqual: '≤',
	equals: '=',
};

const QUERY_CHARACTERS_MAX = 80;

function logQueryText({ query, measure = 'rows', splitBy = [], operator, threshold }: LogAlertCondition): string {
	const line = query.replace(/\s+/g, ' ').trim();
	const shown = line.length > QUERY_CHARACTERS_MAX ? `${line.slice(0, QUERY_CHARACTERS_MAX)}…` : line;
	const each = splitBy.length === 0 ? '' : ` for each ${splitBy.join(', ')}`;
	return `${measure} of ${shown} ${OPERATOR_SIGNS[operator]} ${threshold}${each}`;
}

export function conditionText(condition: AlertCondition): string {
	const of = 'experiment' in condition && condition.experiment !== undefined ? ` of ${condition.experiment}` : '';
	switch (condition.type) {
		case 'metric': {
			const { aggregation, metric, operator, threshold, splitBy = [], filter = [] } = condition;
			const where = filter.map(({ dimension, operator: how, values }) => ` where ${dimension} ${how} ${values.join(' or ')}`).join('');
			const by = splitBy.length === 0 ? '' : ` by ${splitBy.join(', ')}`;
			return `${aggregation} ${metric}${where}${by} ${OPERATOR_SIGNS[operator]} ${threshold}`;
		}
		case 'logQuery':
			return logQueryText(condition);
		case 'runStatus':
			return `a run${of} is ${condition.statuses.join(' or ')}`;
		case 'runMetric':
			return `${condition.metric} of a run${of} ${OPERATOR_SIGNS[condition.operator]} ${condition.threshold}`;
		case 'runNotANumber':
			return `a run${of} logs NaN${condition.metric === undefined ? '' : ` in ${condition.metric}`}`;
		case 'runStalled':
			return `a run${of} logs nothing for ${Math.round(condition.seconds / 60)} min`;
	}
}
