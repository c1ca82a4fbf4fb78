/** Changes of all chosen runs: how far each is, what came of it, and the way back. */
import type { Lifecycle, Run, RunsChange, Tags } from '@runstead/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { describeError } from '../../shared/api/describe-error.ts';
import { formatBytes } from '../../shared/format/bytes.ts';
import { formatCount } from '../../shared/format/numbers.ts';
import { useNotes } from '../../shared/toasts.tsx';
import { changeRuns, type RunSearch, readAllIds, readRunsWithTag, runKeys } from './api.ts';
import { changeMany } from './change-many.ts';
import type { Selection } from './selection.ts';
import { type BackChange, undoOfTag } from './undo-of.ts';

const REASONS_SHOWN = 4;

const DONE: Readonly<Record<Lifecycle, string>> = { active: 'restored', archived: 'archived', trashed: 'moved to the trash' };

export interface Progress {
	readonly title: string;
	readonly done: number;
	readonly total: number;
}

interface BulkChangesOptions {
	readonly workspace: string;
	readonly selection: Selection;
	/** Of the list: what "all" means. */
	readonly search: RunSearch;
	/** Those of the chosen runs that are in memory. */
	readonly runOf: (id: string) => Run | null;
	/** Something was changed: the list is read again. */
	readonly onChanged: () => void;
}

export function useBulkChanges({ workspace, selection, search, runOf, onChanged }: BulkChangesOptions) {
	const note = useNotes();
	const queries = useQueryClient();
	const [progress, setProgress] = useState<Progress | null>(null);
	const isStopped = useRef(false);

	const readAgain = () => {
		onChanged();
		// Sums follow the stream at their leisure: who changed something counts the runs at once.
		void queries.invalidateQueries({ queryKey: runKeys.summaries });
		void queries.invalidateQueries({ queryKey: runKeys.groups });
	};
	const fail = (error: unknown) => {
		const { message, hint } = describeError(error);
		note({ title: message, text: hint, intent: 'error' });
	};
	const working = async <T>(title: string, total: number, work: (onProgress: (done: number) => void) => Promise<T>): Promise<T> => {
		isStopped.current = false;
		setProgress({ title, done: 0, total });
		try {
			return await work((done) => setProgress({ title, done, total }));
		} finally {
			setProgress(null);
		}
	};
	const send = (how: RunsChange, some: readonly string[]) =>
		working('Changing', some.length, (onProgress) =>
			changeMany(
				some,
				(batch) => changeRuns(workspace, batch, how),
				onProgress,
				() => isStopped.current,
			),
		);
	const takeBack = async (changes: readonly BackChange[]) => {
		for (const { runs, change } of changes) {
			const { error } = await send(change, runs);
			if (error === null) continue;
			fail(error);
			break;
		}
		readAgain();
	};
	const change = async (ids: readonly string[], how: RunsChange, done: string, undo?: readonly BackChange[]) => {
		const { changed, failed, freedBytes, reasons, moved, error, leftCount } = await send(how, ids);
		const freed = how.type === 'purge' ? ` ${formatBytes(freedBytes)} came free.` : '';
		const left = leftCount > 0 ? `, ${formatCount(leftCount)} left as they are` : '';
		const back =
			how.type === 'lifecycle'
				? [...moved].map(([from, runs]): BackChange => ({ runs, change: { type: 'lifecycle', lifecycle: from, alone: true } }))
				: undo;
		// Where nothing came of it, why is all there is to tell.
		if (error !== null && changed + failed === 0) return fail(error);
		note({
			title: `${formatCount(changed)} ${changed === 1 ? 'run' : 'runs'} ${done}${failed > 0 ? `, ${formatCount(failed)} not` : ''}${left}.${freed}`,
			intent: failed > 0 || leftCount > 0 ? 'warning' : 'success',
			...(reasons.length > 0 && {
				text: [...reasons.slice(0, REASONS_SHOWN), ...(reasons.length > REASONS_SHOWN ? ['…'] : [])].join('\n'),
			}),
			...(back !== undefined && changed > 0 && { undo: () => void takeBack(back) }),
		});
		if (error !== null) fail(error);
		else if (how.type === 'purge' || how.type === 'lifecycle') selection.set([]);
		readAgain();
	};
	return {
		progress,
		stop: () => {
			isStopped.current = true;
		},
		async selectAll(total: number) {
			try {
				const all = await working('Choosing', total, (onProgress) => readAllIds(search, onProgress, () => isStopped.current));
				selection.set(all, isStopped.current ? null : search);
			} catch (error) {
				fail(error);
			}
		},
		cancel: (ids: readonly string[]) => change(ids, { type: 'cancel' }, 'cancelled'),
		purge: (ids: readonly string[]) => change(ids, { type: 'purge' }, 'deleted for good'),
		move: (ids: readonly string[], to: Lifecycle) => change(ids, { type: 'lifecycle', lifecycle: to }, DONE[to]),
		async tag(ids: readonly string[], key: string, value: Tags[string]) {
			const held = ids.flatMap((id) => runOf(id) ?? []);
			const others = ids.filter((id) => runOf(id) === null);
			try {
				// What is not in memory is read as it was, so that it can be put back.
				const read = await working('Reading', others.length, (onProgress) =>
					readRunsWithTag(workspace, others, key, onProgress, () => isStopped.current),
				);
				if (isStopped.current) return;
				await change(ids, { type: 'tag', tags: { [key]: value } }, 'tagged', undoOfTag([...held, ...read], key));
			} catch (error) {
				fail(error);
			}
		},
	};
}
