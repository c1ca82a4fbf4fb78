/** Changes of a run's status: checked against the contract's table, written with who and why, and told to the outbox. */
import { canChange, canReopen, checkLimit, isTerminal, type RunError, type RunStatus, RunsteadError } from '@runstead/contract';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import * as store from './store.ts';

export interface StatusChange {
	readonly to: RunStatus;
	readonly actor: string;
	readonly reason?: string | null;
	readonly error?: RunError | null;
	/** When it happened, in microseconds; now if absent. */
	readonly time?: number;
	/** Coming back from an end, which the table does not allow. */
	readonly reopen?: boolean;
}

const MICROS_PER_SECOND = 1_000_000;

/**
 * Changes the status in the caller's transaction and returns the run as it is then. The same status again changes nothing.
 * @throws {RunsteadError} status-change-not-allowed, naming both statuses.
 */
export function changeStatus(unit: UnitOfWork, run: store.RunRecord, change: StatusChange): store.RunRecord {
	if (run.status === change.to) return run;
	const next = columnsAfter(unit, run, change);
	store.updateRun(unit, run.key, next);
	emitStatus(unit, run, change);
	return { ...run, ...next };
}

/** What a change of its status makes of a run. @throws {RunsteadError} status-change-not-allowed. */
export function columnsAfter(unit: UnitOfWork, run: store.RunRecord, change: StatusChange): Partial<store.RunRecord> {
	const { to, actor, reason = null, error = null, reopen = false } = change;
	const allowed = reopen ? canReopen(run.status) : canChange(run.status, to);
	if (!allowed) throw new RunsteadError('status-change-not-allowed', { run: run.id, from: run.status, to });
	checkError(error);
	const time = timeOf(unit, run, change);
	return {
		status: to,
		status_reason: reason,
		status_actor: actor,
		error: error ? JSON.stringify(error) : reopen ? null : run.error,
		// What is done again starts again.
		start_time: to === 'Queued' ? null : (run.start_time ?? (to === 'Running' || to === 'Finalizing' || to === 'Completed' ? time : null)),
		// A run that failed after it had completed ended when it completed.
		end_time: isTerminal(to) ? (run.end_time ?? time) : null,
		lease_expiry_time: leaseAfter(unit, run, to),
	};
}

/** Of the clock of a node, which may be behind or have been set back: nothing begins before it was made, or ends before it began. */
function timeOf(unit: UnitOfWork, run: store.RunRecord, { time = unit.now }: StatusChange): number {
	return Math.max(time, run.created_time, run.start_time ?? 0);
}

/** Tells the outbox that a run, as it was before, has another status. */
export function emitStatus(unit: UnitOfWork, before: store.RunRecord, change: StatusChange): void {
	const { to, actor, reason = null, error = null } = change;
	unit.emit({
		workspaceKey: before.workspace_key,
		type: 'run.status',
		subject: before.id,
		actor,
		time: timeOf(unit, before, change),
		data: { from: before.status, to, reason, error },
	});
}

/** An ended run needs no lease; a silent one is given this long before it counts as lost. */
export const NOT_RESPONDING_GRACE_SECONDS = 600;

function leaseAfter(unit: UnitOfWork, run: store.RunRecord, to: RunStatus): number | null {
	if (isTerminal(to) || run.lease_seconds === null) return null;
	return unit.now + (to === 'NotResponding' ? NOT_RESPONDING_GRACE_SECONDS : run.lease_seconds) * MICROS_PER_SECOND;
}

/** @throws {RunsteadError} limit-exceeded. */
export function checkError(error: RunError | null): void {
	const length = error ? error.message.length + (error.details?.length ?? 0) : 0;
	checkLimit('The length of the error message', length, 'errorMessageCharacters');
}
