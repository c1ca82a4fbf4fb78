/** The metrics of a run: single values written out, the rest as charts in sections, all of it moving while the run logs. */
import { Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import { isTerminal, type MetricSummary, type Run } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { metricsQuery } from './api.ts';
import { MetricControls, type MetricSearch } from './metric-controls.tsx';
import { sectionsOf, shapeOf } from './metric-shape.ts';
import { MetricValues } from './metric-values.tsx';
import { MetricView } from './metric-view.tsx';
import type { ChartView } from './scalar-chart.tsx';
import { useLiveMetrics } from './use-live-metrics.ts';

/** Charts of a section drawn before the reader asks for more. */
const CHARTS_AT_FIRST = 60;

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
}

export function RunMetrics({ run, search, onSearch }: RunMetricsProps) {
	const query = useQuery(metricsQuery(run.id));
	useLiveMetrics(run.id);
	return (
		<QueryState query={query} label="metrics">
			{(summaries) =>
				summaries.length === 0 ? (
					<NoMetrics isLive={!isTerminal(run.status)} />
				) : (
					<ShownMetrics run={run} summaries={summaries} search={search} onSearch={onSearch} />
				)
			}
		</QueryState>
	);
}

function ShownMetrics({ run, summaries, search, onSearch }: RunMetricsProps & { readonly summaries: readonly MetricSummary[] }) {
	const styles = useStyles();
	const wanted = search.metric?.toLowerCase() ?? '';
	const found = useMemo(() => summaries.filter((summary) => summary.name.toLowerCase().includes(wanted)), [summaries, wanted]);
	const values = found.filter((summary) => shapeOf(summary).as === 'value');
	const sections = useMemo(() => sectionsOf(found.filter((summary) => shapeOf(summary).as !== 'value')), [found]);
	const view: ChartView = { x: search.x ?? 'step', isLog: search.log ?? false, smoothing: search.smoothing ?? 0 };
	const hasLines = summaries.some((summary) => shapeOf(summary).as === 'line');
	return (
		<div className={styles.root}>
			<MetricControls search={search} onSearch={onSearch} count={summaries.length} found={found.length} hasLines={hasLines} />
			{values.length > 0 && <MetricValues summaries={values} />}
			{sections.map(({ section, metrics }) => (
				<Section key={section} title={section} run={run.id} metrics={metrics} view={view} />
			))}
		</div>
	);
}

function Section({
	title,
	run,
	metrics,
	view,
}: {
	readonly title: string;
	readonly run: string;
	readonly metrics: readonly MetricSummary[];
	readonly view: ChartView;
}) {
	const styles = useStyles();
	const [shown, setShown] = useState(CHARTS_AT_FIRST);
	return (
		<section className={styles.section} aria-label={title || 'Metrics'}>
			{title !== '' && (
				<Text as="h2" weight="semibold">
					{title}
				</Text>
			)}
			<div className={styles.grid}>
				{metrics.slice(0, shown).map((summary) => (
					<MetricView key={summary.name} run={run} summary={summary} view={view} isAlone={metrics.length === 1} />
				))}
			</div>
			{metrics.length > shown && (
				<Button onClick={() => setShown(shown + CHARTS_AT_FIRST)}>Show {Math.min(CHARTS_AT_FIRST, metrics.length - shown)} more</Button>
			)}
		</section>
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
