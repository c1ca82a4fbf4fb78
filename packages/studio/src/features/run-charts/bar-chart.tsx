/** A number of each run as a bar, the longest first. */
import { formatNumber } from '../../shared/format/numbers.ts';
import { formatAbsolute, formatDuration } from '../../shared/format/times.ts';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import { Bars } from './bars.tsx';
import type { ChartFrame, DrawnRuns } from './chart-frame.ts';
import { type ChartOf, columnTitle } from './chart-spec.ts';
import { meaningOf, numberOf } from './run-values.ts';

interface BarChartProps {
	readonly chart: ChartOf<'bar'>;
	readonly drawn: DrawnRuns;
	readonly heightPx: number;
	readonly frame: ChartFrame;
}

export function BarChart({ chart, drawn, heightPx, frame }: BarChartProps) {
	const bars = drawn.runs.flatMap((run) => {
		const value = numberOf(run, chart.y);
		return value === null ? [] : [{ run, value }];
	});
	const meaning = meaningOf(chart.y);
	const shown = (value: number) =>
		meaning === 'time' ? formatAbsolute(value) : meaning === 'seconds' ? formatDuration(value * 1000) : formatNumber(value);
	const left = drawn.runs.length - bars.length;
	return frame({
		note: left > 0 && bars.length > 0 ? `${left} of ${drawn.runs.length} runs have no ${columnTitle(chart.y)}` : undefined,
		content:
			bars.length === 0 ? (
				<div style={{ height: heightPx }}>
					<EmptyState title="Nothing to draw">None of the drawn runs has {columnTitle(chart.y)} as a number.</EmptyState>
				</div>
			) : (
				<Bars
					bars={bars}
					drawn={drawn}
					heightPx={heightPx}
					shown={shown}
					from={meaning === 'time' ? Math.min(...bars.map(({ value }) => value)) : 0}
				/>
			),
		legend: [],
	});
}
