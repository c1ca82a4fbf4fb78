/** The runs of a cluster as a tree: child runs below their parents, runs at work before those that wait, these in their turn. */
import type { QueueEntry, Run } from '@runstead/contract';

export interface ClusterRun {
	readonly run: Run;
	/** Null for a run that does not wait, or whose turn is too far to be told. */
	readonly turn: QueueEntry | null;
	readonly children: readonly ClusterRun[];
}

export function clusterRunTree(runs: readonly Run[], queue: readonly QueueEntry[]): ClusterRun[] {
	const turns = new Map(queue.map((entry) => [entry.runId, entry]));
	const here = new Set(runs.map((run) => run.id));
	const below = new Map<string, Run[]>();
	for (const run of runs) {
		if (run.parentId !== null && here.has(run.parentId)) below.set(run.parentId, [...(below.get(run.parentId) ?? []), run]);
	}
	const nodeOf = (run: Run): ClusterRun => ({
		run,
		turn: turns.get(run.id) ?? null,
		children: (below.get(run.id) ?? []).map(nodeOf),
	});
	const roots = runs.filter((run) => run.parentId === null || !here.has(run.parentId)).map(nodeOf);
	const place = (one: ClusterRun): number => (one.run.status === 'Queued' ? (one.turn?.position ?? Number.MAX_SAFE_INTEGER) : 0);
	return roots.sort((a, b) => place(a) - place(b));
}
