/** The statuses that a run has had, each with who, why, and how long after the one before. */
import type { Run, RunEvent } from '@runstead/contract';

export interface StatusChange {
	readonly key: string;
	readonly to: string;
	readonly time: string;
	readonly actor: string;
	readonly reason: string | null;
	/** Null for the first. */
	readonly afterMs: number | null;
}

type Event = Pick<RunEvent, 'sequence' | 'type' | 'time' | 'actor' | 'data'>;

export function statusChanges(run: Pick<Run, 'createdTime' | 'submittedBy' | 'status'>, events: readonly Event[]): StatusChange[] {
	const changes = events.filter((event) => event.type === 'run.status');
	const first = changes[0]?.data.from;
	const shown: StatusChange[] = [
		{
			key: 'created',
			to: typeof first === 'string' ? first : run.status,
			time: run.createdTime,
			actor: run.submittedBy,
			reason: 'Created.',
			afterMs: null,
		},
	];
	for (const { sequence, time, actor, data } of changes) {
		const before = shown.at(-1)?.time ?? time;
		shown.push({
			key: String(sequence),
			to: String(data.to),
			time,
			actor,
			reason: typeof data.reason === 'string' ? data.reason : null,
			// A change may be told later than it happened, and then by another clock.
			afterMs: Math.max(0, Date.parse(time) - Date.parse(before)),
		});
	}
	return shown;
}
