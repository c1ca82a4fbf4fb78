/** What stands in the rows of a list of runs: runs, groups of them, and lines that say how reading went. */
import type { Run, RunGroup } from '@runstead/contract';
import type { ModelRow } from '../../shared/table/table-row.tsx';

export type RunRow =
	| { readonly kind: 'run'; readonly id: string; readonly run: Run }
	| { readonly kind: 'note'; readonly id: string; readonly text: string; readonly more: (() => void) | null }
	| {
			readonly kind: 'group';
			readonly id: string;
			readonly group: RunGroup;
			/** The field that its runs have in common. */
			readonly field: string;
			/** Its sums, by column. */
			readonly sums: ReadonlyMap<string, RunGroup['aggregates'][number]>;
	  };

export type RunModelRow = ModelRow<RunRow>;

/** Between the steps of a path in the tree. */
export const STEP = '\u001f';

/** The same row for the same run, so that only rows that changed are drawn again. */
const known = new WeakMap<Run, Map<string, RunModelRow>>();

export function modelOfRun(run: Run, depth: number, isTree: boolean, expanded: ReadonlySet<string>, path = run.id): RunModelRow {
	const isExpanded = expanded.has(path);
	const key = `${depth} ${isTree} ${isExpanded} ${path}`;
	const rows = known.get(run) ?? new Map<string, RunModelRow>();
	known.set(run, rows);
	const row = rows.get(key) ?? {
		id: run.id,
		path,
		depth,
		original: { kind: 'run' as const, id: run.id, run },
		getCanExpand: () => isTree && run.childCount > 0,
		getIsExpanded: () => isExpanded,
	};
	rows.set(key, row);
	return row;
}

interface Note {
	readonly note: string | null;
	readonly more: (() => void) | null;
}

export function modelOfNote(id: string, { note, more }: Note, depth: number): RunModelRow {
	return {
		id,
		depth,
		original: { kind: 'note', id, text: note ?? '', more },
		getCanExpand: () => false,
		getIsExpanded: () => false,
	};
}
