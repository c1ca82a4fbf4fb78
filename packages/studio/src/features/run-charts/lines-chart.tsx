/** One metric of several runs as lines: each run alone, or groups with their mean and spread. */
import { Button, Skeleton, SkeletonItem } from '@fluentui/react-components';
import type { MetricLine, Run } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { Suspense, useMemo, useState } from 'react';
import { LineChart } from '../../shared/charts/line-chart.tsx';
import { type Cell, type ChartRange, type Line, type LineData, smooth, type XKind } from '../../shared/charts/line-data.ts';
import { formatCount, formatNumber, numberOrNull } from '../../shared/format/numbers.ts';
import { formatAbsolute, formatDuration } from '../../shared/format/times.ts';
import { ArrowResetRegular } from '../../shared/icons.ts';
import { onDemand } from '../../shared/on-demand.ts';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { ErrorState } from '../../shared/states/error-state.tsx';
import { type AlignedLines, alignLines, spreadOf } from './align-lines.ts';
import { linesQuery } from './api.ts';
import type { Bar } from './bars.tsx';
import type { ChartFrame, DrawnRuns } from './chart-frame.ts';
import type { ChartOf, LineAxis } from './chart-spec.ts';
import { groupRuns } from './run-values.ts';

const Bars = onDemand(async () => (await import('./bars.tsx')).Bars);

/** Fewer points than this are drawn as dots too. */
const DOTS_MAX = 30;
/** Bands of more lines than this would hide one another. */
const BANDS_MAX = 6;
const X_KINDS: Readonly<Record<LineAxis, XKind>> = { step: 'step', relative: 'duration', time: 'time', metric: 'number' };

interface LinesChartProps {
	readonly chart: ChartOf<'line'>;
	readonly drawn: DrawnRuns;
	readonly heightPx: number;
	readonly isOnScreen: boolean;
	/** Of the chart; null before it was laid out. */
	readonly widthPx: number | null;
	readonly frame: ChartFrame;
}

export function LinesChart({ chart, drawn, heightPx, isOnScreen, widthPx, frame }: LinesChartProps) {
	const { x = 'step', xMetric } = chart;
	const [zoomed, setZoomed] = useState<{ readonly x: LineAxis; readonly range: ChartRange } | null>(null);
	const [cursor, setCursor] = useState<number | null>(null);
	const [focused, setFocused] = useState<number | null>(null);
	const buckets = widthPx ?? 0;
	// A range is of one axis; another shows all again.
	const range = zoomed?.x === x ? zoomed.range : null;
	const query = useQuery({
		...linesQuery({
			workspace: drawn.workspace,
			runs: drawn.runs.map(({ id }) => id),
			metric: chart.metric,
			x,
			buckets,
			range,
			...(xMetric !== undefined && { xMetric }),
		}),
		enabled: isOnScreen && widthPx !== null && drawn.runs.length > 0,
	});
	const lines = query.data;
	const data = useMemo(() => lineData(alignLines(lines ?? [], buckets * 2), chart, drawn), [lines, buckets, chart, drawn]);
	// A line of one point says nothing that its number does not.
	const bars = useMemo(
		() => (chart.by === undefined && x !== 'metric' && range === null ? barsOf(lines, drawn) : null),
		[chart.by, x, range, lines, drawn],
	);
	const pointed = cursor === null ? undefined : data.x[cursor];
	const line = focused === null ? undefined : data.lines[focused];
	const value = line === undefined || cursor === null ? undefined : valueAt(line, cursor);
	const zoom = (next: ChartRange | null) => setZoomed(next === null ? null : { x, range: next });
	return frame({
		readout: pointed !== undefined && (
			<span>
				{formatX(pointed, x)}
				{line && typeof value === 'number' && (
					<>
						{' · '}
						{line.label} <strong>{formatNumber(value)}</strong>
					</>
				)}
			</span>
		),
		actions: range !== null && (
			<Button
				size="small"
				appearance="subtle"
				icon={<ArrowResetRegular />}
				aria-label="Show all"
				title="Show all"
				onClick={() => zoom(null)}
			/>
		),
		note: noteOf(lines, drawn),
		content:
			query.isError && lines === undefined ? (
				<ErrorState error={query.error} onRetry={() => void query.refetch()} />
			) : lines === undefined && drawn.runs.length > 0 ? (
				<Skeleton aria-label={`Loading ${chart.metric}`}>
					<SkeletonItem style={{ height: heightPx }} />
				</Skeleton>
			) : data.lines.length === 0 ? (
				<div style={{ height: heightPx }}>
					<EmptyState title="No numbers to draw">None of the drawn runs has {chart.metric} as numbers here.</EmptyState>
				</div>
			) : bars !== null ? (
				<Suspense fallback={<div style={{ height: heightPx }} />}>
					<Bars bars={bars} drawn={drawn} heightPx={heightPx} shown={formatNumber} />
				</Suspense>
			) : (
				<LineChart
					label={`${chart.metric} of ${formatCount(data.lines.length)} ${chart.by === undefined ? 'runs' : 'groups'}`}
					data={data}
					xKind={X_KINDS[x]}
					isLog={chart.logY ?? false}
					isLogX={chart.logX ?? false}
					heightPx={heightPx}
					range={range}
					onZoom={zoom}
					onCursor={setCursor}
					onFocus={setFocused}
				/>
			),
		legend: (bars === null ? data.lines : []).filter(({ isFaint }) => isFaint !== true).map(({ label, colour }) => ({ label, colour })),
	});
}

/** The numbers of runs that have one each; null where a run has more, and there is a line to draw. */
function barsOf(lines: readonly MetricLine[] | undefined, { runs }: DrawnRuns): Bar[] | null {
	if (lines === undefined || lines.length === 0 || lines.some(({ count }) => count > 1)) return null;
	const byId = new Map(runs.map((run) => [run.id, run]));
	return lines.flatMap((line) => {
		const run = byId.get(line.run);
		const value = numberOrNull(line.last[0]);
		return run === undefined || value === null || !Number.isFinite(value) ? [] : [{ run, value }];
	});
}

function noteOf(lines: readonly { readonly count: number; readonly exact: boolean }[] | undefined, drawn: DrawnRuns): string | undefined {
	if (lines === undefined || lines.length === 0) return undefined;
	const parts: string[] = [];
	if (lines.length < drawn.runs.length) parts.push(`${formatCount(lines.length)} of ${formatCount(drawn.runs.length)} runs have it`);
	if (lines.some(({ exact }) => !exact))
		parts.push(`${formatCount(lines.reduce((sum, { count }) => sum + count, 0))} points in buckets: drag to zoom to each`);
	return parts.length === 0 ? undefined : parts.join(' · ');
}

function lineData(aligned: AlignedLines, chart: ChartOf<'line'>, drawn: DrawnRuns): LineData {
	const lines = chart.by === undefined ? runLines(aligned, drawn) : groupLines(aligned, chart.by, drawn);
	const { smoothing = 0 } = chart;
	if (smoothing === 0) return { x: aligned.x, lines };
	const smoothed = lines.map(
		(line): Line => ({ label: line.label, colour: line.colour, values: smooth(line.values, smoothing), hasPoints: false }),
	);
	// What was logged stays behind the smoothed lines; with many, it would hide them.
	const behind =
		lines.length <= BANDS_MAX * 2
			? lines.map(({ band: _, ...line }): Line => ({ ...line, label: `${line.label}, as logged`, isFaint: true }))
			: [];
	return { x: aligned.x, lines: [...behind, ...smoothed] };
}

function runLines({ x, lines }: AlignedLines, drawn: DrawnRuns): Line[] {
	return lines.map(({ run, values, band }) => ({
		label: drawn.labelOf(run),
		values,
		colour: drawn.colourOf(run),
		hasPoints: x.length <= DOTS_MAX,
		...(band !== undefined && lines.length <= BANDS_MAX && { band }),
	}));
}

function groupLines(aligned: AlignedLines, by: string, { runs }: DrawnRuns): Line[] {
	const byRun = new Map(aligned.lines.map((line) => [line.run, line]));
	return groupRuns(runs, by).flatMap(({ label, runs: members }, colour) => {
		const lines = members.flatMap(({ id }: Run) => byRun.get(id) ?? []);
		if (lines.length === 0) return [];
		const { mean, low, high } = spreadOf(aligned.x, lines);
		return [
			{ label: `${label} (${lines.length})`, values: mean, band: { min: low, max: high }, colour, hasPoints: aligned.x.length <= DOTS_MAX },
		];
	});
}

/** The value of a line at a place, or the one that it had before it. */
function valueAt({ values }: Line, index: number): Cell {
	for (let at = index; at >= 0; at--) if (values[at] !== undefined) return values[at];
	return undefined;
}

function formatX(x: number, axis: LineAxis): string {
	if (axis === 'time') return formatAbsolute(x);
	if (axis === 'relative') return formatDuration(x * 1000);
	return axis === 'step' ? `step ${formatNumber(x)}` : formatNumber(x);
}
