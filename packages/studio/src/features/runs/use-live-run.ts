/** Keeps one run as the server has it: itself, its events, alerts about it, its child runs. */
import { useQueryClient } from '@tanstack/react-query';
import { useLiveEvents } from '../../shared/live/live-provider.tsx';
import { useThrottled } from '../../shared/live/use-throttled.ts';
import { monitorKeys } from '../monitor/api.ts';
import { runKeys } from './api.ts';

/** Progress changes with every batch that is logged; more often than this nobody can read it. */
const RUN_MS = 500;
const CHILDREN_MS = 1_000;
const ALERTS_MS = 1_000;

export function useLiveRun(runId: string, childIds: ReadonlySet<string>): void {
	const queries = useQueryClient();
	const readRun = useThrottled(() => queries.invalidateQueries({ queryKey: runKeys.one(runId) }), RUN_MS);
	const readWhole = useThrottled(() => queries.invalidateQueries({ queryKey: runKeys.whole(runId) }), RUN_MS);
	const readEvents = useThrottled(() => queries.invalidateQueries({ queryKey: runKeys.events(runId) }), RUN_MS);
	const readAlerts = useThrottled(() => queries.invalidateQueries({ queryKey: monitorKeys.alerts }), ALERTS_MS);
	const readChildren = useThrottled(() => queries.invalidateQueries({ queryKey: runKeys.children(runId) }), CHILDREN_MS);
	useLiveEvents((event) => {
		if (event.kind === 'resumed') return;
		if (event.kind === 'signal') {
			if (event.signal.run === runId && event.signal.metrics !== undefined) readWhole();
			if (childIds.has(event.signal.run) && event.signal.metrics !== undefined) readChildren();
			return;
		}
		const { type, subject, data } = event.change;
		if (type === 'alert.fired') readAlerts();
		if (!type.startsWith('run.')) return;
		if (subject === runId) {
			readRun();
			if (type !== 'run.changed') readEvents();
		}
		if (childIds.has(subject)) readChildren();
		if (type === 'run.created' && data.parentId === runId) {
			readRun();
			readChildren();
		}
	});
}
