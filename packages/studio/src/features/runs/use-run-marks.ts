/** The marks of a run, from its own events and those of the cluster that it runs on. */
import type { Run } from '@runstead/contract';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { computeEventsQuery } from '../compute/api.ts';
import { runEventsQuery } from './api.ts';
import { type RunMark, runMarks } from './run-marks.ts';

const LOCAL = 'local';

export function useRunMarks(run: Pick<Run, 'id' | 'target' | 'workspaceName' | 'endTime' | 'job'>): readonly RunMark[] {
	const events = useQuery(runEventsQuery(run.id));
	const isOnCluster = run.job !== null && run.target !== null && run.target !== LOCAL;
	const nodes = useInfiniteQuery({ ...computeEventsQuery(run.workspaceName, run.target ?? LOCAL), enabled: isOnCluster });
	return useMemo(
		() => runMarks(events.data ?? [], nodes.data?.pages.flatMap((page) => page.events) ?? [], run.endTime),
		[events.data, nodes.data, run.endTime],
	);
}
