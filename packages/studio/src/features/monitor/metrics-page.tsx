/** The metrics explorer: several workspace metrics in a chart, each aggregated, filtered and split; shared by its address. */
import { Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import { useQueries, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { describeError } from '../../shared/api/describe-error.ts';
import { ChartCard } from '../../shared/charts/chart-card.tsx';
import { LineChart } from '../../shared/charts/line-chart.tsx';
import type { ChartMark, ChartRange } from '../../shared/charts/line-data.ts';
import { LineLegend } from '../../shared/charts/line-legend.tsx';
import { formatAbsolute } from '../../shared/format/times.ts';
import { AddRegular, ArrowDownloadRegular, DocumentTextRegular, PinRegular } from '../../shared/icons.ts';
import { ShareButton } from '../../shared/share-button.tsx';
import { PageTitle } from '../../shared/shell/page-title.tsx';
import { PageTrail } from '../../shared/shell/page-trail.tsx';
import { QueryState } from '../../shared/states/query-state.tsx';
import { metricDefinitionsQuery, metricQuery, recentAlertsQuery } from './api.ts';
import { logsOfMetric } from './logs-of-metric.ts';
import { csvOf, linesOf } from './metric-lines.ts';
import { type Definition, MetricRow } from './metric-row.tsx';
import { DEFAULT_RANGE, type MetricsSearch, type ShownMetric } from './metrics-search.ts';
import { PinnedCharts, usePinned } from './pinned-charts.tsx';
import { queryOfMetric } from './query-of-metric.ts';
import { RangeControls } from './range-controls.tsx';

const route = getRouteApi('/w/$workspace/monitor/metrics');
const CHART_PX = 320;
const FIRST: readonly ShownMetric[] = [{ metric: 'Started Runs' }, { metric: 'Failed Runs' }];

const useStyles = makeStyles({
	page: {
		display: 'flex',
		flexDirection: 'column',
		gap: tokens.spacingVerticalM,
		padding: `0 ${tokens.spacingHorizontalL} ${tokens.spacingVerticalXL}`,
		overflowY: 'auto',
		minHeight: 0,
	},
	rows: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS },
	add: { alignSelf: 'flex-start' },
	quiet: { color: tokens.colorNeutralForeground3 },
	bad: { color: tokens.colorPaletteRedForeground1 },
	empty: { padding: tokens.spacingVerticalXXL, textAlign: 'center', color: tokens.colorNeutralForeground3 },
});

export function MetricsPage() {
	const definitions = useQuery(metricDefinitionsQuery);
	return (
		<>
			<PageTrail items={[{ label: 'Monitor' }, { label: 'Metrics' }]} />
			<PageTitle title="Metrics" beside="Measured by themselves, kept for 93 days." />
			<QueryState query={definitions} label="metrics">
				{(known) => <Explorer definitions={known} />}
			</QueryState>
		</>
	);
}

function Explorer({ definitions }: { readonly definitions: readonly Definition[] }) {
	const styles = useStyles();
	const { workspace } = route.useParams();
	const search = route.useSearch();
	const navigate = useNavigate({ from: '/w/$workspace/monitor/metrics' });
	const { pins, pin } = usePinned(workspace);
	const shown = search.metrics ?? FIRST;
	const scope = search.scope ?? 'workspace';
	const isLive = search.from === undefined;
	// One moment for all queries of a minute, so that what was read is found again.
	const nowMs = Math.ceil(Date.now() / 60_000) * 60_000;
	const definitionOf = (name: string): Definition | undefined => definitions.find((one) => one.name === name);
	const queries = useQueries({
		queries: shown.map((one) => metricQuery(workspace, scope, queryOfMetric(one, definitions, search, nowMs), isLive)),
	});
	const change = (next: MetricsSearch): void =>
		void navigate({ search: (before: MetricsSearch) => ({ ...before, ...next }), replace: true });
	const changeMetrics = (metrics: readonly ShownMetric[]): void => change({ metrics });
	const results = queries.flatMap(({ data }) =>
		data?.aggregations[0]
			? [{ result: data, aggregation: data.aggregations[0], isCounted: definitionOf(data.metric)?.primaryAggregation === 'total' }]
			: [],
	);
	const failed = queries.find(({ isError }) => isError)?.error;
	const data = linesOf(results);
	const marks = useAlertMarks(workspace, data.x);
	const [index, setIndex] = useState<number | null>(null);
	const [picked, setPicked] = useState<number | null>(null);
	const title = shown.map(({ metric }) => metric).join(', ');
	const zoom = (range: ChartRange | null): void =>
		change({ from: range ? Math.round(range.from) : undefined, to: range ? Math.round(range.to) : undefined });
	const pointed = index === null ? undefined : data.x[index];
	const grainMs = (results[0]?.result.grainSeconds ?? 60) * 1_000;
	const drill = (): void => {
		const query = queryOfMetric(shown[0] as ShownMetric, definitions, search, nowMs);
		const from = picked ?? Date.parse(query.from as string);
		const to = picked === null ? Date.parse(query.to as string) : picked + grainMs;
		const text = logsOfMetric(shown[0]?.metric ?? '', definitionOf(shown[0]?.metric ?? '')?.category, from, to);
		void navigate({
			to: '/w/$workspace/logs',
			params: { workspace },
			search: { query: text, span: 'all', ...(scope === 'workspace' ? {} : { scope: 'all' as const }) },
		});
	};
	const omitted = results.reduce((sum, { result }) => sum + result.seriesCount - result.series.length, 0);
	return (
		<div className={styles.page}>
			<RangeControls search={search} grainSeconds={results[0]?.result.grainSeconds} onChange={change} />
			<div className={styles.rows}>
				{shown.map((one, place) => (
					<MetricRow
						// biome-ignore lint/suspicious/noArrayIndexKey: the place is what tells two rows of one metric apart
						key={place}
						workspace={workspace}
						scope={scope}
						definitions={definitions}
						shown={one}
						onChange={(next) => changeMetrics(shown.map((other, at) => (at === place ? next : other)))}
						onRemove={shown.length > 1 ? () => changeMetrics(shown.filter((_, at) => at !== place)) : undefined}
					/>
				))}
				<Button
					className={styles.add}
					size="small"
					appearance="subtle"
					icon={<AddRegular />}
					disabled={shown.length >= 8}
					onClick={() => changeMetrics([...shown, { metric: 'Active Nodes' }])}
				>
					Add a metric
				</Button>
			</div>
			{failed && (
				<Text className={styles.bad} role="alert">
					{describeError(failed).message}
				</Text>
			)}
			<ChartCard
				title={title}
				aside={results[0]?.result.unit}
				readout={pointed === undefined ? '' : formatAbsolute(pointed)}
				actions={
					<>
						<Button
							size="small"
							appearance="subtle"
							icon={<DocumentTextRegular />}
							title="The events behind the first metric: press a point of the chart to choose its moment"
							onClick={drill}
						>
							{picked === null ? 'Logs' : `Logs of ${formatAbsolute(picked)}`}
						</Button>
						<Button
							size="small"
							appearance="subtle"
							icon={<PinRegular />}
							onClick={() => pin({ title, search: { ...search, metrics: shown } })}
						>
							Pin
						</Button>
						<ShareButton />
						<Button
							size="small"
							appearance="subtle"
							icon={<ArrowDownloadRegular />}
							disabled={data.lines.length === 0}
							onClick={() => download(`${title}.csv`, csvOf(data))}
						>
							CSV
						</Button>
					</>
				}
				note={
					omitted > 0
						? `${omitted} more series are not shown: raise the number of the top ones, or filter.`
						: marks.length > 0
							? 'Dashed lines are alerts.'
							: undefined
				}
			>
				{data.lines.length === 0 ? (
					<div className={styles.empty}>
						{queries.some(({ isPending }) => isPending)
							? 'Reading…'
							: shown.every(({ metric }) => definitionOf(metric)?.source === null)
								? 'Nothing measures this yet.'
								: 'Nothing was measured in this time.'}
					</div>
				) : (
					<>
						{/* biome-ignore lint/a11y: the button above does the same for the whole time from the keyboard */}
						<div onClick={() => pointed !== undefined && setPicked(pointed)}>
							<LineChart
								label={title}
								data={data}
								xKind="time"
								isLog={false}
								heightPx={CHART_PX}
								range={null}
								marks={marks}
								onZoom={zoom}
								onCursor={setIndex}
							/>
						</div>
						<LineLegend lines={data.lines} index={index} />
					</>
				)}
			</ChartCard>
			{!isLive && (
				<Button className={styles.add} size="small" onClick={() => change({ from: undefined, to: undefined })}>
					Back to the last {search.range ?? DEFAULT_RANGE}
				</Button>
			)}
			{pins.length > 0 && <PinnedCharts workspace={workspace} definitions={definitions} />}
		</div>
	);
}

/** Alerts of the workspace that fired within what the chart shows. */
function useAlertMarks(workspace: string, x: readonly number[]): ChartMark[] {
	const { data: alerts = [] } = useQuery(recentAlertsQuery(workspace));
	const [first, last] = [x[0], x.at(-1)];
	return useMemo(
		() =>
			first === undefined || last === undefined
				? []
				: alerts.flatMap(({ firedTime, ruleName, severity }) => {
						const time = Date.parse(firedTime);
						return time >= first && time <= last
							? [{ x: time, text: ruleName, tone: severity <= 1 ? ('bad' as const) : ('notice' as const) }]
							: [];
					}),
		[alerts, first, last],
	);
}

function download(name: string, text: string): void {
	const link = document.createElement('a');
	link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
	link.download = name;
	link.click();
	URL.revokeObjectURL(link.href);
}
