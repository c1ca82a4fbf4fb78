/** The columns that a list of runs can show: what every run has, and what the loaded runs logged. */
import type { Run } from '@runstead/contract';
import { Moment } from '../../shared/format/moment.tsx';
import { formatExact, formatValue } from '../../shared/format/numbers.ts';
import type { TableColumn } from '../../shared/table/table-column.ts';
import { ExperimentLink } from '../experiments/experiment-link.tsx';
import { RunDuration } from './run-duration.tsx';
import { RunLink } from './run-link.tsx';
import { RunProgress } from './run-progress.tsx';
import { RunStatusLabel } from './run-status.tsx';
import { TagList } from './tag-list.tsx';

export type RunColumn = TableColumn<Run>;

export interface ColumnChoice {
	readonly id: string;
	readonly label: string;
}

/** Metrics shown while nobody has chosen. */
const DEFAULT_METRICS = 3;
/** Columns offered of each kind, so that the chooser stays readable. */
const OFFERED_MAX = 100;

const ATTRIBUTES: readonly RunColumn[] = [
	{ id: 'name', header: 'Run', widthPx: 184, grows: true, orderBy: 'displayName', cell: (run) => <RunLink run={run} /> },
	{
		id: 'number',
		header: '#',
		title: 'Number within the experiment',
		widthPx: 56,
		isNumeric: true,
		orderBy: 'number',
		cell: (run) => <RunLink run={run} text={String(run.number)} />,
	},
	{
		id: 'status',
		header: 'Status',
		widthPx: 136,
		orderBy: 'status',
		cell: (run) => <RunStatusLabel status={run.status} title={run.statusReason ?? undefined} />,
	},
	{
		id: 'experiment',
		header: 'Experiment',
		widthPx: 136,
		cell: (run) => <ExperimentLink workspace={run.workspaceName} id={run.experimentId} name={run.experimentName} />,
	},
	{ id: 'created', header: 'Created', widthPx: 96, orderBy: 'createdTime', cell: (run) => <Moment time={run.createdTime} /> },
	{ id: 'started', header: 'Started', widthPx: 96, orderBy: 'startTime', cell: (run) => <Moment time={run.startTime} /> },
	{ id: 'ended', header: 'Ended', widthPx: 96, orderBy: 'endTime', cell: (run) => <Moment time={run.endTime} /> },
	{ id: 'duration', header: 'Duration', widthPx: 76, isNumeric: true, orderBy: 'durationMs', cell: (run) => <RunDuration run={run} /> },
	{ id: 'progress', header: 'Progress', widthPx: 188, cell: (run) => <RunProgress run={run} /> },
	{ id: 'tags', header: 'Tags', widthPx: 180, cell: (run) => <TagList tags={run.tags} /> },
	{ id: 'submittedBy', header: 'Submitted by', widthPx: 120, orderBy: 'submittedBy', cell: (run) => run.submittedBy },
	{ id: 'target', header: 'Compute', widthPx: 96, orderBy: 'target', cell: (run) => run.target ?? '' },
	{ id: 'type', header: 'Type', widthPx: 96, orderBy: 'type', cell: (run) => run.type },
	{ id: 'id', header: 'Run id', widthPx: 280, orderBy: 'id', cell: (run) => <RunLink run={run} text={run.id} /> },
];

const DEFAULT_ATTRIBUTES = ['name', 'number', 'status', 'experiment', 'started', 'duration', 'progress'];
const STATISTICS = ['last', 'min', 'max'] as const;
type Statistic = (typeof STATISTICS)[number];

/** A name as a filter or an order writes it. */
function quoted(name: string): string {
	return `"${name.replaceAll('"', '""')}"`;
}

function metricColumn(name: string, statistic: Statistic): RunColumn {
	return {
		id: `metrics.${name}.${statistic}`,
		header: statistic === 'last' ? name : `${name} (${statistic})`,
		title: `${name}, ${statistic} value`,
		widthPx: 104,
		isNumeric: true,
		orderBy: `metrics.${quoted(name)}.${statistic}`,
		cell: (run) => {
			const metric = run.metrics[name];
			const value = metric && Object.values(metric.columns)[0]?.[statistic];
			return <span title={formatExact(value)}>{formatValue(value)}</span>;
		},
	};
}

function textColumn(kind: 'params' | 'tags', key: string): RunColumn {
	return {
		id: `${kind}.${key}`,
		header: key,
		title: `${kind === 'params' ? 'Param' : 'Tag'} ${key}`,
		widthPx: 104,
		orderBy: `${kind}.${quoted(key)}`,
		cell: (run) => <span title={run[kind][key] ?? undefined}>{run[kind][key] ?? (key in run[kind] ? '✓' : '')}</span>,
	};
}

/** The column of an id as it stands in addresses; null for one that means nothing. */
export function columnOf(id: string): RunColumn | null {
	const attribute = ATTRIBUTES.find((column) => column.id === id);
	if (attribute !== undefined) return attribute;
	const metric = /^metrics\.(.+)\.(last|min|max)$/.exec(id);
	if (metric?.[1] !== undefined) return metricColumn(metric[1], metric[2] as Statistic);
	const text = /^(params|tags)\.(.+)$/.exec(id);
	return text?.[2] === undefined ? null : textColumn(text[1] as 'params' | 'tags', text[2]);
}

/** Columns while nobody has chosen: what runs have, the metrics that most of the loaded ones logged as numbers; none that would be empty. */
export function defaultColumns(runs: readonly Run[], hidden: readonly string[] = []): string[] {
	const metrics = countKeys(runs, (run) =>
		Object.values(run.metrics)
			.filter((metric) => metric.kind === 'scalar' && typeof Object.values(metric.columns)[0]?.last === 'number')
			.map((metric) => metric.name),
	);
	const shown = metrics.slice(0, DEFAULT_METRICS).map((name) => `metrics.${name}.last`);
	const isUseless = (id: string) => id === 'progress' && runs.every((run) => run.progress === null);
	const tags = runs.some((run) => Object.keys(run.tags).length > 0) ? ['tags'] : [];
	return [...DEFAULT_ATTRIBUTES.filter((id) => !hidden.includes(id) && !isUseless(id)), ...shown, ...tags];
}

/** Everything that can be chosen, by group. */
export function offeredColumns(runs: readonly Run[]): { readonly group: string; readonly choices: ColumnChoice[] }[] {
	const metrics = countKeys(runs, (run) =>
		Object.values(run.metrics)
			.filter((metric) => metric.kind === 'scalar')
			.map((metric) => metric.name),
	);
	const groups = [
		{ group: 'Run', choices: ATTRIBUTES.slice(1).map((column) => ({ id: column.id, label: column.title ?? column.header })) },
		{
			group: 'Metrics',
			choices: metrics.flatMap((name) =>
				STATISTICS.map((statistic) => ({ id: `metrics.${name}.${statistic}`, label: `${name} (${statistic})` })),
			),
		},
		{ group: 'Params', choices: countKeys(runs, (run) => Object.keys(run.params)).map((key) => ({ id: `params.${key}`, label: key })) },
		{ group: 'Tags', choices: countKeys(runs, (run) => Object.keys(run.tags)).map((key) => ({ id: `tags.${key}`, label: key })) },
	];
	return groups
		.filter(({ choices }) => choices.length > 0)
		.map(({ group, choices }) => ({ group, choices: choices.slice(0, OFFERED_MAX) }));
}

/** Keys by how many runs have them, the most first, equals by name. */
function countKeys(runs: readonly Run[], keysOf: (run: Run) => string[]): string[] {
	const counts = new Map<string, number>();
	for (const run of runs) for (const key of keysOf(run)) counts.set(key, (counts.get(key) ?? 0) + 1);
	return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([key]) => key);
}
