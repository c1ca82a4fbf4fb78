/** Values of runs in the columns that charts are drawn over. */
import { isTerminal, type MetricStatistic, type Run } from '@runstead/contract';
import type { NumberMeaning } from '../../shared/charts/axis-scale.ts';
import { numberOrNull } from '../../shared/format/numbers.ts';
import { metricValue } from '../runs/run-columns.tsx';
import { METRIC_COLUMN, TEXT_COLUMN } from '../runs/run-search.ts';

const TIMES = { created: 'createdTime', started: 'startTime', ended: 'endTime' } as const;
const TEXTS = {
	name: 'displayName',
	status: 'status',
	experiment: 'experimentName',
	target: 'target',
	submittedBy: 'submittedBy',
	id: 'id',
} as const;

/** The text in a column, as people read it; null where the run has nothing there. */
export function textOf(run: Run, column: string): string | null {
	const key = TEXTS[column as keyof typeof TEXTS];
	if (key !== undefined) return run[key];
	const [, kind, name] = TEXT_COLUMN.exec(column) ?? [];
	if (name !== undefined) return run[kind as 'params' | 'tags' | 'properties'][name] ?? null;
	const number = numberOf(run, column);
	return number === null ? null : String(number);
}

/** The number in a column; null where there is none, or none that can be placed on an axis. */
export function numberOf(run: Run, column: string): number | null {
	const number = rawNumberOf(run, column);
	return number === null || !Number.isFinite(number) ? null : number;
}

function rawNumberOf(run: Run, column: string): number | null {
	const [, metric, statistic] = METRIC_COLUMN.exec(column) ?? [];
	if (metric !== undefined) return numberOrNull(metricValue(run, metric, statistic as MetricStatistic));
	if (column === 'number') return run.number;
	if (column === 'duration') {
		if (run.startTime === null) return null;
		const end = run.endTime === null ? (isTerminal(run.status) ? null : Date.now()) : Date.parse(run.endTime);
		return end === null ? null : (end - Date.parse(run.startTime)) / 1000;
	}
	const time = TIMES[column as keyof typeof TIMES];
	if (time !== undefined) return run[time] === null ? null : Date.parse(run[time]);
	const text = TEXT_COLUMN.test(column) ? textOf(run, column) : null;
	return text === null || text.trim() === '' ? null : Number(text);
}

/** Runs by what they have in common in a column, the most first; those that have nothing there last. */
export function groupRuns(runs: readonly Run[], column: string): { readonly label: string; readonly runs: readonly Run[] }[] {
	const groups = new Map<string | null, Run[]>();
	for (const run of runs) {
		const value = textOf(run, column);
		const group = groups.get(value);
		if (group === undefined) groups.set(value, [run]);
		else group.push(run);
	}
	return [...groups]
		.sort(
			([a, left], [b, right]) =>
				Number(a === null) - Number(b === null) || right.length - left.length || String(a).localeCompare(String(b)),
		)
		.map(([value, members]) => ({ label: value ?? 'no value', runs: members }));
}

/** What the numbers of a column mean. */
export function meaningOf(column: string): NumberMeaning {
	if (column === 'duration') return 'seconds';
	return column in TIMES ? 'time' : 'number';
}
