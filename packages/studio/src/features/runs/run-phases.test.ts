import { expect, test } from 'vitest';
import { phasesOf } from './run-phases.ts';

const second = (count: number) => new Date(Date.UTC(2026, 10, 21, 8) + count * 1000).toISOString();
const ms = (count: number) => Date.parse(second(count));
const change = (at: number, from: string, to: string) => ({ type: 'run.status', time: second(at), data: { from, to } });

test('a job that ended: each phase from its first status to the next', () => {
	const run = { status: 'Completed', createdTime: second(0), startTime: second(5), endTime: second(30) } as const;
	const events = [
		{ type: 'run.created', time: second(0), data: {} },
		change(2, 'Queued', 'Preparing'),
		change(4, 'Preparing', 'Starting'),
		change(5, 'Starting', 'Running'),
		change(20, 'Running', 'CancelRequested'),
		change(28, 'CancelRequested', 'Finalizing'),
		change(30, 'Finalizing', 'Completed'),
	];
	expect(phasesOf(run, events, ms(99))).toEqual([
		{ name: 'queued', startMs: ms(0), endMs: ms(2) },
		{ name: 'preparing', startMs: ms(2), endMs: ms(5) },
		{ name: 'running', startMs: ms(5), endMs: ms(28) },
		{ name: 'finalizing', startMs: ms(28), endMs: ms(30) },
	]);
});

test('an interactive run that lives runs from its start to now', () => {
	const run = { status: 'Running', createdTime: second(10), startTime: second(3), endTime: null } as const;
	expect(phasesOf(run, [], ms(60))).toEqual([{ name: 'running', startMs: ms(3), endMs: ms(60) }]);
});

test('a run that was reopened shows the gap', () => {
	const run = { status: 'Running', createdTime: second(0), startTime: second(0), endTime: null } as const;
	const events = [change(10, 'Running', 'Failed'), change(50, 'Failed', 'Running')];
	expect(phasesOf(run, events, ms(60))).toEqual([
		{ name: 'running', startMs: ms(0), endMs: ms(10) },
		{ name: 'running', startMs: ms(50), endMs: ms(60) },
	]);
});

test('a run that was started as it was created was not queued', () => {
	const run = { status: 'Running', createdTime: second(0), startTime: second(0.01), endTime: null } as const;
	expect(phasesOf(run, [change(0.01, 'NotStarted', 'Running')], ms(60))).toEqual([{ name: 'running', startMs: ms(0.01), endMs: ms(60) }]);
});
