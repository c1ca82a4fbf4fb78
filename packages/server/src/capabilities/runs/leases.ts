/** Leases tell the dead from the quiet: a run that is not heard in its time is NotResponding, and Failed if it stays so. */
import type { RunError } from '@runstead/contract';
import type { Database } from '../../storage/database.ts';
import type { Clock } from '../../storage/unit-of-work.ts';
import { changeStatus, NOT_RESPONDING_GRACE_SECONDS } from './status.ts';
import * as store from './store.ts';

const CHECK_INTERVAL_MS = 2_000;
/** Runs changed in one transaction. */
const RUNS_PER_CHECK = 500;
const ACTOR = 'lease keeper';

export interface LeaseKeeper {
	/** Looks once; the runs that it changed. */
	check(): Promise<number>;
	stop(): void;
}

/** Gives every lease its whole length again (they stand still while the server is down), then watches them. */
export async function keepLeases(database: Database, clock: Clock, onError: (error: unknown) => void): Promise<LeaseKeeper> {
	await database.write(store.restartLeases);

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
				if (run.status === 'NotResponding')
					await changeStatus(unit, run, { to: 'Failed', actor: ACTOR, reason: lostReason(run), error: lostError(run) });
				else
					await changeStatus(unit, run, {
						to: 'NotResponding',
						actor: ACTOR,
						reason: `Nothing was heard of it for ${run.lease_seconds} s.`,
					});
				changed++;
			}
			return changed;
		});
	};

	const timer = setInterval(() => void check().catch(onError), CHECK_INTERVAL_MS);
	timer.unref();
	return { check, stop: () => clearInterval(timer) };
}

function lostReason(run: store.RunRecord): string {
	return `Nothing was heard of it for ${(run.lease_seconds ?? 0) + NOT_RESPONDING_GRACE_SECONDS} s.`;
}

function lostError(run: store.RunRecord): RunError {
	return { code: 'LeaseExpired', message: `${lostReason(run)} Its process has ended, or cannot reach the server.` };
}
