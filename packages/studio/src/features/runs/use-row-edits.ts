/** What follows when a run was changed in its row: the row shows it, and a note offers to take it back. */
import type { Run } from '@runstead/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef } from 'react';
import { describeError } from '../../shared/api/describe-error.ts';
import { useNotes } from '../../shared/toasts.tsx';
import { changeRun, type RunChange, readRunsAgain } from './api.ts';
import type { RunPages } from './run-pages.ts';
import { undoOf } from './undo-of.ts';

/** Told with the run as it was before. */
export type OnEdited = (before: Run, change: RunChange) => void;

const DONE: Readonly<Partial<Record<RunChange['kind'], string>>> = {
	displayName: 'The name is changed.',
	description: 'The description is changed.',
	tag: 'The tag is set.',
	untag: 'The tag is taken away.',
};

export function useRowEdits(workspace: string, pages: RunPages, fields: string): OnEdited {
	const queries = useQueryClient();
	const note = useNotes();
	const shown = useRef({ pages, fields });
	shown.current = { pages, fields };
	return useCallback(
		(before, change) => {
			const show = async () => {
				const { pages, fields } = shown.current;
				pages.replace(await readRunsAgain(queries, workspace, [before.id], fields));
			};
			const fail = (error: unknown) => {
				const { message, hint } = describeError(error);
				note({ title: message, text: hint, intent: 'error' });
			};
			const back = undoOf(before, change);
			const takeBack = async () => {
				for (const one of back) await changeRun(before.id, one);
				await show();
			};
			note({ title: DONE[change.kind] ?? 'The run is changed.', ...(back.length > 0 && { undo: () => void takeBack().catch(fail) }) });
			show().catch(fail);
		},
		[queries, note, workspace],
	);
}
