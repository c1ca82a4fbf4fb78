/** What agents report of their jobs, and what that makes of the runs. The run of several nodes is made of its parts. */
import { isLocal, isTerminal, type JobPhase, type RunStatus } from '@runstead/contract';
import { fromWireTime } from '../../http/time.ts';
import type { WaitingRoom } from '../../live/waiting-room.ts';
import type { Database } from '../../storage/database.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { ComputeService } from '../compute/service.ts';
import type { RunRecord, RunService } from '../runs/service.ts';
import { type Held, hear, heldIn, revive } from './holding.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { describePartEnd, endOfPart, hasFailed, outcomeOfParts, type PartEnd, saysMore } from './part-outcome.ts';
import { type PartRecord, partsOf, updatePart } from './part-store.ts';
import * as store from './store.ts';

const STATUS_OF_PHASE = { preparing: 'Preparing', running: 'Running', finalizing: 'Finalizing' } as const;
const PASSED_AGAIN: ReadonlyMap<RunStatus, readonly RunStatus[]> = new Map([
	['Running', ['Preparing']],
	['Finalizing', ['Preparing', 'Running']],
]);
/** In these states a part is at least as far as the phase says. */
const STATES_FROM = { running: ['running', 'finalizing', 'ended'], finalizing: ['finalizing', 'ended'] } as const;

/** A phase, and when it began on the node. */
export interface Entered {
	readonly phase: JobPhase;
	readonly time: string;
}

export interface JobReport {
	readonly agent: string;
	readonly fence: number;
	readonly phase: JobPhase;
	readonly time: string;
	/** Phases before this one that were not reported. */
	readonly passed?: readonly Entered[];
	readonly exitCode?: number | null;
	readonly signal?: number | null;
	readonly timedOut?: boolean;
	readonly memoryExceeded?: boolean;
	readonly process?: number | null;
	readonly error?: string;
}

export interface ReportsOptions {
	readonly database: Database;
	readonly runs: RunService;
	readonly compute: ComputeService;
	readonly queued: WaitingRoom;
	readonly ending: WaitingRoom;
	/** Told after the commit that nothing more will be written by the job. */
	readonly onEnded: (run: RunRecord) => void;
}

export function createReports({ database, runs, compute, queued, ending, onEnded }: ReportsOptions) {
	/** Runs that were logged by the process of a job, and are still open when it is gone, end as it did. */
	const endRunsWithin = async (unit: UnitOfWork, run: RunRecord, actor: string): Promise<void> => {
		const elsewhere = new Set<number>();
		for (const child of await runs.descendantsIn(unit, run)) {
			if ((child.parent_key !== null && elsewhere.has(child.parent_key)) || (await store.jobOfRun(unit.db, child.key)))
				elsewhere.add(child.key);
			else if (!isTerminal(child.status)) {
				const to = run.status === 'Completed' || run.status === 'Canceled' ? run.status : 'Failed';
				await runs.changeStatusIn(unit, child, { to, actor, reason: `The process of run ${run.id}, which logged it, has ended.` });
			}
		}
	};

	const freeNode = async (unit: UnitOfWork, job: store.JobRecord, agent: string): Promise<void> => {
		if (isLocal(job.target)) return;
		await compute.becameIdleIn(unit, agent);
		// Where runs at once are limited, another node may take one now.
		unit.afterCommit(() => queued.call(job.target));
	};

	const conclude = async (unit: UnitOfWork, run: RunRecord, outcome: Outcome, report: JobReport): Promise<RunRecord> => {
		unit.afterCommit(() => onEnded(run));
		// A run that somebody has marked as failed stays so, whatever its process says in the end.
		const actor = outcome.to === 'Canceled' ? (run.status_actor ?? report.agent) : report.agent;
		const ended = isTerminal(run.status)
			? run
			: await runs.changeStatusIn(unit, run, { ...outcome, actor, time: fromWireTime(report.time, 'time') });
		await endRunsWithin(unit, ended, report.agent);
		return ended;
	};

	const end = async (unit: UnitOfWork, run: RunRecord, job: store.JobRecord, report: JobReport): Promise<RunRecord> => {
		const processEnd = endOf(report);
		await store.updateJob(unit.db, run.key, { state: 'ended', exit_code: processEnd.exitCode, signal: processEnd.signal });
		await freeNode(unit, job, report.agent);
		return conclude(unit, run, outcomeOf(run, processEnd, job.end_reason), report);
	};

	/** The first part that fails ends the others; the last that ends, ends the run. */
	const endPart = async (unit: UnitOfWork, { run, job }: Held, part: PartRecord, report: JobReport): Promise<RunRecord> => {
		const partEnd = endOf(report);
		const ended = await updatePart(unit.db, part, { state: 'ended', outcome: JSON.stringify(partEnd) });
		await freeNode(unit, job, report.agent);
		const parts = await partsOf(unit.db, run.key);
		const isFirstFailure = hasFailed(partEnd) && job.failed_rank === null && job.end_reason === null && !isTerminal(run.status);
		const decides = isFirstFailure || (job.failed_rank !== null && saysMore(partEnd, endOfPart(parts[job.failed_rank] as PartRecord)));
		const failedRank = decides ? part.rank : job.failed_rank;
		const endReason = decides ? describePartEnd(ended, partEnd) : job.end_reason;
		const isOver = parts.every(({ state }) => state === 'ended');
		const decisive = parts.find(({ rank }) => rank === failedRank) ?? ended;
		const { exitCode, signal } = endOfPart(decisive);
		await store.updateJob(unit.db, run.key, {
			failed_rank: failedRank,
			end_reason: endReason,
			...(isOver && { state: 'ended', exit_code: exitCode, signal }),
		});
		if (isOver) return conclude(unit, run, outcomeOfParts(run, parts, failedRank, endReason), report);
		if (isFirstFailure) unit.afterCommit(() => ending.call(run.id));
		return run;
	};

	/** The status of the run once one node has come to a phase. */
	const statusAfter = async (unit: UnitOfWork, part: PartRecord | null, phase: Exclude<JobPhase, 'ended'>): Promise<RunStatus | null> => {
		if (!part || phase === 'preparing') return STATUS_OF_PHASE[phase];
		await updatePart(unit.db, part, { state: phase });
		const reached: readonly string[] = STATES_FROM[phase];
		return (await partsOf(unit.db, part.run_key)).every(({ state }) => reached.includes(state)) ? STATUS_OF_PHASE[phase] : null;
	};

	/** The run when a node has come to a phase. */
	const enter = async (
		unit: UnitOfWork,
		run: RunRecord,
		part: PartRecord | null,
		{ phase, time }: Entered,
		actor: string,
	): Promise<RunRecord> => {
		if (phase === 'ended') return run;
		const to = await statusAfter(unit, part, phase);
		if (to === null || isTerminal(run.status) || run.status === 'CancelRequested' || run.status === to) return run;
		// A further attempt, whose node lost what the one before had done, goes through it again.
		if (PASSED_AGAIN.get(run.status)?.includes(to)) return run;
		return runs.changeStatusIn(unit, run, { to, actor, time: fromWireTime(time, 'time') });
	};

	return {
		endRunsWithin,

		/** Takes note of how a job goes; the same report again changes nothing. The status of the run then. */
		report: (runId: string, report: JobReport): Promise<string> =>
			database.write(async (unit) => {
				const held = await heldIn(unit.db, await runs.find(runId, unit.db), report);
				const { job, part } = held;
				if (job.state === 'ended' || part?.state === 'ended') {
					// Whoever says it again may have opened a log again.
					if (job.state === 'ended') unit.afterCommit(() => onEnded(held.run));
					return held.run.status;
				}
				let run = await (part ? hear(runs, unit, held, report.agent) : revive(runs, unit, held.run, report.agent));
				for (const passed of report.passed ?? []) run = await enter(unit, run, part, passed, report.agent);
				if (report.phase !== 'ended') return (await enter(unit, run, part, report, report.agent)).status;
				return (await (part ? endPart(unit, { ...held, run }, part, report) : end(unit, run, job, report))).status;
			}),
	};
}

function endOf({
	exitCode = null,
	signal = null,
	timedOut = false,
	memoryExceeded = false,
	error = null,
	process = null,
}: Partial<PartEnd> | JobReport): PartEnd {
	return { exitCode, signal, timedOut, memoryExceeded, error: error ?? null, process };
}
