/** Several runs changed by one request: each in a unit of work of its own, so that one that cannot be does not hold up the others. */
import { isTerminal, type MovedRuns, type RunChangeResult, type RunsChange, RunsteadError } from '@runstead/contract';
import type { WorkspaceRecord } from '../workspaces/service.ts';
import type { MovedRun, RunRecord, RunService } from './service.ts';

/** Changes that wait together share one commit, and its sync to the disk. */
const CHANGES_AT_ONCE = 32;

export interface ChangedRuns {
	readonly results: RunChangeResult[];
	readonly changed: number;
	readonly failed: number;
	/** By a purge. */
	readonly freedBytes: number;
	readonly moved: MovedRuns[];
}

interface Outcome {
	readonly changed: boolean;
	readonly freedBytes?: number;
	readonly moved?: readonly MovedRun[];
}

/** What was given twice is done once. Runs of other workspaces are as if they were not there. */
export async function changeMany(
	runs: RunService,
	workspace: WorkspaceRecord,
	ids: readonly string[],
	change: RunsChange,
	actor: string,
): Promise<ChangedRuns> {
	const unique = [...new Set(ids)];
	const outcomes = new Map<string, Outcome | RunsteadError>();
	const changeOne = async (id: string): Promise<void> => {
		outcomes.set(id, await outcomeOf(() => applyTo(id)));
	};
	const applyTo = async (id: string): Promise<Outcome> => {
		const run = await runs.find(id);
		if (run.workspace_key !== workspace.key) throw new RunsteadError('not-found', { noun: 'run', given: id });
		return apply(runs, run, change, actor);
	};
	if (change.type === 'purge') await purgeEach(unique, changeOne, outcomes);
	else {
		for (let at = 0; at < unique.length; at += CHANGES_AT_ONCE) await Promise.all(unique.slice(at, at + CHANGES_AT_ONCE).map(changeOne));
	}
	const results = unique.map((run) => resultOf(run, outcomes.get(run) as Outcome | RunsteadError));
	const done = [...outcomes.values()].flatMap((outcome) => (outcome instanceof RunsteadError ? [] : [outcome]));
	return {
		results,
		changed: results.filter(({ changed }) => changed).length,
		failed: results.filter(({ error }) => error !== null).length,
		freedBytes: done.reduce((sum, { freedBytes = 0 }) => sum + freedBytes, 0),
		moved: movedByOrigin(done.flatMap(({ moved = [] }) => moved)),
	};
}

/** One after the other: a run that went with its parent, purged before it by the same request, is gone as it should be. */
async function purgeEach(
	ids: readonly string[],
	purge: (id: string) => Promise<void>,
	outcomes: Map<string, Outcome | RunsteadError>,
): Promise<void> {
	let purged = false;
	for (const id of ids) {
		await purge(id);
		const outcome = outcomes.get(id);
		if (!(outcome instanceof RunsteadError)) purged = true;
		else if (purged && outcome.code === 'not-found') outcomes.set(id, { changed: false });
	}
}

async function outcomeOf(work: () => Promise<Outcome>): Promise<Outcome | RunsteadError> {
	try {
		return await work();
	} catch (error) {
		if (error instanceof RunsteadError && error.status < 500) return error;
		throw error;
	}
}

async function apply(runs: RunService, run: RunRecord, change: RunsChange, actor: string): Promise<Outcome> {
	switch (change.type) {
		case 'cancel':
			return { changed: !isTerminal(run.status) && (await runs.cancel(run.id, actor, change.reason ?? `${actor} asked for it.`)) };
		case 'tag':
			await runs.update(run.id, { tags: change.tags, removeTags: change.removeTags }, actor);
			return { changed: true };
		case 'lifecycle': {
			const moved = await runs.changeLifecycle(run.id, change.lifecycle, actor, { alone: change.alone });
			return { changed: run.lifecycle !== change.lifecycle, moved };
		}
		case 'purge':
			return { changed: true, freedBytes: (await runs.purge(run.id, actor)).freedBytes };
	}
}

function movedByOrigin(moved: readonly MovedRun[]): MovedRuns[] {
	const origins = Map.groupBy(moved, ({ from }) => from);
	return [...origins].map(([from, runs]) => ({ from, runs: runs.map(({ run }) => run) }));
}

function resultOf(run: string, outcome: Outcome | RunsteadError): RunChangeResult {
	if (!(outcome instanceof RunsteadError)) return { run, changed: outcome.changed, error: null };
	return { run, changed: false, error: { code: outcome.code, message: outcome.message, hint: outcome.hint } };
}
