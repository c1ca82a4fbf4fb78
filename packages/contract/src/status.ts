/** The run status machine: every status, which changes are allowed, and what each means. One table, used by every door. */

export const RUN_STATUSES = [
	'NotStarted',
	'Queued',
	'Preparing',
	'Provisioning',
	'Starting',
	'Running',
	'Finalizing',
	'CancelRequested',
	'NotResponding',
	'Completed',
	'Failed',
	'Canceled',
] as const;

export type RunStatus = (typeof RUN_STATUSES)[number];

export const TERMINAL_STATUSES = ['Completed', 'Failed', 'Canceled'] as const satisfies readonly RunStatus[];

/** Statuses of a run that still lives: everything that has not ended. */
export const ACTIVE_STATUSES = RUN_STATUSES.filter((status) => !isTerminal(status));

export function isTerminal(status: RunStatus): boolean {
	return (TERMINAL_STATUSES as readonly RunStatus[]).includes(status);
}

const ENDS: readonly RunStatus[] = ['Completed', 'Failed', 'Canceled'];

/**
 * What each status may become. A change that is not here is refused with both states named.
 * Completed -> Failed is `fail()` on a finished run ("finished, but with an error, for example the wrong training script").
 * A terminal run returns to Running only through *reopen*, which is not in this table: see {@link canReopen}.
 */
export const ALLOWED_CHANGES: Readonly<Record<RunStatus, readonly RunStatus[]>> = {
	NotStarted: ['Queued', 'Preparing', 'Provisioning', 'Starting', 'Running', 'CancelRequested', 'NotResponding', ...ENDS],
	Queued: ['Preparing', 'Provisioning', 'Starting', 'Running', 'CancelRequested', 'NotResponding', 'Failed', 'Canceled'],
	Preparing: ['Queued', 'Provisioning', 'Starting', 'Running', 'Finalizing', 'CancelRequested', 'NotResponding', ...ENDS],
	Provisioning: ['Queued', 'Preparing', 'Starting', 'Running', 'CancelRequested', 'NotResponding', ...ENDS],
	Starting: ['Queued', 'Running', 'Finalizing', 'CancelRequested', 'NotResponding', ...ENDS],
	Running: ['Queued', 'Finalizing', 'CancelRequested', 'NotResponding', ...ENDS],
	Finalizing: ['Queued', 'CancelRequested', 'NotResponding', ...ENDS],
	CancelRequested: ['Finalizing', 'NotResponding', ...ENDS],
	NotResponding: ['Queued', 'Preparing', 'Provisioning', 'Starting', 'Running', 'Finalizing', 'CancelRequested', ...ENDS],
	Completed: ['Failed'],
	Failed: [],
	Canceled: [],
};

/** Whether a run in `from` may become `to`. The same status again is not a change: callers treat it as done already. */
export function canChange(from: RunStatus, to: RunStatus): boolean {
	return ALLOWED_CHANGES[from].includes(to);
}

/** Whether *reopen* may bring the run back to Running: only what has ended can be reopened. */
export function canReopen(from: RunStatus): boolean {
	return isTerminal(from);
}
