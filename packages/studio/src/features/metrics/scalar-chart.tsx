/** One metric over steps or time, in buckets sized to the pixels there are: line through the last values, band from least to greatest. */
import { Button, Skeleton, SkeletonItem } from '@fluentui/react-components';
import type { MetricSummary, WireValue } from '@runstead/contract';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { ChartCard } from '../../shared/charts/chart-card.tsx';
import { LineChart } from '../../shared/charts/line-chart.tsx';
import { type ChartRange, type Line, type LineData, smooth, type XKind } from '../../shared/charts/line-data.ts';
import { useOnScreen } from '../../shared/charts/use-on-screen.ts';
import { formatCount, formatExact, formatNumber, formatValue, numberOrNull } from '../../shared/format/numbers.ts';
import { formatAbsolute, formatDuration } from '../../shared/format/times.ts';
import { ArrowResetRegular } from '../../shared/icons.ts';
import { ErrorState } from '../../shared/states/error-state.tsx';
import { chartQuery } from './api.ts';
import { directionWord } from './direction-word.ts';

export type ChartX = 'step' | 'relative' | 'time';

export interface ChartView {
	readonly x: ChartX;
	readonly isLog: boolean;
	readonly smoothing: number;
}

interface Bucket {
	readonly x: number;
	readonly min: WireValue;
	readonly max: WireValue;
	readonly last: WireValue;
}

/** Widths are rounded to this, so that a window that is dragged does not ask the server for each pixel. */
const WIDTH_STEP_PX = 100;
/** Fewer points than this are drawn as dots too. */
const DOTS_MAX = 60;
const X_KINDS: Readonly<Record<ChartX, XKind>> = { step: 'number', relative: 'duration', time: 'time' };

interface ScalarChartProps {
	readonly run: string;
	readonly summary: MetricSummary;
	readonly column: string;
	readonly view: ChartView;
	readonly heightPx: number;
}

export function ScalarChart({ run, summary, column, view, heightPx }: ScalarChartProps) {
	const [ref, isOnScreen] = useOnScreen();
	const [range, setRange] = useState<ChartRange | null>(null);
	const [cursor, setCursor] = useState<number | null>(null);
	const [buckets, setBuckets] = useState(WIDTH_STEP_PX * 4);
	// A range is of one x; another axis shows all again.
	const [rangeX, setRangeX] = useState(view.x);
	const shownRange = rangeX === view.x ? range : null;
	const query = useQuery({
		...chartQuery({ run, name: summary.name, column, x: view.x, buckets, range: shownRange }),
		enabled: isOnScreen,
	});
	const chart = query.data;
	const data = useMemo(() => lineData(chart?.buckets ?? [], chart?.exact ?? true, column, view.smoothing), [chart, column, view.smoothing]);
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
				shownRange !== null && (
					<Button
						size="small"
						appearance="subtle"
						icon={<ArrowResetRegular />}
						aria-label="Show all"
						title="Show all"
						onClick={() => zoom(null)}
					/>
				)
			}
			note={chart?.exact === false ? `${formatCount(chart.count)} points; the band spans least and greatest` : undefined}
		>
			{query.isError && chart === undefined ? (
				<ErrorState error={query.error} onRetry={() => void query.refetch()} />
			) : chart === undefined ? (
				<Skeleton aria-label={`Loading ${summary.name}`}>
					<SkeletonItem style={{ height: heightPx }} />
				</Skeleton>
			) : (
				<LineChart
					label={`${summary.name}: ${formatCount(chart.count)} points, last ${formatValue(last)}`}
					data={data}
					xKind={X_KINDS[view.x]}
					isLog={view.isLog}
					heightPx={heightPx}
					range={shownRange}
					onZoom={zoom}
					onCursor={setCursor}
					onWidth={(widthPx) => setBuckets(Math.max(WIDTH_STEP_PX, Math.ceil(widthPx / WIDTH_STEP_PX) * WIDTH_STEP_PX))}
				/>
			)}
		</ChartCard>
	);
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
