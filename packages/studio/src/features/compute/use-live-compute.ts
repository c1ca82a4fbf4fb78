/** Keeps clusters as the server has them: what is on screen is read again when a node, a cluster or a run changes. */
import { useQueryClient } from '@tanstack/react-query';
import { useLiveEvents } from '../../shared/live/live-provider.tsx';
import { useThrottled } from '../../shared/live/use-throttled.ts';
import { changeKey, computeKeys } from './api.ts';

const READ_MS = 1_000;
const OF_COMPUTE = /^(cluster|node|quota|run\.(created|status|lifecycle|purged))/;

export function useLiveCompute(workspace: string): void {
	const queries = useQueryClient();
	const read = useThrottled(() => queries.invalidateQueries({ queryKey: computeKeys.all(workspace) }), READ_MS);
	useLiveEvents((event) => {
		if (event.kind !== 'change' || !OF_COMPUTE.test(event.change.type)) return;
		// What this page is deleting is left, not read again to be told that it is gone.
		if (queries.isMutating({ mutationKey: changeKey(workspace) }) === 0) read();
	});
}
