import { COVERED } from '@runstead/contract';
import { expect, test } from 'vitest';
import { readResubmit, textOfJob } from './resubmit-form.ts';

const saved = textOfJob('ridge', {
	arguments: ['--alpha', '0.1'],
	environmentVariables: { SEED: '1', API_TOKEN: COVERED },
	target: 'local',
});

test('a secret value stays covered in the form', () => {
	expect(saved).toEqual({ displayName: 'ridge', args: '--alpha\n0.1', variables: `SEED=1\nAPI_TOKEN=${COVERED}`, target: 'local' });
});

test('only what was changed is told', () => {
	expect(readResubmit(saved, saved)).toEqual({ change: {}, problem: null });
	expect(readResubmit({ displayName: 'again ', args: '--alpha\n\n0.4', variables: 'NEW=a=b', target: 'cpu' }, saved)).toEqual({
		change: {
			displayName: 'again',
			arguments: ['--alpha', '0.4'],
			environmentVariables: { NEW: 'a=b', SEED: null, API_TOKEN: null },
			target: 'cpu',
		},
		problem: null,
	});
});

test('what is no variable is said', () => {
	expect(readResubmit({ ...saved, variables: 'SEED' }, saved).problem).toBe('“SEED” is no variable: write NAME=value.');
	expect(readResubmit({ ...saved, variables: `OTHER=${COVERED}` }, saved).problem).toBe('OTHER has no value yet.');
});
