/** The words of errors: what was given stands in them. */
import { expect, test } from 'vitest';
import { RunsteadError } from './errors.ts';

test.each([
	['experiment', 'There is already an experiment ridge.'],
	['workspace', 'There is already a workspace ridge.'],
])('an article goes with %s', (noun, message) => {
	expect(new RunsteadError('already-exists', { noun, given: 'ridge' }).message).toBe(message);
});
