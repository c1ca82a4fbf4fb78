/** Parallel coordinates: one axis a column, one line a run; dragging along an axis keeps the runs that pass there. */
import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { useNavigate } from '@tanstack/react-router';
import { type PointerEvent, useState } from 'react';
import { type AxisScale, nameAxis, numberAxis } from '../../shared/charts/axis-scale.ts';
import { seriesColour, seriesDash } from '../../shared/charts/colours.ts';
import { Plot, type PlotArea } from '../../shared/charts/plot.tsx';
import { ArrowResetRegular } from '../../shared/icons.ts';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import type { ChartFrame, DrawnRuns } from './chart-frame.ts';
import { type ChartOf, columnTitle } from './chart-spec.ts';
import { meaningOf, numberOf, textOf } from './run-values.ts';

const TITLE_PX = 18;
const BRUSH_PX = 24;

const useStyles = makeStyles({
	line: { fill: 'none', strokeWidth: '1.5px', opacity: 0.75, cursor: 'pointer', ':hover': { opacity: 1, strokeWidth: '3px' } },
	off: { fill: 'none', stroke: tokens.colorNeutralStroke2, strokeWidth: '1px', opacity: 0.5 },
	axis: { stroke: tokens.colorNeutralStroke1 },
	brush: { fill: tokens.colorBrandBackground2, stroke: tokens.colorBrandStroke1, fillOpacity: 0.6 },
	handle: { fill: 'transparent', cursor: 'ns-resize', touchAction: 'none' },
	text: {
		fill: tokens.colorNeutralForeground2,
		fontSize: '10px',
		paintOrder: 'stroke',
		stroke: tokens.colorNeutralBackground1,
		strokeWidth: '3px',
	},
	title: { fill: tokens.colorNeutralForeground1, fontSize: '11px', fontWeight: tokens.fontWeightSemibold },
});

interface Brush {
	readonly column: string;
	readonly fromPx: number;
	readonly toPx: number;
}

interface ParallelChartProps {
	readonly chart: ChartOf<'parallel'>;
	readonly drawn: DrawnRuns;
	readonly heightPx: number;
	readonly frame: ChartFrame;
}

interface ColumnAxis {
	readonly column: string;
	readonly scale: AxisScale<never>;
	readonly placeOf: (run: DrawnRuns['runs'][number]) => number | null;
}

export function ParallelChart({ chart, drawn, heightPx, frame }: ParallelChartProps) {
	const styles = useStyles();
	const navigate = useNavigate();
	const [brushes, setBrushes] = useState<readonly Brush[]>([]);
	const { columns } = chart;
	const runs = drawn.runs.filter((run) => columns.every((column) => textOf(run, column) !== null));
	const draw = ({ leftPx, rightPx, topPx, bottomPx }: PlotArea) => {
		const top = topPx + TITLE_PX;
		const axes = columns.map((column) => axisOf(column, runs, [bottomPx, top]));
		const xOf = (index: number) => (columns.length === 1 ? leftPx : leftPx + ((rightPx - 40 - leftPx) * index) / (columns.length - 1));
		const isKept = (places: readonly (number | null)[]) =>
			brushes.every(({ column, fromPx, toPx }) => {
				const at = places[columns.indexOf(column)];
				return at === undefined || (at !== null && at >= fromPx && at <= toPx);
			});
		const lines = runs.map((run) => {
			const places = axes.map(({ placeOf }) => placeOf(run));
			const points = places.flatMap((at, index) => (at === null ? [] : [`${xOf(index)},${at}`])).join(' ');
			return { run, points, kept: isKept(places) };
		});
		const content = (
			<>
				{lines.map(({ run, points, kept }) => (kept ? null : <polyline key={run.id} className={styles.off} points={points} />))}
				{lines.map(({ run, points, kept }) =>
					kept ? (
						// biome-ignore lint/a11y/noStaticElementInteractions: the table has the same links for the keyboard
						<polyline
							key={run.id}
							className={styles.line}
							points={points}
							stroke={seriesColour(drawn.colourOf(run.id))}
							strokeDasharray={seriesDash(drawn.colourOf(run.id)).join(' ')}
							onClick={() => void navigate({ to: '/w/$workspace/runs/$runId', params: { workspace: drawn.workspace, runId: run.id } })}
						>
							<title>{`${drawn.labelOf(run.id)}: ${columns.map((column) => `${columnTitle(column)} ${textOf(run, column)}`).join(', ')}`}</title>
						</polyline>
					) : null,
				)}
				{axes.map(({ column, scale }, index) => (
					<g key={column} transform={`translate(${xOf(index)} 0)`}>
						<line className={styles.axis} y1={top} y2={bottomPx} />
						<text className={styles.title} y={topPx + 8} textAnchor={index === 0 ? 'start' : 'middle'}>
							{columnTitle(column).slice(0, 18)}
						</text>
						{scale.ticks.map(({ atPx, label }) => (
							<text key={`${atPx} ${label}`} className={styles.text} x={5} y={atPx + 3}>
								{label.slice(0, 12)}
							</text>
						))}
						<Brushable
							top={top}
							bottom={bottomPx}
							brush={brushes.find((one) => one.column === column) ?? null}
							onBrush={(range) =>
								setBrushes([...brushes.filter((one) => one.column !== column), ...(range === null ? [] : [{ column, ...range }])])
							}
						/>
					</g>
				))}
			</>
		);
		return { content };
	};
	const left = drawn.runs.length - runs.length;
	return frame({
		actions: brushes.length > 0 && (
			<Button
				size="small"
				appearance="subtle"
				icon={<ArrowResetRegular />}
				aria-label="Show all"
				title="Show all"
				onClick={() => setBrushes([])}
			/>
		),
		note: [
			...(runs.length > 0 ? ['Drag along an axis to keep the runs that pass there'] : []),
			...(left > 0 && runs.length > 0 ? [`${left} of ${drawn.runs.length} runs lack a value`] : []),
		].join(' · '),
		content:
			runs.length === 0 ? (
				<div style={{ height: heightPx }}>
					<EmptyState title="Nothing to draw">
						None of the drawn runs has a value in each of {columns.map(columnTitle).join(', ')}.
					</EmptyState>
				</div>
			) : (
				<Plot label={`${columns.map(columnTitle).join(', ')} of ${runs.length} runs`} heightPx={heightPx} draw={draw} />
			),
		legend: [],
	});
}

function axisOf(column: string, runs: DrawnRuns['runs'], range: readonly [number, number]): ColumnAxis {
	const numbers = runs.map((run) => numberOf(run, column));
	if (numbers.every((number) => number !== null)) {
		const scale = numberAxis(numbers, range, false, meaningOf(column));
		return { column, scale, placeOf: (run) => scale.place(numberOf(run, column) as number) };
	}
	const scale = nameAxis([...new Set(runs.map((run) => textOf(run, column) as string))].sort(), range);
	return { column, scale, placeOf: (run) => scale.place(textOf(run, column) as string) };
}

interface BrushableProps {
	readonly top: number;
	readonly bottom: number;
	readonly brush: Brush | null;
	readonly onBrush: (range: { readonly fromPx: number; readonly toPx: number } | null) => void;
}

/** The strip along an axis that is dragged over; a click without a drag takes the choice away. */
function Brushable({ top, bottom, brush, onBrush }: BrushableProps) {
	const styles = useStyles();
	const [startPx, setStartPx] = useState<number | null>(null);
	const at = (event: PointerEvent<SVGRectElement>) => {
		const frame = event.currentTarget.ownerSVGElement?.getBoundingClientRect();
		return Math.min(bottom, Math.max(top, event.clientY - (frame?.top ?? 0)));
	};
	return (
		<>
			{brush && (
				<rect
					className={styles.brush}
					x={-6}
					width={12}
					y={brush.fromPx}
					height={Math.max(1, brush.toPx - brush.fromPx)}
					pointerEvents="none"
				/>
			)}
			<rect
				className={styles.handle}
				x={-BRUSH_PX / 2}
				width={BRUSH_PX}
				y={top}
				height={bottom - top}
				onPointerDown={(event) => {
					event.currentTarget.setPointerCapture(event.pointerId);
					setStartPx(at(event));
					onBrush(null);
				}}
				onPointerMove={(event) => {
					if (startPx === null) return;
					const here = at(event);
					if (Math.abs(here - startPx) > 3) onBrush({ fromPx: Math.min(startPx, here), toPx: Math.max(startPx, here) });
				}}
				onPointerUp={() => setStartPx(null)}
			/>
		</>
	);
}
