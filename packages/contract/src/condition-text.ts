/** Conditions of alert rules in words. */
import type { AlertCondition, AlertOperator } from './alerts.ts';

export const OPERATOR_SIGNS: Readonly<Record<AlertOperator, string>> = {
	greaterThan: '>',
	greaterOrEqual: '≥',
	lessThan: '<',
	lessOrEqual: '≤',
	equals: '=',
};

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
			return `${condition.measure ?? 'rows'} of ${condition.query.replace(/\s+/g, ' ').slice(0, 80)} ${OPERATOR_SIGNS[condition.operator]} ${condition.threshold}`;
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
