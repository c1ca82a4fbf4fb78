/** Keeps the list of a run's files as the server has it: sizes of growing logs at once, new files soon. */
import { useQueryClient } from '@tanstack/react-query';
import { useLiveEvents } from '../../shared/live/live-provider.tsx';
import { useThrottled } from '../../shared/live/use-throttled.ts';
import { type RunFileList, runFileKeys } from './api.ts';

const LIST_MS = 1_000;

export function useLiveRunFiles(run: string): void {
	const queries = useQueryClient();
	const queryKey = runFileKeys.list(run);
	const readList = useThrottled(() => queries.invalidateQueries({ queryKey, exact: true }), LIST_MS);
	useFileChanges(run, readList);
	useLiveEvents((event) => {
		if (event.kind !== 'signal' || event.signal.run !== run || event.signal.logs === undefined) return;
		const grown = new Map(event.signal.logs.map((log) => [log.path, log]));
		const known = queries.getQueryData<RunFileList>(queryKey);
		if (known === undefined || event.signal.logs.some((log) => !known.files.some((file) => file.path === log.path))) readList();
		queries.setQueryData<RunFileList>(
			queryKey,
			(list) => list && { ...list, files: list.files.map((file) => ({ ...file, ...grown.get(file.path) })) },
		);
	});
}

/** Those of one folder. */
export function useLiveRunFolder(run: string, folder: string): void {
	const queries = useQueryClient();
	useFileChanges(
		run,
		useThrottled(() => queries.invalidateQueries({ queryKey: runFileKeys.folder(run, folder) }), LIST_MS),
	);
}

/** Told when a file may have come. */
function useFileChanges(run: string, onChange: () => void): void {
	useLiveEvents((event) => {
		if (event.kind !== 'change' || event.change.subject !== run) return;
		if (event.change.type.startsWith('file.') || event.change.type === 'run.status') onChange();
	});
}
