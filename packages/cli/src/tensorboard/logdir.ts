/** A folder that TensorBoard reads: one folder a run, kept as the server has it. */
import { join } from 'node:path';
import type { Client } from '@runstead/client';
import { isTerminal, type Run } from '@runstead/contract';
import { createRunEvents, type RunEvents } from './run-events.ts';

/** Runs that are asked about at the same time. */
const RUNS_AT_ONCE = 4;
/** Rounds after which a run that has ended is looked at again: metrics may still come. */
const ROUNDS_BETWEEN_LOOKS = 12;

/** A name for people, and the id, which no other run has. */
function folderOf({ id, displayName }: Run): string {
	const name = displayName
		.replace(/[^\p{L}\p{N} ._=,-]+/gu, '-')
		.replace(/^\.+/, '')
		.slice(0, 80)
		.trim();
	return name === '' || name === id ? id : `${name} (${id})`;
}

export interface Logdir {
	/** Brings what is new of these runs, and of those that were given before. */
	refresh(runs: AsyncIterable<Run> | Iterable<Run>, onRun?: (run: Run) => void): Promise<void>;
	/** How many runs are in it. */
	count(): number;
}

export function createLogdir(client: Client, folder: string): Logdir {
	const known = new Map<string, { events: RunEvents; lookInRounds: number }>();

	const refreshOne = async (run: Run): Promise<void> => {
		const entry = known.get(run.id) ?? { events: createRunEvents(client, run, join(folder, folderOf(run))), lookInRounds: 0 };
		known.set(run.id, entry);
		if (entry.lookInRounds > 0) {
			entry.lookInRounds -= 1;
			return;
		}
		const grew = await entry.events.refresh();
		if (!grew && isTerminal(run.status)) entry.lookInRounds = ROUNDS_BETWEEN_LOOKS;
	};

	return {
		count: () => known.size,
		async refresh(runs, onRun) {
			const busy = new Set<Promise<void>>();
			const problems: unknown[] = [];
			for await (const run of runs) {
				const task: Promise<void> = refreshOne(run)
					.then(() => onRun?.(run))
					.catch((error: unknown) => void problems.push(error))
					.finally(() => busy.delete(task));
				busy.add(task);
				if (busy.size >= RUNS_AT_ONCE) await Promise.race(busy);
			}
			await Promise.all(busy);
			// One that is gone holds up none of the others.
			if (problems.length > 0) throw problems[0];
		},
	};
}
