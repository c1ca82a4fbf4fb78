/** Runs with all below them: a run without its children would be half of what it was. */
import type { Client } from '@runstead/client';
import type { Run } from '@runstead/contract';
import { pages } from '../output/answer.ts';

const PAGE = 500;

/** The oldest first, so that parents stand before their children. */
export async function withDescendants(client: Client, workspace: string, runs: readonly Run[]): Promise<Run[]> {
	const taken = new Map(runs.map((run) => [run.id, run]));
	for (const rootId of new Set(runs.map((run) => run.rootId))) {
		const tree = new Map<string, Run>();
		for await (const run of runsOfTree(client, workspace, rootId)) tree.set(run.id, run);
		for (const run of tree.values()) if (isBelow(run, tree, taken)) taken.set(run.id, run);
	}
	return [...taken.values()].sort((one, other) => one.createdTime.localeCompare(other.createdTime));
}

function runsOfTree(client: Client, workspace: string, rootId: string): AsyncGenerator<Run> {
	const body = {
		filter: `rootId = '${rootId.replaceAll("'", "''")}'`,
		lifecycle: 'all',
		orderBy: { by: 'createdTime', direction: 'ascending' },
		limit: PAGE,
	} as const;
	return pages<Run>(async (cursor) => {
		const page = await client.call('searchRuns', { params: { workspace }, body: { ...body, cursor } });
		return { items: page.runs, nextCursor: page.nextCursor };
	});
}

function isBelow(run: Run, tree: ReadonlyMap<string, Run>, taken: ReadonlyMap<string, Run>): boolean {
	let above: Run | undefined = run;
	while (above !== undefined) {
		if (taken.has(above.id)) return true;
		above = above.parentId === null ? undefined : tree.get(above.parentId);
	}
	return false;
}
