/** The marks of a run: its own events, those of the cluster that it runs on, and alerts. Marks of another source are added here: charts draw whatever has a moment, words and a tone. */
import type { Run } from '@runstead/contract';
import { replaceEqualDeep, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import { computeEventsQuery } from '../compute/api.ts';
import { alertsAroundRunQuery } from '../monitor/api.ts';
import { alertMarks } from './alert-marks.ts';
import { runEventsQuery } from './api.ts';
import { type RunMark, runMarks } from './run-marks.ts';

const LOCAL = 'local';

export function useRunMarks(run: Pick<Run, 'id' | 'target' | 'workspaceName' | 'createdTime' | 'endTime' | 'job'>): readonly RunMark[] {
	const events = useQuery(runEventsQuery(run.id));
	const isOnCluster = run.job !== null && run.target !== null && run.target !== LOCAL;
	const nodes = useInfiniteQuery({ ...computeEventsQuery(run.workspaceName, run.target ?? LOCAL), enabled: isOnCluster });
	const alerts = useQuery(alertsAroundRunQuery(run));
	const { id, target, endTime } = run;
	const last = useRef<readonly RunMark[]>([]);
	return useMemo(() => {
		const ofEvents = runMarks(events.data ?? [], nodes.data?.pages.flatMap((page) => page.events) ?? [], endTime);
		const marks = [...ofEvents, ...alertMarks(alerts.data ?? [], { id, target })].sort((a, b) => a.atMs - b.atMs);
		// Charts are drawn for other marks, not for the same that were read again.
		last.current = replaceEqualDeep(last.current, marks);
		return last.current;
	}, [events.data, nodes.data, alerts.data, id, target, endTime]);
}
