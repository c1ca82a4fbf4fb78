import type { QueueEntry, Run } from '@runstead/contract';
import { expect, test } from 'vitest';
import { clusterRunTree } from './cluster-run-tree.ts';

const run = (id: string, status: Run['status'], parentId: string | null = null) => ({ id, status, parentId }) as Run;
const turn = (runId: string, position: number) => ({ runId, position }) as QueueEntry;

test('runs at work come first, then those that wait in their turn; children stand below a parent that is here', () => {
	const runs = [
		run('second', 'Queued'),
		run('first', 'Queued'),
		run('child', 'Running', 'parent'),
		run('orphan', 'Running', 'elsewhere'),
		run('parent', 'Running'),
	];
	const tree = clusterRunTree(runs, [turn('first', 1), turn('second', 2)]);
	expect(
		tree.map(({ run: { id }, turn: entry, children }) => [id, entry?.position ?? null, children.map((child) => child.run.id)]),
	).toEqual([
		['orphan', null, []],
		['parent', null, ['child']],
		['first', 1, []],
		['second', 2, []],
	]);
});
