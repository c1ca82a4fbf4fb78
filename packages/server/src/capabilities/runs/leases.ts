/** Leases tell the dead from the quiet: a run that is not heard in its time is NotResponding, and Failed if it stays so. */
import type { Database } from '../../storage/database.ts';
import type { Clock, UnitOfWork } from '../../storage/unit-of-work.ts';
import type { RunExecution, Silence } from './service.ts';
import { changeStatus, NOT_RESPONDING_GRACE_SECONDS } from './status.ts';
import * as store from './store.ts';

const CHECK_INTERVAL_MS = 2_000;
/** Runs changed in one transaction. */
const RUNS_PER_CHECK = 500;
/** Of a run that failed by its silence alone: it comes back when it is heard again. */
export const LEASE_EXPIRED = 'LeaseExpired';
const OWN_SILENCE: Silence = { who: 'it', secondsMax: NOT_RESPONDING_GRACE_SECONDS };
const ACTOR = 'lease keeper';

export interface LeaseKeeper {
	/** Looks once; the runs that it changed. */
	check(): Promise<number>;
	stop(): void;
}

/** Gives every lease its whole length again (they stand still while the server is down), then watches them. */
export async function keepLeases(
	database: Database,
	clock: Clock,
	execution: RunExecution,
	onError: (error: unknown) => void,
): Promise<LeaseKeeper> {
	await database.write(async (unit) => {
		await store.restartLeases(unit);
		await execution.restartLeasesIn(unit);
	});

	const becomeSilent = async (unit: UnitOfWork, run: store.RunRecord): Promise<void> => {
		const { who, secondsMax } = (await execution.silenceOrNull(unit, run)) ?? OWN_SILENCE;
		const reason = `Nothing was heard of ${who} for ${run.lease_seconds} s.`;
		changeStatus(unit, run, { to: 'NotResponding', actor: ACTOR, reason });
		// Who sends no heartbeats may have nothing to say for long: that it is lost cannot be known.
		const expiry = run.sends_heartbeats === 1 ? unit.now + secondsMax * 1_000_000 : null;
		store.updateRun(unit, run.key, { lease_expiry_time: expiry });
	};

	const lose = async (unit: UnitOfWork, run: store.RunRecord): Promise<void> => {
		const { who, secondsMax } = (await execution.silenceOrNull(unit, run)) ?? OWN_SILENCE;
		const reason = `Nothing was heard of ${who} for ${(run.lease_seconds ?? 0) + secondsMax} s.`;
		if (await execution.lost(unit, run, reason)) return;
		const error = { code: LEASE_EXPIRED, message: `${reason} Its process has ended, or cannot reach the server.` };
		await execution.statusChangedIn(unit, changeStatus(unit, run, { to: 'Failed', actor: ACTOR, reason, error }));
	};

	const check = async (): Promise<number> => {
		const now = clock();
		const expired = await store.runsWithLeaseBefore(database.read, now, RUNS_PER_CHECK);
		if (expired.length === 0) return 0;
		return database.write(async (unit) => {
			let changed = 0;
			for (const { key } of expired) {
				const run = await store.runByKey(unit.db, key);
				// It may have spoken between the look and now.
				if (run.lease_expiry_time === null || run.lease_expiry_time >= now) continue;
				if (run.status === 'NotResponding') await lose(unit, run);
				else await becomeSilent(unit, run);
				changed++;
			}
			return changed;
		});
	};

	const timer = setInterval(() => void check().catch(onError), CHECK_INTERVAL_MS);
	timer.unref();
	return { check, stop: () => clearInterval(timer) };
}
