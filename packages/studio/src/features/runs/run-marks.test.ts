import { expect, test } from 'vitest';
import { runMarks } from './run-marks.ts';

const at = (second: number) => `2026-11-21T08:00:${String(second).padStart(2, '0')}Z`;
const change = (second: number, from: string, to: string, actor = 'n-1', reason: string | null = null) => ({
	type: 'run.status',
	time: at(second),
	actor,
	data: { from, to, reason },
});
const node = (second: number, subject: string, to: string) => ({
	type: 'node.changed',
	subject,
	time: at(second),
	data: { from: 'idle', to, reason: 'why' },
});

test('the usual course of a run is no news', () => {
	expect(
		runMarks([change(1, 'Queued', 'Preparing'), change(2, 'Preparing', 'Running'), change(3, 'Running', 'Completed')], [], at(3)),
	).toEqual([]);
});

test('silence, a further attempt and what became of its nodes are told in their order', () => {
	const events = [
		change(1, 'Queued', 'Preparing'),
		change(2, 'Preparing', 'Running'),
		change(5, 'Running', 'NotResponding', 'server', 'No word for 30 s.'),
		change(7, 'NotResponding', 'Queued', 'server'),
		change(8, 'Queued', 'Preparing', 'n-2'),
	];
	const nodes = [
		node(0, 'n-1', 'gone'),
		node(6, 'n-1', 'unusable'),
		node(6, 'n-3', 'gone'),
		node(9, 'n-2', 'idle'),
		node(40, 'n-2', 'gone'),
	];
	expect(runMarks(events, nodes, at(30)).map(({ atMs, text, tone }) => [(atMs / 1000) % 60, text, tone])).toEqual([
		[5, 'NotResponding: No word for 30 s.', 'bad'],
		[6, 'Node n-1 unusable: why', 'bad'],
		[7, 'Queued', 'notice'],
		[8, 'Preparing', 'notice'],
	]);
});
