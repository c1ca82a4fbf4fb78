/** One metric over steps or time, in buckets sized to the pixels there are: line through the last values, band from least to greatest. */
import { Button, makeStyles, Skeleton, SkeletonItem, tokens } from '@fluentui/react-components';
import type { MetricSummary, WireValue } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import { ChartCard } from '../../shared/charts/chart-card.tsx';
import { LineChart } from '../../shared/charts/line-chart.tsx';
import { type ChartMark, type ChartRange, type Line, type LineData, smooth, type XKind } from '../../shared/charts/line-data.ts';
import { useChartPlace } from '../../shared/charts/use-on-screen.ts';
import { formatCount, formatExact, formatNumber, formatValue, numberOrNull } from '../../shared/format/numbers.ts';
import { formatAbsolute, formatDuration } from '../../shared/format/times.ts';
import { ArrowResetRegular, FullScreenMaximizeRegular } from '../../shared/icons.ts';
import { ErrorState } from '../../shared/states/error-state.tsx';
import { chartQuery } from './api.ts';
import type { ChartView, ChartX } from './chart-view.ts';
import { directionWord } from './direction-word.ts';
import { placeMarks, type ReachedStep } from './mark-places.ts';

interface Bucket {
	readonly x: number;
	readonly min: WireValue;
	readonly max: WireValue;
	readonly last: WireValue;
}

/** Fewer points than this are drawn as dots too. */
const DOTS_MAX = 60;
const MARKS_TOLD_MAX = 3;
const NOTHING_REACHED: readonly ReachedStep[] = [];
const X_KINDS: Readonly<Record<ChartX, XKind>> = { step: 'step', relative: 'duration', time: 'time' };

const useStyles = makeStyles({
	undrawn: { display: 'grid', placeItems: 'center', color: tokens.colorNeutralForeground3, textAlign: 'center' },
});

interface ScalarChartProps {
	readonly run: string;
	readonly summary: MetricSummary;
	readonly column: string;
	readonly view: ChartView;
	readonly heightPx: number;
	/** Absent where it is shown at full size already. */
	readonly onOpen?: (() => void) | undefined;
	/** More to be done with it. */
	readonly actions?: ReactNode;
}

export function ScalarChart({ run, summary, column, view, heightPx, onOpen, actions }: ScalarChartProps) {
	const [ref, isOnScreen, widthPx] = useChartPlace();
	const buckets = widthPx ?? 0;
	const [range, setRange] = useState<ChartRange | null>(null);
	const [cursor, setCursor] = useState<number | null>(null);
	// A range is of one x; another axis shows all again.
	const [rangeX, setRangeX] = useState(view.x);
	const shownRange = rangeX === view.x ? range : null;
	const query = useQuery({
		...chartQuery({ run, name: summary.name, column, x: view.x, buckets, range: shownRange }),
		enabled: isOnScreen && widthPx !== null,
	});
	const chart = query.data;
	const data = useMemo(() => lineData(chart?.buckets ?? [], chart?.exact ?? true, column, view.smoothing), [chart, column, view.smoothing]);
	const reached = useReachedSteps(run, summary.name, column, view, chart?.buckets, shownRange === null && isOnScreen, buckets);
	const marks = useMemo(() => placeMarks(view.marks, view.x, view.startMs, reached), [view.marks, view.x, view.startMs, reached]);
	const numbers = summary.columns[column];
	const zoom = (next: ChartRange | null) => {
		setRange(next);
		setRangeX(view.x);
	};
	const last = summary.columns[column]?.last;
	const pointed = cursor === null ? undefined : chart?.buckets[cursor];

	return (
		<ChartCard
			ref={ref}
			title={summary.name}
			aside={directionWord(summary.direction)}
			readout={
				pointed === undefined ? (
					<span title={formatExact(last)}>{formatValue(last)}</span>
				) : (
					<span>
						{formatX(pointed.x, view.x)} · <strong>{formatValue(pointed.last)}</strong>
						{chart?.exact === false && ` (${formatValue(pointed.min)} to ${formatValue(pointed.max)})`}
					</span>
				)
			}
			actions={
				<>
					{shownRange !== null && (
						<Button
							size="small"
							appearance="subtle"
							icon={<ArrowResetRegular />}
							aria-label="Show all"
							title="Show all"
							onClick={() => zoom(null)}
						/>
					)}
					{actions}
					{onOpen && (
						<Button
							size="small"
							appearance="subtle"
							icon={<FullScreenMaximizeRegular />}
							aria-label={`Show ${summary.name} at full size`}
							title="Full size (or press twice on the chart)"
							onClick={onOpen}
						/>
					)}
				</>
			}
			note={noteOf(chart, numbers, marks)}
		>
			{query.isError && chart === undefined ? (
				<ErrorState error={query.error} onRetry={() => void query.refetch()} />
			) : chart === undefined ? (
				<Skeleton aria-label={`Loading ${summary.name}`}>
					<SkeletonItem style={{ height: heightPx }} />
				</Skeleton>
			) : numbers?.numberCount === 0 ? (
				<Undrawn heightPx={heightPx}>None of the {formatCount(summary.count)} values is a number that can be drawn: they are NaN.</Undrawn>
			) : (
				<LineChart
					label={`${summary.name}: ${formatCount(chart.count)} points, last ${formatValue(last)}`}
					data={data}
					xKind={X_KINDS[view.x]}
					isLog={view.isLog}
					isLogX={view.isLogX && view.x !== 'time'}
					marks={marks}
					onDoublePress={onOpen}
					heightPx={heightPx}
					range={shownRange}
					onZoom={zoom}
					onCursor={setCursor}
				/>
			)}
		</ChartCard>
	);
}

function Undrawn({ heightPx, children }: { readonly heightPx: number; readonly children: ReactNode }) {
	const styles = useStyles();
	return (
		<div className={styles.undrawn} style={{ height: heightPx }}>
			{children}
		</div>
	);
}

/** What the line alone does not tell. */
function noteOf(
	chart: { readonly exact: boolean; readonly count: number } | undefined,
	numbers: { readonly count: number; readonly numberCount: number } | undefined,
	marks: readonly ChartMark[],
): ReactNode {
	const parts: string[] = [];
	if (chart?.exact === false) parts.push(`${formatCount(chart.count)} points; the band spans least and greatest`);
	const gaps = numbers === undefined ? 0 : numbers.count - numbers.numberCount;
	if (gaps > 0 && numbers?.numberCount !== 0) parts.push(`${formatCount(gaps)} ${gaps === 1 ? 'value is' : 'values are'} NaN: a gap`);
	for (const mark of marks.slice(0, MARKS_TOLD_MAX)) parts.push(`┊ ${mark.text}`);
	if (marks.length > MARKS_TOLD_MAX) parts.push(`and ${marks.length - MARKS_TOLD_MAX} more marks`);
	return parts.length === 0 ? undefined : parts.join(' · ');
}

/** The steps of a chart by the time that each was reached; read only where there are marks to place on an axis of steps. */
function useReachedSteps(
	run: string,
	name: string,
	column: string,
	view: ChartView,
	steps: readonly Bucket[] | undefined,
	isWanted: boolean,
	buckets: number,
): readonly ReachedStep[] {
	const isNeeded = isWanted && view.x === 'step' && view.marks.length > 0;
	const times = useQuery({ ...chartQuery({ run, name, column, x: 'time', buckets, range: null }), enabled: isNeeded });
	const timed = times.data?.buckets;
	return useMemo(() => {
		if (!isNeeded || steps === undefined || timed === undefined || steps.length !== timed.length) return NOTHING_REACHED;
		return steps.map((bucket, index) => ({ step: bucket.x, atMs: timed[index]?.x ?? 0 }));
	}, [isNeeded, steps, timed]);
}

function lineData(buckets: readonly Bucket[], isExact: boolean, label: string, smoothing: number): LineData {
	const last = buckets.map((bucket) => numberOrNull(bucket.last));
	const band = isExact
		? undefined
		: { min: buckets.map((bucket) => numberOrNull(bucket.min)), max: buckets.map((bucket) => numberOrNull(bucket.max)) };
	const hasPoints = buckets.length <= DOTS_MAX;
	const raw: Line = { label, values: last, colour: 0, hasPoints, isFaint: smoothing > 0, ...(band && { band }) };
	const lines =
		smoothing > 0 ? [raw, { label: `${label}, smoothed`, values: smooth(last, smoothing), colour: 0, hasPoints: false }] : [raw];
	return { x: buckets.map((bucket) => bucket.x), lines };
}

function formatX(x: number, kind: ChartX): string {
	if (kind === 'time') return formatAbsolute(x);
	return kind === 'relative' ? formatDuration(x * 1000) : `step ${formatNumber(x)}`;
}
