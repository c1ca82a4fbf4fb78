/** The columns that a list of runs can show: what every run has, and what the loaded runs logged. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { isTerminal, type MetricStatistic, type Run, type WireValue } from '@runstead/contract';
import type { ReactNode } from 'react';
import { Moment } from '../../shared/format/moment.tsx';
import { formatExact, formatNumber, formatPercent, formatValue } from '../../shared/format/numbers.ts';
import { DataLineRegular, DocumentTextRegular } from '../../shared/icons.ts';
import type { TableColumn } from '../../shared/table/table-column.ts';
import { TextCell } from '../../shared/table/text-cell.tsx';
import { ownTags } from '../../shared/text/own-tags.ts';
import { ExperimentLink } from '../experiments/experiment-link.tsx';
import { RunDuration } from './run-duration.tsx';
import { RunLink } from './run-link.tsx';
import { RunProgress } from './run-progress.tsx';
import { METRIC_COLUMN, quoted, TEXT_COLUMN } from './run-search.ts';
import { RunStatusLabel } from './run-status.tsx';
import { TagList } from './tag-list.tsx';

export type RunColumn = TableColumn<Run>;

export interface ColumnChoice {
	readonly id: string;
	readonly label: string;
}

/** Metrics shown while nobody has chosen. */
const DEFAULT_METRICS = 3;

/** The course of a metric, drawn. */
export const SPARK_COLUMN = 'spark';

const useStyles = makeStyles({
	// Over the end of a long name, while the row is pointed at or has the focus: otherwise the whole cell is the name's.
	ways: {
		display: 'inline-flex',
		position: 'absolute',
		right: 0,
		top: 0,
		bottom: 0,
		alignItems: 'center',
		paddingLeft: tokens.spacingHorizontalS,
		backgroundColor: 'inherit',
		opacity: 0,
		pointerEvents: 'none',
		'[data-row]:hover &': { opacity: 1, pointerEvents: 'auto' },
		'[data-row]:focus-within &': { opacity: 1, pointerEvents: 'auto' },
	},
	name: {
		display: 'flex',
		alignItems: 'center',
		position: 'relative',
		flexGrow: 1,
		minWidth: 0,
		height: '100%',
		backgroundColor: 'inherit',
	},
	way: { display: 'inline-flex', padding: '4px', fontSize: '16px', color: tokens.colorNeutralForeground3 },
});

const ATTRIBUTES: readonly RunColumn[] = [
	{ id: 'name', header: 'Run', widthPx: 184, grows: true, orderBy: 'displayName', cell: (run) => <RunName run={run} /> },
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
		cell: (run) => (
			<>
				<RunStatusLabel status={run.status} title={run.statusReason ?? undefined} />
				{run.progress !== null && !isTerminal(run.status) && (
					<span style={{ marginLeft: '6px', fontVariantNumeric: 'tabular-nums' }}>
						{formatPercent(run.progress.done, run.progress.total)}
					</span>
				)}
			</>
		),
	},
	{
		id: 'experiment',
		header: 'Experiment',
		widthPx: 136,
		orderBy: 'experimentName',
		cell: (run) => <ExperimentLink workspace={run.workspaceName} id={run.experimentId} name={run.experimentName} />,
	},
	{ id: 'created', header: 'Created', widthPx: 96, orderBy: 'createdTime', cell: (run) => <Moment time={run.createdTime} /> },
	{ id: 'started', header: 'Started', widthPx: 96, orderBy: 'startTime', cell: (run) => <Moment time={run.startTime} /> },
	{ id: 'ended', header: 'Ended', widthPx: 96, orderBy: 'endTime', cell: (run) => <Moment time={run.endTime} /> },
	{ id: 'duration', header: 'Duration', widthPx: 92, isNumeric: true, orderBy: 'durationMs', cell: (run) => <RunDuration run={run} /> },
	{ id: 'progress', header: 'Progress', widthPx: 188, cell: (run) => <RunProgress run={run} /> },
	{ id: 'tags', header: 'Tags', widthPx: 180, cell: (run) => <TagList tags={ownTags(run.tags)} /> },
	{ id: 'submittedBy', header: 'Submitted by', widthPx: 120, orderBy: 'submittedBy', cell: (run) => run.submittedBy },
	{ id: 'target', header: 'Compute', widthPx: 96, orderBy: 'target', cell: (run) => run.target ?? '' },
	{
		id: 'description',
		header: 'Description',
		widthPx: 200,
		orderBy: 'description',
		cell: (run) => <ValueCell text={run.description} isThere />,
	},
	{ id: 'origin', header: 'Origin', title: 'The door it came through', widthPx: 88, orderBy: 'origin', cell: (run) => run.origin },
	{ id: 'type', header: 'Type', widthPx: 96, orderBy: 'type', cell: (run) => run.type },
	{ id: 'id', header: 'Run id', widthPx: 280, orderBy: 'id', cell: (run) => <RunLink run={run} text={run.id} /> },
];

/** The name, and beside it what the row leads to: metrics, logs. */
export function RunName({ run, pencil }: { readonly run: Run; readonly pencil?: ReactNode }) {
	const styles = useStyles();
	return (
		<span className={styles.name}>
			<RunLink run={run} />
			<span className={styles.ways} data-ways="">
				{pencil}
				<RunLink run={run} tab="metrics" title="Metrics" className={styles.way}>
					<DataLineRegular />
				</RunLink>
				<RunLink run={run} tab="files" title="Logs" className={styles.way}>
					<DocumentTextRegular />
				</RunLink>
			</span>
		</span>
	);
}

const DEFAULT_ATTRIBUTES = ['name', 'number', 'status', 'experiment', 'started', 'duration', 'progress'];

export function metricValue(run: Run, name: string, statistic: MetricStatistic): WireValue | undefined {
	const own = run.metrics[name];
	if (own !== undefined) return Object.values(own.columns)[0]?.[statistic];
	// A column of a row or table: `metric.column`.
	const metric = Object.values(run.metrics).find((one) => name.startsWith(`${one.name}.`));
	return metric?.columns[name.slice(metric.name.length + 1)]?.[statistic];
}

function metricColumn(name: string, statistic: MetricStatistic): RunColumn {
	return {
		id: `metrics.${name}.${statistic}`,
		header: statistic === 'last' ? name : `${name} (${statistic})`,
		title: `${name}, ${statistic} value`,
		widthPx: 104,
		isNumeric: true,
		orderBy: `metrics.${quoted(name)}.${statistic}`,
		cell: (run) => {
			const value = metricValue(run, name, statistic);
			return <span title={formatExact(value)}>{formatValue(value)}</span>;
		},
	};
}

const KIND_NAMES = { params: 'Param', tags: 'Tag', properties: 'Property' } as const;

function textColumn(kind: keyof typeof KIND_NAMES, key: string, sample: Run | null): RunColumn {
	const text = sample?.[kind][key];
	return {
		id: `${kind}.${key}`,
		header: key,
		title: `${KIND_NAMES[kind]} ${key}`,
		widthPx: 104,
		orderBy: `${kind}.${quoted(key)}`,
		isNumeric: isNumberText(text),
		cell: (run) => <ValueCell text={run[kind][key]} isThere={key in run[kind]} />,
	};
}

/** Numbers stand right, words left; a tag that is a key alone is a tick. */
function ValueCell({ text, isThere }: { readonly text: string | null | undefined; readonly isThere: boolean }) {
	if (text === null || text === undefined) return <span>{isThere ? '✓' : ''}</span>;
	if (isNumberText(text)) {
		return (
			<span title={text} style={{ marginLeft: 'auto', fontVariantNumeric: 'tabular-nums' }}>
				{formatNumber(Number(text))}
			</span>
		);
	}
	return <TextCell text={text} />;
}

function isNumberText(text: string | null | undefined): boolean {
	return typeof text === 'string' && text.trim() !== '' && Number.isFinite(Number(text));
}

/** The column of an id as it stands in addresses; null for one that means nothing. A column of texts stands right where the sample has a number. */
export function columnOf(id: string, sample: Run | null = null): RunColumn | null {
	const attribute = ATTRIBUTES.find((column) => column.id === id);
	if (attribute !== undefined) return attribute;
	const metric = METRIC_COLUMN.exec(id);
	if (metric?.[1] !== undefined) return metricColumn(metric[1], metric[2] as MetricStatistic);
	const text = TEXT_COLUMN.exec(id);
	return text?.[2] === undefined ? null : textColumn(text[1] as keyof typeof KIND_NAMES, text[2], sample);
}

/** Columns of a list of runs while nobody has chosen, from the names that its newest runs mostly have. */
export function usualColumns(common: readonly string[], hidden: readonly string[] = []): string[] {
	const attributes = ['name', 'number', 'status', 'experiment', 'started', 'duration'].filter((id) => !hidden.includes(id));
	const spark = common.length > 0 ? [SPARK_COLUMN] : [];
	return [...attributes, ...common.slice(0, DEFAULT_METRICS).map((name) => `metrics.${name}.last`), ...spark, 'target', 'tags'];
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

/** What every run has, for choosing. */
export const ATTRIBUTE_CHOICES: readonly ColumnChoice[] = ATTRIBUTES.slice(1).map((column) => ({
	id: column.id,
	label: column.title ?? column.header,
}));

/** Keys by how many runs have them, the most first, equals by name. */
function countKeys(runs: readonly Run[], keysOf: (run: Run) => string[]): string[] {
	const counts = new Map<string, number>();
	for (const run of runs) for (const key of keysOf(run)) counts.set(key, (counts.get(key) ?? 0) + 1);
	return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([key]) => key);
}
