/** Who asked for a run's status and why, in one sentence. */
import type { Run } from '@runstead/contract';

/** Null where nothing more is known than the status itself. A reason that names who asked does not name them twice. */
export function statusNote(run: Pick<Run, 'statusActor' | 'statusReason'>): string | null {
	const { statusActor, statusReason } = run;
	if (statusReason === null || statusActor === null || statusReason.includes(statusActor)) return statusReason;
	return `${statusReason} (${statusActor})`;
}
