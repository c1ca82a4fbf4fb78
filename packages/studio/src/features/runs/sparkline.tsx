/** The course of a metric in one row: a line, and the least and greatest value on hover. */
import { tokens } from '@fluentui/react-components';
import type { Sparkline as Line } from '@runstead/contract';
import { memo, useCallback, useSyncExternalStore } from 'react';
import { formatNumber } from '../../shared/format/numbers.ts';
import type { SparklineStore } from './sparkline-store.ts';

const WIDTH_PX = 104;
const HEIGHT_PX = 22;
const MARGIN_PX = 2;

interface SparklineCellProps {
	readonly store: SparklineStore;
	readonly run: string;
	readonly metric: string;
}

export const SparklineCell = memo(function SparklineCell({ store, run, metric }: SparklineCellProps) {
	const subscribe = useCallback((listener: () => void) => store.watch(run, listener), [store, run]);
	const line = useSyncExternalStore(subscribe, () => store.lineOf(run));
	if (line === null) return null;
	const { path, last } = drawn(line);
	const label = `${metric}: ${line.points.length} points from ${formatNumber(line.min)} to ${formatNumber(line.max)}`;
	return (
		<svg width={WIDTH_PX} height={HEIGHT_PX} role="img" aria-label={label} data-sparkline={run}>
			<title>{label}</title>
			<path d={path} fill="none" stroke={tokens.colorBrandForeground1} strokeWidth="1.25" strokeLinejoin="round" />
			<circle cx={last[0]} cy={last[1]} r="1.75" fill={tokens.colorBrandForeground1} />
		</svg>
	);
});

function drawn({ points, min, max }: Line): { path: string; last: readonly [number, number] } {
	const firstX = points[0]?.[0] ?? 0;
	const lastX = points.at(-1)?.[0] ?? 0;
	const place = (value: number, low: number, high: number, room: number) => (high > low ? ((value - low) / (high - low)) * room : room / 2);
	const places = points.map(([x = 0, y = 0]): readonly [number, number] => [
		Math.round((MARGIN_PX + place(x, firstX, lastX, WIDTH_PX - 2 * MARGIN_PX)) * 10) / 10,
		Math.round((HEIGHT_PX - MARGIN_PX - place(y, min, max, HEIGHT_PX - 2 * MARGIN_PX)) * 10) / 10,
	]);
	return { path: `M${places.map((at) => at.join(' ')).join('L')}`, last: places.at(-1) ?? [0, 0] };
}
