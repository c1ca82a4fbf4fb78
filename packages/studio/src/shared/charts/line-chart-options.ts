/** How a chart of lines looks and reacts, in uPlot's words. */
import uPlot from 'uplot';
import { formatNumber } from '../format/numbers.ts';
import { formatClockTime } from '../format/times.ts';
import { type ChartColours, faded, seriesDash } from './colours.ts';
import type { ChartMark, Line, XKind } from './line-data.ts';

/** Every chart with this key shows the cursor at the same x. */
const CURSOR_KEY = 'runstead';
const LOGARITHMIC = 3;
const FOCUS_PX = 24;

/** How a label is written, given how far apart the labels are. */
type TickFormat = (value: number, increment: number) => string;

/** As many as the distance between labels has, so that no two labels are the same: 0.25 has two. */
function decimalsOf(increment: number): number {
	return String(increment).split('.')[1]?.length ?? 0;
}

/** Of each distance between labels in milliseconds: a label, and what a new year, day or minute adds to it. See uPlot's axis values. */
const TIME_LABELS: uPlot.Axis.Values = [
	[365 * 86_400_000, '{YYYY}', null, null, null, null, null, null, 1],
	[28 * 86_400_000, '{MMM}', '\n{YYYY}', null, null, null, null, null, 1],
	[86_400_000, '{D} {MMM}', '\n{YYYY}', null, null, null, null, null, 1],
	[60_000, '{HH}:{mm}', '\n{D} {MMM} {YYYY}', null, '\n{D} {MMM}', null, null, null, 1],
	[1_000, '{HH}:{mm}:{ss}', '\n{D} {MMM} {YYYY}', null, '\n{D} {MMM}', null, null, null, 1],
	[1, '{ss}.{fff}', '\n{D} {MMM} {YYYY} {HH}:{mm}', null, '\n{D} {MMM} {HH}:{mm}', null, '\n{HH}:{mm}', null, 1],
] as (string | number | null)[][];

/** Distances between labels of steps: there is no step between two. */
const WHOLE_INCREMENTS = Array.from({ length: 16 }, (_, power) => [1, 2, 5].map((first) => first * 10 ** power)).flat();

const X_FORMATS: Readonly<Record<XKind, TickFormat | null>> = {
	number: formatNumber,
	step: formatNumber,
	duration: (seconds, increment) => (increment < 1 ? `${seconds.toFixed(decimalsOf(increment))} s` : formatClockTime(seconds)),
	time: null,
};

interface ChartLook {
	readonly lines: readonly Line[];
	readonly colours: ChartColours;
	readonly xKind: XKind;
	readonly isLog: boolean;
	/** The horizontal axis is logarithmic. */
	readonly isLogX: boolean;
	/** The line next to the cursor stands out from the others. */
	readonly focuses?: boolean;
	readonly widthPx: number;
	readonly heightPx: number;
	readonly titles: AxisTitles | undefined;
}

/** What the axes mean, where the chart's name does not say it. */
export interface AxisTitles {
	readonly x: string;
	readonly y: string;
}

const TITLE_SIZE_PX = 16;
const X_AXIS_PX = 28;
/** A second line tells the day. */
const TIME_AXIS_PX = 42;

export function chartOptions(look: ChartLook): uPlot.Options {
	const { lines, colours, xKind, isLog, isLogX, focuses = false, widthPx, heightPx, titles } = look;
	return {
		width: Math.max(1, widthPx),
		height: heightPx,
		ms: 1,
		padding: [8, 12, 0, 0],
		legend: { show: false },
		cursor: {
			sync: { key: CURSOR_KEY, scales: ['x', null] },
			drag: { x: true, y: false, setScale: false },
			points: { size: 6, ...(focuses && { one: true }) },
			...(focuses && { focus: { prox: FOCUS_PX } }),
			dataIdx: (plot, _, index, x) => (isWithin(plot, x) ? index : null),
		},
		...(focuses && { focus: { alpha: 0.25 } }),
		scales: {
			x: { time: xKind === 'time', distr: isLogX ? LOGARITHMIC : 1, ...(xKind === 'step' && !isLogX && { range: stepRange }) },
			y: { distr: isLog ? LOGARITHMIC : 1, ...(!isLog && { range: valueRange }) },
		},
		axes: [
			{
				...axis(colours, X_FORMATS[xKind], xKind === 'time' ? TIME_AXIS_PX : X_AXIS_PX, titles?.x),
				...(xKind === 'step' && !isLogX && { incrs: WHOLE_INCREMENTS }),
			},
			axis(colours, formatNumber, 58, titles?.y),
		],
		series: [{}, ...lines.flatMap((line) => seriesOf(line, colours))],
		bands: bandsOf(lines, colours),
	};
}

/** A single step stands in the middle, between the one before and the one after. */
export function stepRange(_: uPlot, from: number | null, to: number | null): [number | null, number | null] {
	return from !== null && from === to ? [from - 1, from + 1] : [from, to];
}

/** Room above and below the values, in shares of what they span. */
const VALUE_MARGIN = 0.1;

/** What is zero all the time lies on its axis, which uPlot would draw up to a hundred. */
export function valueRange(_: uPlot, from: number | null, to: number | null): [number | null, number | null] {
	if (from === null || to === null) return [null, null];
	return from === 0 && to === 0 ? [0, 1] : uPlot.rangeNum(from, to, VALUE_MARGIN, true);
}

/** Draws each mark as a dashed line from top to bottom. */
export function drawMarks(plot: uPlot, marks: readonly ChartMark[], colours: ChartColours): void {
	const { ctx, bbox } = plot;
	ctx.save();
	ctx.lineWidth = devicePixelRatio;
	ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
	for (const { x, tone } of marks) {
		const left = plot.valToPos(x, 'x', true);
		if (left < bbox.left || left > bbox.left + bbox.width) continue;
		ctx.strokeStyle = colours[tone];
		ctx.beginPath();
		ctx.moveTo(left, bbox.top);
		ctx.lineTo(left, bbox.top + bbox.height);
		ctx.stroke();
	}
	ctx.restore();
}

/** Whether a chart has data on both sides of an x. */
export function isWithin(plot: uPlot, x: number): boolean {
	const [all] = plot.data;
	const [first, last] = [all[0], all.at(-1)];
	return first !== undefined && last !== undefined && x >= first && x <= last;
}

function axis(colours: ChartColours, format: TickFormat | null, sizePx: number, title: string | undefined): uPlot.Axis {
	return {
		font: colours.font,
		size: sizePx,
		gap: 4,
		stroke: colours.text,
		grid: { stroke: colours.grid, width: 1 },
		ticks: { show: false },
		border: { show: false },
		...(title !== undefined && { label: title, labelFont: colours.font, labelSize: TITLE_SIZE_PX, labelGap: 0 }),
		// On a logarithmic axis uPlot gives null where a label would not fit.
		...(format === null && { values: TIME_LABELS }),
		...(format !== null && {
			values: (_: uPlot, splits: (number | null)[], __: number, ___: number, increment: number) =>
				splits.map((value) => (value === null ? '' : format(value, increment))),
		}),
	};
}

function seriesOf(line: Line, colours: ChartColours): uPlot.Series[] {
	const colour = colours.series[line.colour % colours.series.length] ?? colours.text;
	const points: uPlot.Series.Points = line.hasPoints === false ? { show: false } : { size: 4 };
	const main: uPlot.Series = {
		label: line.label,
		stroke: line.isFaint ? faded(colour, 0.35) : colour,
		width: line.isFaint ? 1 : 1.5,
		dash: [...seriesDash(line.colour)],
		points: line.isFaint ? { show: false } : points,
	};
	if (line.isScattered) return [{ ...main, paths: () => null, points: { show: true, size: 6, fill: colour } }];
	const edge: uPlot.Series = { label: '', stroke: 'transparent', width: 0, points: { show: false } };
	return line.band ? [main, edge, edge] : [main];
}

/** A band is filled between the two columns that follow its line. */
function bandsOf(lines: readonly Line[], colours: ChartColours): uPlot.Band[] {
	const bands: uPlot.Band[] = [];
	let column = 1;
	for (const line of lines) {
		const colour = colours.series[line.colour % colours.series.length] ?? colours.text;
		if (line.band) bands.push({ series: [column + 1, column + 2], fill: faded(colour, 0.18) });
		column += line.band ? 3 : 1;
	}
	return bands;
}
