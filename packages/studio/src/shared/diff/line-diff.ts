/** Two texts side by side: equal lines at the same height, a changed line beside what it became. */
import { diffArrays } from 'diff';

export interface DiffRow {
	readonly kind: 'same' | 'changed' | 'left' | 'right';
	/** Null where the other side has a line more. */
	readonly left: string | null;
	readonly right: string | null;
}

export interface LineDiff {
	readonly rows: readonly DiffRow[];
	/** Rows at which a run of differences begins. */
	readonly changes: readonly number[];
	/** The texts differ in too much to be put beside each other in time: they are shown as one left, one right. */
	readonly isGivenUp: boolean;
}

/** A page that waits longer for a comparison seems broken. */
const DIFF_MS_MAX = 3_000;

/** @param keyOf What two lines must have in common to count as equal; the line itself if absent. */
export function diffLines(left: readonly string[], right: readonly string[], keyOf: (line: string) => string = (line) => line): LineDiff {
	const parts = diffArrays(left.map(keyOf), right.map(keyOf), { timeout: DIFF_MS_MAX });
	if (parts === undefined) return { ...rowsOf([{ removed: left.length, added: right.length }], left, right), isGivenUp: true };
	const steps: Step[] = [];
	for (const part of parts) {
		const last = steps.at(-1);
		const isDifference = part.added || part.removed;
		if (!isDifference) steps.push({ same: part.value.length });
		else if (last !== undefined && !('same' in last)) {
			steps[steps.length - 1] = {
				removed: last.removed + (part.removed ? part.value.length : 0),
				added: last.added + (part.added ? part.value.length : 0),
			};
		} else steps.push({ removed: part.removed ? part.value.length : 0, added: part.added ? part.value.length : 0 });
	}
	return { ...rowsOf(steps, left, right), isGivenUp: false };
}

type Step = { readonly same: number } | { readonly removed: number; readonly added: number };

function rowsOf(steps: readonly Step[], left: readonly string[], right: readonly string[]): Pick<LineDiff, 'rows' | 'changes'> {
	const rows: DiffRow[] = [];
	const changes: number[] = [];
	let [l, r] = [0, 0];
	for (const step of steps) {
		if ('same' in step) {
			for (let count = 0; count < step.same; count += 1) rows.push({ kind: 'same', left: left[l++] ?? '', right: right[r++] ?? '' });
			continue;
		}
		changes.push(rows.length);
		for (let count = 0; count < Math.max(step.removed, step.added); count += 1) {
			const a = count < step.removed ? (left[l++] ?? '') : null;
			const b = count < step.added ? (right[r++] ?? '') : null;
			rows.push({ kind: a === null ? 'right' : b === null ? 'left' : 'changed', left: a, right: b });
		}
	}
	return { rows, changes };
}

/** What of a log line tells what happened: times and numbers differ from run to run. */
export function withoutNumbers(line: string): string {
	return line.replaceAll(/\d+(?:[.,:]\d+)*(?:e[-+]?\d+)?/gi, '#');
}
