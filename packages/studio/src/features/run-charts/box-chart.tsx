/** How a number is spread within groups of runs: a box from the lower to the upper quartile, whiskers, outliers. */
import { makeStyles, tokens } from '@fluentui/react-components';
import { nameAxis, numberAxis } from '../../shared/charts/axis-scale.ts';
import { seriesColour } from '../../shared/charts/colours.ts';
import { Plot, type PlotArea } from '../../shared/charts/plot.tsx';
import { formatNumber } from '../../shared/format/numbers.ts';
import { EmptyState } from '../../shared/states/empty-state.tsx';
import type { ChartFrame, DrawnRuns } from './chart-frame.ts';
import { type ChartOf, columnTitle } from './chart-spec.ts';
import { type Quartiles, quartilesOf } from './quartiles.ts';
import { groupRuns, meaningOf, numberOf } from './run-values.ts';

/** More boxes than this are slivers. */
const GROUPS_MAX = 24;
const BOX_MAX_PX = 48;

const useStyles = makeStyles({
	stroke: { stroke: tokens.colorNeutralForeground1, strokeWidth: '1px' },
	median: { stroke: tokens.colorNeutralForeground1, strokeWidth: '2px' },
	box: { fillOpacity: 0.35 },
});

interface BoxChartProps {
	readonly chart: ChartOf<'box'>;
	readonly drawn: DrawnRuns;
	readonly heightPx: number;
	readonly frame: ChartFrame;
}

export function BoxChart({ chart, drawn, heightPx, frame }: BoxChartProps) {
	const all = groupRuns(drawn.runs, chart.by).flatMap(({ label, runs }) => {
		const numbers = runs.flatMap((run) => numberOf(run, chart.y) ?? []);
		return numbers.length === 0 ? [] : [{ label, numbers, quartiles: quartilesOf(numbers) }];
	});
	const groups = all.slice(0, GROUPS_MAX);
	const draw = ({ leftPx, rightPx, topPx, bottomPx }: PlotArea) => {
		const x = nameAxis(
			groups.map(({ label }) => label),
			[leftPx, rightPx],
		);
		const y = numberAxis(
			groups.flatMap(({ numbers }) => numbers),
			[bottomPx, topPx],
			false,
			meaningOf(chart.y),
		);
		const widthPx = Math.min(BOX_MAX_PX, ((rightPx - leftPx) / groups.length) * 0.6);
		const content = groups.map(({ label, numbers, quartiles }, index) => (
			<Box
				key={label}
				title={`${label}: ${numbers.length} ${numbers.length === 1 ? 'run' : 'runs'}, median ${formatNumber(quartiles.median)}, quartiles ${formatNumber(quartiles.lower)} and ${formatNumber(quartiles.upper)}`}
				quartiles={quartiles}
				atPx={x.place(label) ?? 0}
				widthPx={widthPx}
				colour={seriesColour(index)}
				place={(value) => y.place(value) ?? 0}
			/>
		));
		return { x, y, content };
	};
	return frame({
		note: all.length > groups.length ? `The ${GROUPS_MAX} largest of ${all.length} groups` : undefined,
		content:
			groups.length === 0 ? (
				<div style={{ height: heightPx }}>
					<EmptyState title="Nothing to draw">None of the drawn runs has {columnTitle(chart.y)} as a number.</EmptyState>
				</div>
			) : (
				<Plot
					label={`${columnTitle(chart.y)} by ${columnTitle(chart.by)}, ${groups.length} groups`}
					heightPx={heightPx}
					xTitle={columnTitle(chart.by)}
					yTitle={columnTitle(chart.y)}
					draw={draw}
				/>
			),
		legend: [],
	});
}

interface BoxProps {
	readonly title: string;
	readonly quartiles: Quartiles;
	readonly atPx: number;
	readonly widthPx: number;
	readonly colour: string;
	readonly place: (value: number) => number;
}

function Box({ title, quartiles: { low, lower, median, upper, high, outliers }, atPx, widthPx, colour, place }: BoxProps) {
	const styles = useStyles();
	const [left, right] = [atPx - widthPx / 2, atPx + widthPx / 2];
	return (
		<g>
			<title>{title}</title>
			<line className={styles.stroke} x1={atPx} x2={atPx} y1={place(low)} y2={place(lower)} />
			<line className={styles.stroke} x1={atPx} x2={atPx} y1={place(upper)} y2={place(high)} />
			<rect
				className={styles.box}
				x={left}
				y={place(upper)}
				width={widthPx}
				height={Math.max(1, place(lower) - place(upper))}
				fill={colour}
				stroke={colour}
			/>
			<line className={styles.median} x1={left} x2={right} y1={place(median)} y2={place(median)} />
			{outliers.map((value, index) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: equal numbers are the same point
				<circle key={index} cx={atPx} cy={place(value)} r={3} fill="none" stroke={colour} />
			))}
		</g>
	);
}
