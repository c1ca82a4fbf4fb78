import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LiveHub } from './live-hub.ts';
import type { LiveMessage } from './live-message.ts';

const START_MS = 1_000_000;

beforeEach(() => {
	vi.useFakeTimers();
	vi.setSystemTime(START_MS);
});
afterEach(() => {
	vi.useRealTimers();
});

const grew = (run: string, ...metrics: string[]): LiveMessage => ({ kind: 'signal', signal: { run, metrics } });

function heardOf(hub: LiveHub, sinceMs: number): LiveMessage[] {
	const heard: LiveMessage[] = [];
	hub.subscribe((event) => heard.push(event), sinceMs);
	return heard;
}

test('whoever begins to listen is told what was said since what they show was asked for, then what comes', () => {
	const hub = new LiveHub();
	hub.receive(grew('before', 'loss'));
	vi.advanceTimersByTime(1_000);
	hub.receive(grew('after', 'loss'));
	const heard = heardOf(hub, START_MS + 500);
	expect(heard).toEqual([grew('after', 'loss')]);
	hub.receive(grew('later', 'loss'));
	expect(heard).toEqual([grew('after', 'loss'), grew('later', 'loss')]);
});

test('what was said of one run is told as one', () => {
	const hub = new LiveHub();
	hub.receive(grew('run', 'loss'));
	hub.receive(grew('run', 'rate'));
	expect(heardOf(hub, START_MS)).toEqual([grew('run', 'loss', 'rate')]);
});

test('whoever asks for longer than is remembered is told all that is, and what is too old is forgotten', () => {
	const hub = new LiveHub();
	hub.receive(grew('old', 'loss'));
	vi.advanceTimersByTime(60_000);
	hub.receive(grew('at the edge', 'loss'));
	expect(heardOf(hub, 0)).toEqual([grew('old', 'loss'), grew('at the edge', 'loss')]);
	vi.advanceTimersByTime(1);
	hub.receive(grew('new', 'loss'));
	expect(heardOf(hub, 0)).toEqual([grew('at the edge', 'loss'), grew('new', 'loss')]);
});

test('nobody is told twice, and nobody who has gone', () => {
	const hub = new LiveHub();
	const heard: LiveMessage[] = [];
	const leave = hub.subscribe((event) => heard.push(event), START_MS);
	leave();
	hub.receive({ kind: 'resumed' });
	expect(heard).toEqual([]);
	// That something was missed is told to those who show what they read before.
	expect(heardOf(hub, START_MS)).toEqual([]);
});

test('how the stream stands is told apart from what it says', () => {
	const hub = new LiveHub();
	const heard = heardOf(hub, START_MS);
	let states = 0;
	hub.subscribeState(() => states++);
	hub.receive({ kind: 'state', state: { kind: 'connected' } });
	expect({ state: hub.state, states, heard }).toEqual({ state: { kind: 'connected' }, states: 1, heard: [] });
});
