/** What runs have side by side: a row a param, metric, tag, property or attribute, with how each differs from the baseline's. */
import { type Direction, type MetricStatistic, type Run, SYSTEM_METRIC_PREFIX, type WireValue } from '@runstead/contract';
import { formatExact, formatValue, numberOrNull } from '../../shared/format/numbers.ts';
import { formatDuration } from '../../shared/format/times.ts';
import { likelyDirection } from './likely-direction.ts';

export interface CompareCell {
	/** Empty where the run has nothing there. */
	readonly text: string;
	/** Every digit, for a hover. */
	readonly exact: string;
	/** Its number less the baseline's; null for the baseline itself, and where either is no number. */
	readonly delta: number | null;
	/** Whether that is for the better; null where nobody has said which way is better, or it is the same. */
	readonly isBetter: boolean | null;
	/** Nobody has said which way is better: it is taken from the metric's name. */
	readonly isGuess?: boolean;
}

export interface CompareRow {
	readonly key: string;
	readonly name: string;
	readonly cells: readonly CompareCell[];
	readonly isDifferent: boolean;
}

export interface CompareGroup {
	readonly name: string;
	/** What differs from run to run whatever is done: shown only with all. */
	readonly isIncidental?: boolean;
	readonly rows: readonly CompareRow[];
}

interface Value {
	readonly text: string;
	readonly exact: string;
	readonly number: number | null;
}

const NOTHING: Value = { text: '', exact: '', number: null };
const STATISTICS = ['last', 'min', 'max'] as const satisfies readonly MetricStatistic[];

/** The first run is the baseline. */
export function compareRuns(runs: readonly Run[]): CompareGroup[] {
	const groups = [
		{ name: 'Run', rows: attributeRows(runs) },
		compareTexts(
			'Params',
			runs.map(({ params }) => params),
		),
		{ name: 'Metrics', rows: metricRows(runs, (name) => !name.startsWith(SYSTEM_METRIC_PREFIX)) },
		compareTexts(
			'Tags',
			runs.map(({ tags }) => tags),
		),
		compareTexts(
			'Properties',
			runs.map(({ properties }) => properties),
		),
		{ name: 'Machine', rows: metricRows(runs, (name) => name.startsWith(SYSTEM_METRIC_PREFIX)), isIncidental: true },
	];
	return groups.filter(({ rows }) => rows.length > 0);
}

/** Rows that differ, or all, whose name has a text in it. */
export function shownGroups(groups: readonly CompareGroup[], isAll: boolean, find: string): CompareGroup[] {
	const sought = find.trim().toLowerCase();
	return groups
		.filter(({ isIncidental }) => isAll || isIncidental !== true)
		.map(({ name, rows }) => ({
			name,
			rows: rows.filter((row) => (isAll || row.isDifferent) && row.name.toLowerCase().includes(sought)),
		}))
		.filter(({ rows }) => rows.length > 0);
}

/** Texts by key of each run, the baseline first. */
export function compareTexts(name: string, texts: readonly Readonly<Record<string, string | null>>[]): CompareGroup {
	const keys = [...new Set(texts.flatMap((one) => Object.keys(one)))].sort((a, b) => a.localeCompare(b));
	const rows = keys.map((key) =>
		rowOf(
			`${name.toLowerCase()}.${key}`,
			key,
			// A tag may be a key alone.
			texts.map((one) => (key in one ? textValue(one[key] ?? '✓') : NOTHING)),
			null,
		),
	);
	return { name, rows };
}

function attributeRows(runs: readonly Run[]): CompareRow[] {
	const text = (key: string, name: string, read: (run: Run) => string | null) =>
		rowOf(
			`run.${key}`,
			name,
			runs.map((run) => textValue(read(run))),
			null,
		);
	return [
		text('status', 'Status', ({ status }) => status),
		text('experiment', 'Experiment', ({ experimentName }) => experimentName),
		rowOf('run.duration', 'Duration', runs.map(durationOf), null),
		text('target', 'Compute', ({ target }) => target),
		text('submittedBy', 'Submitted by', ({ submittedBy }) => submittedBy),
		text('snapshot', 'Snapshot', ({ snapshotId }) => snapshotId),
		text('script', 'Script', ({ job }) => job?.script ?? job?.command?.join(' ') ?? null),
		text('arguments', 'Arguments', ({ job }) => job?.arguments?.join(' ') ?? null),
	];
}

function durationOf({ durationMs }: Run): Value {
	return durationMs === null ? NOTHING : { text: formatDuration(durationMs), exact: `${durationMs / 1000} s`, number: null };
}

function textValue(text: string | null | undefined): Value {
	if (text === null || text === undefined) return NOTHING;
	const number = text.trim() === '' ? Number.NaN : Number(text);
	return { text, exact: text, number: Number.isFinite(number) ? number : null };
}

function metricRows(runs: readonly Run[], isWanted: (name: string) => boolean): CompareRow[] {
	const names = [...new Set(runs.flatMap(({ metrics }) => Object.keys(metrics)))].filter(isWanted).sort((a, b) => a.localeCompare(b));
	return names.flatMap((name) => {
		const said = runs.map(({ metrics }) => metrics[name]?.direction).find((one) => one !== null && one !== undefined) ?? null;
		const columns = [...new Set(runs.flatMap(({ metrics }) => Object.keys(metrics[name]?.columns ?? {})))];
		return columns.flatMap((column) => {
			const title = column === name ? name : `${name}.${column}`;
			const direction = said ?? likelyDirection(title);
			const rows = STATISTICS.map((statistic) =>
				rowOf(
					`metrics.${title}.${statistic}`,
					statistic === 'last' ? title : `${title} (${statistic})`,
					runs.map(({ metrics }) => wireValue(metrics[name]?.columns[column]?.[statistic])),
					direction,
					said === null,
				),
			);
			// Of what was logged once, least and greatest say nothing more; texts have none.
			const isSeries = runs.some(({ metrics }) => (metrics[name]?.columns[column]?.numberCount ?? 0) > 1);
			return isSeries ? rows : rows.slice(0, 1);
		});
	});
}

function wireValue(value: WireValue | undefined): Value {
	return value === undefined || value === null
		? NOTHING
		: { text: formatValue(value), exact: formatExact(value), number: numberOrNull(value) };
}

function rowOf(key: string, name: string, values: readonly Value[], direction: Direction | null, isGuess = false): CompareRow {
	const [baseline = NOTHING] = values;
	const cells = values.map(({ text, exact, number }, index): CompareCell => {
		const delta = index === 0 || number === null || baseline.number === null ? null : finiteOrNull(number - baseline.number);
		const isBetter = delta === null || delta === 0 || direction === null ? null : direction === 'minimize' ? delta < 0 : delta > 0;
		return { text, exact, delta, isBetter, ...(isGuess && isBetter !== null && { isGuess }) };
	});
	return { key, name, cells, isDifferent: values.some(({ exact }) => exact !== baseline.exact) };
}

function finiteOrNull(number: number): number | null {
	return Number.isFinite(number) ? number : null;
}
