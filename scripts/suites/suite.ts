/** What a test suite is: a command, and how its outcome is counted. */
import type { ProgramResult } from '../run-program.ts';

export interface Counts {
	passed: number;
	failed: number;
	skipped: number;
}

export interface Suite {
	/** Also the name of its log file. */
	name: string;
	command: string[];
	environment: Record<string, string>;
	count(result: ProgramResult): Counts;
	/** What of it failed (files, or tests by name), and the command that runs these alone. */
	again: { findFailed(result: ProgramResult): string[]; commandFor(failed: readonly string[]): string[] };
}

/** A suite that failed without a failed test (it could not load, or crashed) counts as one failure. */
export function withCrash(counts: Counts, exitCode: number | null): Counts {
	return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

export function sum(all: readonly Counts[]): Counts {
	return all.reduce(
		(total, counts) => ({
			passed: total.passed + counts.passed,
			failed: total.failed + counts.failed,
			skipped: total.skipped + counts.skipped,
		}),
		{ passed: 0, failed: 0, skipped: 0 },
	);
}
