/** The metrics of a run: single values written out, the rest as charts in sections, all of it moving while the run logs. */
import { Button, makeStyles, Text, tokens, useEventCallback } from '@fluentui/react-components';
import { isTerminal, type MetricSummary, type Run } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useOnScreen } from '../../shared/charts/use-on-screen.ts';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import type { RunMark } from '../runs/run-marks.ts';
import { useRunMarks } from '../runs/use-run-marks.ts';
import { metricsQuery } from './api.ts';
import type { ChartView } from './chart-view.ts';
import { FullMetric } from './full-metric.tsx';
import { MetricControls, type MetricSearch } from './metric-controls.tsx';
import { sectionsOf, shapeOf } from './metric-shape.ts';
import { MetricValues } from './metric-values.tsx';
import { MetricView } from './metric-view.tsx';
import { isOfSystem, systemSections } from './system-metrics.ts';
import { useLiveMetrics } from './use-live-metrics.ts';

/** Charts of a section drawn before the reader asks for more. */
const CHARTS_AT_FIRST = 60;
/** A guess at the room of charts that are not drawn yet. */
const CHARTS_IN_ROW = 2;
const CHART_HEIGHT_PX = 258;

const useStyles = makeStyles({
	root: {
		display: 'flex',
		flexDirection: 'column',
		gap: tokens.spacingVerticalM,
		flexGrow: 1,
		minHeight: 0,
		overflowY: 'auto',
		padding: tokens.spacingHorizontalL,
		scrollbarGutter: 'stable',
	},
	section: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
	grid: {
		display: 'grid',
		gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 400px), 1fr))',
		gap: tokens.spacingHorizontalM,
		alignItems: 'start',
	},
});

interface RunMetricsProps {
	readonly run: Run;
	readonly search: MetricSearch;
	readonly onSearch: (change: Partial<MetricSearch>) => void;
	/** What the agent measures of the machine, in place of what the run logs. */
	readonly isSystem?: boolean;
}

export function RunMetrics({ run, search, onSearch, isSystem = false }: RunMetricsProps) {
	const query = useQuery(metricsQuery(run.id));
	const marks = useRunMarks(run);
	useLiveMetrics(run.id);
	const all = query.data;
	const summaries = useMemo(() => (all ?? []).filter((summary) => isOfSystem(summary.name) === isSystem), [all, isSystem]);
	return (
		<QueryState query={query} label="metrics">
			{() => {
				if (summaries.length === 0) return isSystem ? <NoSystemMetrics /> : <NoMetrics isLive={!isTerminal(run.status)} />;
				return <ShownMetrics run={run} summaries={summaries} search={search} onSearch={onSearch} isSystem={isSystem} marks={marks} />;
			}}
		</QueryState>
	);
}

interface ShownMetricsProps extends RunMetricsProps {
	readonly summaries: readonly MetricSummary[];
	readonly isSystem: boolean;
	readonly marks: readonly RunMark[];
}

function ShownMetrics({ run, summaries, search, onSearch, isSystem, marks }: ShownMetricsProps) {
	const styles = useStyles();
	const wanted = search.metric?.toLowerCase() ?? '';
	const found = useMemo(() => summaries.filter((summary) => summary.name.toLowerCase().includes(wanted)), [summaries, wanted]);
	const values = found.filter((summary) => shapeOf(summary).as === 'value');
	const sections = useMemo(() => {
		const charts = found.filter((summary) => shapeOf(summary).as !== 'value');
		return isSystem ? systemSections(charts) : sectionsOf(charts);
	}, [found, isSystem]);
	// Of a machine one asks when, not at which step.
	const defaultX = isSystem ? 'relative' : 'step';
	const { startTime } = run;
	const view: ChartView = useMemo(
		() => ({
			x: search.x ?? defaultX,
			isLog: search.log ?? false,
			isLogX: search.logX ?? false,
			smoothing: search.smoothing ?? 0,
			marks,
			startMs: startTime === null ? null : Date.parse(startTime),
		}),
		[search.x, search.log, search.logX, search.smoothing, defaultX, marks, startTime],
	);
	const full = search.full === undefined ? undefined : summaries.find((summary) => summary.name === search.full);
	const fullShape = full && shapeOf(full);
	const open = useEventCallback((name: string) => onSearch({ full: name }));
	const hasLines = summaries.some((summary) => shapeOf(summary).as === 'line');
	return (
		<div className={styles.root}>
			{full !== undefined && fullShape?.as === 'line' && (
				<FullMetric run={run.id} summary={full} column={fullShape.column} view={view} onClose={() => onSearch({ full: undefined })} />
			)}
			<MetricControls
				search={{ ...search, x: view.x }}
				onSearch={onSearch}
				count={summaries.length}
				found={found.length}
				hasLines={hasLines}
			/>
			{values.length > 0 && <MetricValues summaries={values} />}
			{sections.map(({ section, metrics }, index) => (
				<Section key={section} title={section} run={run.id} metrics={metrics} view={view} isFirst={index === 0} onOpen={open} />
			))}
		</div>
	);
}

function Section({
	title,
	run,
	metrics,
	view,
	isFirst,
	onOpen,
}: {
	readonly title: string;
	readonly run: string;
	readonly metrics: readonly MetricSummary[];
	readonly view: ChartView;
	/** The page begins with it: nobody waits until it was seen to be on screen. */
	readonly isFirst: boolean;
	readonly onOpen: (name: string) => void;
}) {
	const styles = useStyles();
	const [shown, setShown] = useState(CHARTS_AT_FIRST);
	const [ref, isOnScreen] = useOnScreen();
	const [wasOnScreen, setWasOnScreen] = useState(isFirst);
	if (isOnScreen && !wasOnScreen) setWasOnScreen(true);
	const charts = metrics.slice(0, shown);
	return (
		<section ref={ref} className={styles.section} aria-label={title || 'Metrics'}>
			{title !== '' && (
				<Text as="h2" weight="semibold">
					{title}
				</Text>
			)}
			{wasOnScreen ? (
				<div className={styles.grid}>
					{charts.map((summary) => (
						<MetricView key={summary.name} run={run} summary={summary} view={view} isAlone={metrics.length === 1} onOpen={onOpen} />
					))}
				</div>
			) : (
				// A run may have thousands of sections: those that nobody has come to take room, and nothing else.
				<div style={{ height: Math.ceil(charts.length / CHARTS_IN_ROW) * CHART_HEIGHT_PX }} />
			)}
			{metrics.length > shown && (
				<Button onClick={() => setShown(shown + CHARTS_AT_FIRST)}>Show {Math.min(CHARTS_AT_FIRST, metrics.length - shown)} more</Button>
			)}
		</section>
	);
}

function NoSystemMetrics() {
	return (
		<EmptyState title="Nothing was measured of the machine">
			While a job runs, its agent measures processor, memory, disk, network and GPUs every few seconds. Runs that are started elsewhere, and
			jobs that end at once, have none.
		</EmptyState>
	);
}

function NoMetrics({ isLive }: { readonly isLive: boolean }) {
	return (
		<EmptyState
			title={isLive ? 'No metrics yet' : 'This run logged no metrics'}
			code={'run.log("loss", 0.25, step=1)\nrun.log_row("rates", learning=0.1, decay=0.01)\nrun.log_list("fibonacci", [1, 1, 2, 3, 5])\n'}
		>
			{isLive
				? 'A chart appears here with the first value, and moves with each that follows.'
				: 'Metrics can be logged to a run that has ended, too.'}
		</EmptyState>
	);
}
