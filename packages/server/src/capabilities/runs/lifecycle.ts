/** Runs archived, trashed, restored and deleted for good, in the caller's transaction. */
import { isTerminal, type Lifecycle, RunsteadError } from '@runstead/contract';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { ExperimentRecord } from '../experiments/service.ts';
import * as store from './store.ts';

/** A run that left a lifecycle, and which. */
export interface MovedRun {
	readonly run: string;
	readonly from: Lifecycle;
}

/** What else keeps something of a run, and must let it go when the run is purged. */
export interface RunHolder {
	/** Lets go of what is kept of a run, in the caller's transaction; the bytes that come free. */
	purge(unit: UnitOfWork, run: store.RunRecord): Promise<number>;
}

function emitMoved(unit: UnitOfWork, workspaceKey: number, { run, from }: MovedRun, to: Lifecycle, actor: string): void {
	unit.emit({ workspaceKey, type: 'run.lifecycle', subject: run, actor, data: { from, to } });
}

/**
 * Moves a run and what lies below it, unless it is meant alone. One that has not ended is not trashed, unless `evenActive`.
 * @returns what was moved, with where it was.
 * @throws {RunsteadError} run-is-active.
 */
export async function moveIn(
	unit: UnitOfWork,
	run: store.RunRecord,
	lifecycle: Lifecycle,
	actor: string,
	{ alone, evenActive }: { readonly alone: boolean; readonly evenActive: boolean },
): Promise<MovedRun[]> {
	const moved: MovedRun[] = [];
	for (const one of [run, ...(alone ? [] : await store.descendants(unit.db, run))]) {
		if (one.lifecycle === lifecycle) continue;
		if (lifecycle === 'trashed' && !evenActive && !isTerminal(one.status))
			throw new RunsteadError('run-is-active', { run: one.id, status: one.status, action: 'moved to the trash' });
		store.updateRun(unit, one.key, { lifecycle });
		const left = { run: one.id, from: one.lifecycle };
		moved.push(left);
		emitMoved(unit, one.workspace_key, left, lifecycle, actor);
	}
	return moved;
}

/** Moves all runs of an experiment, whatever their status. */
export async function moveAllIn(unit: UnitOfWork, experiment: ExperimentRecord, lifecycle: Lifecycle, actor: string): Promise<void> {
	for (const { id, lifecycle: from } of await store.moveRuns(unit.db, experiment.key, lifecycle))
		emitMoved(unit, experiment.workspace_key, { run: id, from }, lifecycle, actor);
}

/** Deletes a trashed run and what lies below it. @throws {RunsteadError} not-trashed. */
export async function purgeIn(
	unit: UnitOfWork,
	run: store.RunRecord,
	holders: readonly RunHolder[],
	actor: string,
): Promise<{ runs: number; freedBytes: number }> {
	const doomed = [run, ...(await store.descendants(unit.db, run))];
	let freedBytes = 0;
	for (const one of doomed.reverse()) {
		if (one.lifecycle !== 'trashed') throw new RunsteadError('not-trashed', { run: one.id, lifecycle: one.lifecycle });
		let freed = 0;
		for (const holder of holders) freed += await holder.purge(unit, one);
		await store.deleteRun(unit.db, one.key);
		unit.emit({ workspaceKey: one.workspace_key, type: 'run.purged', subject: one.id, actor, data: { freedBytes: freed } });
		freedBytes += freed;
	}
	return { runs: doomed.length, freedBytes };
}
