/** What a run spent its time on, told from its status changes. */
import { isTerminal, type Run, type RunEvent, type RunStatus } from '@runstead/contract';

export type PhaseName = 'queued' | 'preparing' | 'running' | 'finalizing';

export interface Phase {
	readonly name: PhaseName;
	readonly startMs: number;
	readonly endMs: number;
}

type Event = Pick<RunEvent, 'type' | 'time' | 'data'>;
type PhasedRun = Pick<Run, 'status' | 'createdTime' | 'startTime' | 'endTime'>;

/** Shorter than this is no time spent: a run that is created and started at once was never queued. */
const SHOWN_MS_MIN = 100;

/** A run that was asked to stop, or is silent, still runs. */
const PHASES: Readonly<Record<RunStatus, PhaseName | null>> = {
	NotStarted: 'queued',
	Queued: 'queued',
	Preparing: 'preparing',
	Provisioning: 'preparing',
	Starting: 'preparing',
	Running: 'running',
	CancelRequested: 'running',
	NotResponding: 'running',
	Finalizing: 'finalizing',
	Completed: null,
	Failed: null,
	Canceled: null,
};

/** Phases in their order, neighbours of one name as one; the last one ends at `nowMs` while the run lives. A reopened run has a gap. */
export function phasesOf(run: PhasedRun, events: readonly Event[], nowMs: number): Phase[] {
	const changes = events.filter((event) => event.type === 'run.status');
	const first = changes[0]?.data.from as RunStatus | undefined;
	const started = run.startTime === null ? Number.POSITIVE_INFINITY : Date.parse(run.startTime);
	const moments: { status: RunStatus; atMs: number }[] = [
		{ status: first ?? startStatus(run), atMs: Math.min(Date.parse(run.createdTime), started) },
	];
	for (const change of changes) moments.push({ status: change.data.to as RunStatus, atMs: Date.parse(change.time) });
	const endMs = run.endTime !== null ? Date.parse(run.endTime) : nowMs;

	const phases: Phase[] = [];
	for (const [index, { status, atMs }] of moments.entries()) {
		const name = PHASES[status];
		if (name === null) continue;
		const phase = { name, startMs: atMs, endMs: Math.max(atMs, moments[index + 1]?.atMs ?? endMs) };
		const before = phases.at(-1);
		if (before?.name === name && before.endMs === phase.startMs) phases[phases.length - 1] = { ...before, endMs: phase.endMs };
		else phases.push(phase);
	}
	const shown = phases.filter((phase) => phase.endMs - phase.startMs >= SHOWN_MS_MIN);
	return shown.length > 0 ? shown : phases.slice(-1);
}

/** Without any change a run has the status it began with; one that has ended all the same ran. */
function startStatus(run: PhasedRun): RunStatus {
	return isTerminal(run.status) ? 'Running' : run.status;
}
