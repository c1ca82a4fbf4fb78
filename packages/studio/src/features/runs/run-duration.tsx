/** How long a run has taken; ticks while it lives. */
import type { Run } from '@runstead/contract';
import { formatDuration } from '../../shared/format/times.ts';
import { useNow } from '../../shared/format/use-now.ts';
import { durationOf } from './run-times.ts';

export function RunDuration({ run }: { readonly run: Pick<Run, 'startTime' | 'endTime' | 'status'> }) {
	const now = useNow(run.startTime !== null && run.endTime === null);
	const duration = durationOf(run, now);
	return <span>{duration === null ? '–' : formatDuration(duration)}</span>;
}
