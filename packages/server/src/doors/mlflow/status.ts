/** The status of a run in MLflow's five words, and back. */
import type { RunStatus } from '@runstead/contract';

export const MLFLOW_STATUSES = { RUNNING: 1, SCHEDULED: 2, FINISHED: 3, FAILED: 4, KILLED: 5 } as const;
export type MlflowStatus = keyof typeof MLFLOW_STATUSES;

export const SHOWN_AS: Readonly<Record<RunStatus, MlflowStatus>> = {
	NotStarted: 'SCHEDULED',
	Queued: 'SCHEDULED',
	Preparing: 'SCHEDULED',
	Provisioning: 'SCHEDULED',
	Starting: 'SCHEDULED',
	Running: 'RUNNING',
	Finalizing: 'RUNNING',
	CancelRequested: 'RUNNING',
	NotResponding: 'RUNNING',
	Completed: 'FINISHED',
	Failed: 'FAILED',
	Canceled: 'KILLED',
};

/** What each of the five means here, where a client states it. */
const MEANT_BY: Readonly<Record<MlflowStatus, RunStatus>> = {
	SCHEDULED: 'Queued',
	RUNNING: 'Running',
	FINISHED: 'Completed',
	FAILED: 'Failed',
	KILLED: 'Canceled',
};

export function mlflowStatus(status: RunStatus): MlflowStatus {
	return SHOWN_AS[status];
}

/** The status that a client means; undefined where the run is shown as that already. */
export function statedStatus(stated: MlflowStatus, current: RunStatus): RunStatus | undefined {
	return SHOWN_AS[current] === stated ? undefined : MEANT_BY[stated];
}

/** Every status that is shown as one of those. */
export function statusesShownAs(isMeant: (shown: MlflowStatus) => boolean): RunStatus[] {
	return (Object.keys(SHOWN_AS) as RunStatus[]).filter((status) => isMeant(SHOWN_AS[status]));
}

/** Whether the five words say all of it. */
export function isToldWhole(status: RunStatus): boolean {
	return MEANT_BY[SHOWN_AS[status]] === status;
}
