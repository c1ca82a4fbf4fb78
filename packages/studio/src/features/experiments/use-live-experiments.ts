/** Reads experiments again when something in them was created, ended or renamed. */
import { useQueryClient } from '@tanstack/react-query';
import { useLiveEvents } from '../../shared/live/live-provider.tsx';
import { useThrottled } from '../../shared/live/use-throttled.ts';
import { experimentKeys } from './api.ts';

const REFRESH_MS = 1_000;
const MATTERS = ['experiment.created', 'experiment.changed', 'run.created', 'run.status', 'run.lifecycle', 'run.purged'];

export function useLiveExperiments(): void {
	const queries = useQueryClient();
	const refresh = useThrottled(() => queries.invalidateQueries({ queryKey: experimentKeys.all }), REFRESH_MS);
	useLiveEvents((event) => {
		if (event.kind === 'change' && MATTERS.includes(event.change.type)) refresh();
	});
}
