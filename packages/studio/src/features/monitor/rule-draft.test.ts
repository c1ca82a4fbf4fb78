import type { AlertRule } from '@runstead/contract';
import { expect, it } from 'vitest';
import { draftOf, faultsOf, NEW_RULE, ruleOf } from './rule-draft.ts';

const made = (change: Partial<typeof NEW_RULE>) => ruleOf({ ...NEW_RULE, name: 'a rule', ...change });

it('what is missing makes no rule', () => {
	expect(made({ threshold: '' })).toBeNull();
	expect(made({ threshold: 'many' })).toBeNull();
	expect(made({ kind: 'runMetric', runMetric: '' })).toBeNull();
	expect(made({ kind: 'runStatus', statuses: [] })).toBeNull();
	expect(made({ kind: 'runStalled', stalledMinutes: '0' })).toBeNull();
	expect(made({ suppressMinutes: '-1' })).toBeNull();
	expect(made({ suppressMinutes: '' })).toBeNull();
	expect(faultsOf({ ...NEW_RULE, threshold: 'abc' })).toEqual({ name: 'The rule has no name.', threshold: 'A number, such as 0.5.' });
	expect(faultsOf({ ...NEW_RULE, name: 'a rule', kind: 'runStalled', threshold: 'abc' })).toEqual({});
});

it.each([
	{ kind: 'metric', splitBy: 'ExperimentName', threshold: '2.5' },
	{ kind: 'logQuery', query: 'RunsteadAudit', measure: 'n', splitBy: 'EventType', operator: 'lessThan', threshold: '3' },
	{ kind: 'runStatus', statuses: ['Failed', 'NotResponding'], experiment: 'ridge' },
	{ kind: 'runMetric', runMetric: 'loss', operator: 'lessThan', threshold: '0.1' },
	{ kind: 'runNotANumber', runMetric: '' },
	{ kind: 'runStalled', stalledMinutes: '20', suppressMinutes: '5' },
] as const)('a rule that is read back is the one that was written: %o', (change) => {
	const rule = made(change);
	expect(rule).not.toBeNull();
	const kept = { ...rule, actionGroups: [], description: '', enabled: true } as unknown as AlertRule;
	expect(ruleOf(draftOf(kept))).toEqual(rule);
});
