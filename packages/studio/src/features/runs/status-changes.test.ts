import { expect, test } from 'vitest';
import { statusChanges } from './status-changes.ts';

const RUN = { createdTime: '2026-11-21T08:00:00Z', submittedBy: 'ann', status: 'Running' } as const;
const change = (sequence: number, from: string, to: string, time: string, reason: string | null = null) => ({
	sequence,
	type: 'run.status',
	time,
	actor: 'node-1',
	data: { from, to, reason },
});

test('a run without changes was created as it is', () => {
	expect(statusChanges(RUN, [])).toEqual([
		{ key: 'created', to: 'Running', time: RUN.createdTime, actor: 'ann', reason: 'Created.', afterMs: null },
	]);
});

test('each change says who, why, and how long it took to come; a clock that goes back is no time', () => {
	const events = [
		change(4, 'Queued', 'Preparing', '2026-11-21T08:00:02Z', 'Taken by node-1.'),
		{ sequence: 5, type: 'run.changed', time: '2026-11-21T08:00:03Z', actor: 'ann', data: {} },
		change(6, 'Preparing', 'Running', '2026-11-21T08:00:01Z'),
	];
	expect(statusChanges(RUN, events).map(({ to, actor, reason, afterMs }) => [to, actor, reason, afterMs])).toEqual([
		['Queued', 'ann', 'Created.', null],
		['Preparing', 'node-1', 'Taken by node-1.', 2000],
		['Running', 'node-1', null, 0],
	]);
});
