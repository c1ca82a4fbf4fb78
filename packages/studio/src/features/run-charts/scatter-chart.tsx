/** Each run as a point: one of its numbers over another, or over a name. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { useNavigate } from '@tanstack/react-router';
import { type AxisScale, nameAxis, numberAxis } from '../../shared/charts/axis-scale.ts';
import { seriesColour } from '../../shared/charts/colours.ts';
import { Plot, type PlotArea } from '../../shared/charts/plot.tsx';
import { formatNumber } from '../../shared/format/numbers.ts';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import type { ChartFrame, DrawnRuns } from './chart-frame.ts';
import { type ChartOf, columnTitle } from './chart-spec.ts';
import { meaningOf, numberOf, textOf } from './run-values.ts';

const useStyles = makeStyles({
	point: {
		cursor: 'pointer',
		opacity: 0.85,
		':hover': { opacity: 1, stroke: tokens.colorNeutralForeground1, strokeWidth: '1.5px' },
		':focus-visible': { outline: 'none', stroke: tokens.colorStrokeFocus2, strokeWidth: '2px' },
	},
});

interface ScatterChartProps {
	readonly chart: ChartOf<'scatter'>;
	readonly drawn: DrawnRuns;
	readonly heightPx: number;
	readonly frame: ChartFrame;
}

export function ScatterChart({ chart, drawn, heightPx, frame }: ScatterChartProps) {
	const styles = useStyles();
	const navigate = useNavigate();
	const { logX = false, logY = false } = chart;
	const points = drawn.runs.flatMap((run) => {
		const [x, y] = [textOf(run, chart.x), numberOf(run, chart.y)];
		return x === null || y === null ? [] : [{ run: run.id, x, y, xNumber: numberOf(run, chart.x) }];
	});
	const areNumbers = points.every(({ xNumber }) => xNumber !== null);
	const open = (run: string) => void navigate({ to: '/w/$workspace/runs/$runId', params: { workspace: drawn.workspace, runId: run } });
	const draw = ({ leftPx, rightPx, topPx, bottomPx }: PlotArea) => {
		const xRange = [leftPx, rightPx] as const;
		const numbers = points.map(({ xNumber }) => xNumber ?? 0);
		const x: AxisScale<never> = areNumbers
			? numberAxis(numbers, xRange, logX, meaningOf(chart.x))
			: nameAxis([...new Set(points.map((point) => point.x))].sort(), xRange);
		const y = numberAxis(
			points.map((point) => point.y),
			[bottomPx, topPx],
			logY,
			meaningOf(chart.y),
		);
		const content = points.map((point) => {
			const atX = x.place((areNumbers ? point.xNumber : point.x) as never);
			const atY = y.place(point.y);
			if (atX === null || atY === null) return null;
			const title = `${drawn.labelOf(point.run)}: ${columnTitle(chart.x)} ${point.x}, ${columnTitle(chart.y)} ${formatNumber(point.y)}`;
			return (
				// biome-ignore lint/a11y/useSemanticElements: SVG knows no other link to a page of the router
				<circle
					key={point.run}
					className={styles.point}
					cx={atX}
					cy={atY}
					r={4.5}
					fill={seriesColour(drawn.colourOf(point.run))}
					role="link"
					tabIndex={0}
					aria-label={title}
					onClick={() => open(point.run)}
					onKeyDown={({ key }) => key === 'Enter' && open(point.run)}
				>
					<title>{title}</title>
				</circle>
			);
		});
		return { x, y, content };
	};
	const left = drawn.runs.length - points.length;
	return frame({
		note: left > 0 && points.length > 0 ? `${left} of ${drawn.runs.length} runs have no value on one of the axes` : undefined,
		content:
			points.length === 0 ? (
				<div style={{ height: heightPx }}>
					<EmptyState title="Nothing to draw">
						None of the drawn runs has both {columnTitle(chart.x)} and {columnTitle(chart.y)}.
					</EmptyState>
				</div>
			) : (
				<Plot
					label={`${columnTitle(chart.y)} over ${columnTitle(chart.x)} of ${points.length} runs`}
					heightPx={heightPx}
					xTitle={columnTitle(chart.x)}
					yTitle={columnTitle(chart.y)}
					draw={draw}
				/>
			),
		legend: [],
	});
}
