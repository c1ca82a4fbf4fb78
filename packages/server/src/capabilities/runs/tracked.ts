/** Runs whose client states outright what they are, such as MLflow's: no step of theirs is expected, and no heartbeat. */
import { isTerminal, type RunStatus } from '@runstead/contract';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { StatusChange } from './status.ts';
import * as store from './store.ts';

const MICROS_PER_SECOND = 1_000_000;
/** A lease is renewed once this part of it is used up: that it was heard is not written with each word. */
const RENEWAL_PART = 0.05;

export type ChangeStatus = (unit: UnitOfWork, run: store.RunRecord, change: StatusChange) => store.RunRecord | Promise<store.RunRecord>;

/** Something was heard of a run without heartbeats: its silence begins anew, and it is awake again if it was silent too long. */
export async function hear(unit: UnitOfWork, run: store.RunRecord, actor: string, changeStatus: ChangeStatus): Promise<store.RunRecord> {
	if (run.sends_heartbeats === 1 || run.lease_seconds === null || isTerminal(run.status)) return run;
	if (run.status === 'NotResponding') return changeStatus(unit, run, { to: 'Running', actor, reason: 'It is heard again.' });
	const length = run.lease_seconds * MICROS_PER_SECOND;
	if (run.lease_expiry_time !== null && run.lease_expiry_time > unit.now + length * (1 - RENEWAL_PART)) return run;
	const lease = { lease_expiry_time: unit.now + length };
	store.updateRun(unit, run.key, lease);
	return { ...run, ...lease };
}

/** Brings a run to a status, from whichever it has: one that had ended is opened again where that is the way there. */
export async function stateStatus(
	unit: UnitOfWork,
	run: store.RunRecord,
	{ to, time, actor }: { readonly to: RunStatus; readonly time?: number; readonly actor: string },
	changeStatus: ChangeStatus,
): Promise<store.RunRecord> {
	if (run.status === to) return run;
	const isReopened = isTerminal(run.status) && !(run.status === 'Completed' && to === 'Failed');
	const open = isReopened ? await changeStatus(unit, run, { to: 'Running', actor, reopen: true }) : run;
	return changeStatus(unit, open, { to, actor, time });
}
