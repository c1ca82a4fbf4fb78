import { expect, it } from 'vitest';
import { createPresence, FORGOTTEN_AFTER_MS, HUNG_UP_AFTER_MS, SILENT_AFTER_MS } from './presence.ts';

it('an agent is lost when it has been silent for its time, sooner when its connection broke, and forgotten in the end', () => {
	let now = 5_000;
	const presence = createPresence(() => now);
	presence.heard('a');
	now += SILENT_AFTER_MS - 1;
	expect([presence.stateOf('a'), presence.isPresent('a')]).toEqual(['present', true]);
	now += 1;
	expect([presence.stateOf('a'), presence.isPresent('a')]).toEqual(['lost', false]);
	presence.heard('a');
	expect(presence.stateOf('a')).toBe('present');
	presence.hungUp('a');
	expect([presence.stateOf('a'), presence.isPresent('a')]).toEqual(['present', false]);
	now += HUNG_UP_AFTER_MS;
	expect(presence.stateOf('a')).toBe('lost');
	now += FORGOTTEN_AFTER_MS - HUNG_UP_AFTER_MS;
	expect(presence.stateOf('a')).toBe('forgotten');
});

it('after a start every agent has its time anew, and nobody is taken to be present', () => {
	let now = 0;
	const presence = createPresence(() => now);
	expect([presence.stateOf('a'), presence.isPresent('a')]).toEqual(['present', false]);
	presence.hungUp('a');
	now = SILENT_AFTER_MS - 1;
	expect(presence.stateOf('a')).toBe('present');
	now += 1;
	expect(presence.stateOf('a')).toBe('lost');
});
