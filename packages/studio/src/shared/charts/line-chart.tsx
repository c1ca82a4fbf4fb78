/** Lines over a number or a time: no animation, gaps stay gaps, the cursor is shared by every chart on the page, dragging zooms. */
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { useEffect, useEffectEvent, useRef } from 'react';
import uPlot from 'uplot';
import { useLook } from '../theme/theme-choice.ts';
import { type ChartColours, readColours } from './colours.ts';
import { type AxisTitles, chartOptions, drawMarks, isWithin } from './line-chart-options.ts';
import { type Cell, type ChartMark, type ChartRange, drawable, type LineData, type XKind } from './line-data.ts';

const useStyles = makeStyles({
	root: {
		position: 'relative',
		minWidth: 0,
		overflow: 'hidden',
		'& .u-select': { backgroundColor: tokens.colorBrandBackground2, opacity: 0.5 },
		'& .u-cursor-x': { borderRightColor: `${tokens.colorNeutralStroke1} !important` },
		'& .u-cursor-y': { display: 'none' },
	},
});

interface LineChartProps {
	/** Says what is drawn, for those who do not see it. */
	readonly label: string;
	readonly data: LineData;
	readonly xKind: XKind;
	readonly isLog: boolean;
	readonly isLogX?: boolean;
	readonly heightPx: number;
	/** Of the axes; none for a metric over steps or time, whose name and controls say it. */
	readonly titles?: AxisTitles;
	/** What is zoomed to; null for all there is. */
	readonly range: ChartRange | null;
	/** Moments drawn over the lines. */
	readonly marks?: readonly ChartMark[];
	/** A double press shows all again if absent. */
	readonly onDoublePress?: () => void;
	readonly onZoom?: (range: ChartRange | null) => void;
	/** Called with the place under the cursor in the data; null when it leaves. */
	readonly onCursor?: (index: number | null) => void;
	/** Called with the line next to the cursor, which then stands out from the others; null when there is none. */
	readonly onFocus?: (line: number | null) => void;
	readonly className?: string;
}

export function LineChart(props: LineChartProps) {
	const { data, xKind, isLog, isLogX = false, heightPx, titles, range, label, className, marks = NO_MARKS } = props;
	const focuses = props.onFocus !== undefined;
	const styles = useStyles();
	const place = useRef<HTMLDivElement>(null);
	const chart = useRef<uPlot | null>(null);
	const look = useLook();
	const zoom = useEffectEvent((next: ChartRange | null) => props.onZoom?.(next));
	const point = useEffectEvent((index: number | null) =>
		props.onCursor?.(index === null ? null : index + (isLogX ? countNotAboveZero(data.x) : 0)),
	);
	const focus = useEffectEvent((series: number | null) => props.onFocus?.(series === null ? null : lineOfSeries(data, series)));
	const pressTwice = useEffectEvent(() => (props.onDoublePress ? props.onDoublePress() : props.onZoom?.(null)));
	const latestMarks = useEffectEvent(() => marks);
	const latest = useEffectEvent(() => ({ columns: columnsOf(data, isLog, isLogX), range }));
	// Lines are part of a chart's making; only their values change while it lives.
	const shape = JSON.stringify(
		data.lines.map(({ label: name, band, isFaint, colour, hasPoints, isScattered }) => [
			name,
			band !== undefined,
			isFaint,
			colour,
			hasPoints,
			isScattered,
		]),
	);

	// biome-ignore lint/correctness/useExhaustiveDependencies: `shape` and `look` stand for the lines and the colours
	useEffect(() => {
		const element = place.current;
		if (element === null) return;
		const colours: ChartColours = readColours(element);
		const options = chartOptions({
			lines: data.lines,
			colours,
			xKind,
			isLog,
			widthPx: element.clientWidth,
			heightPx,
			titles,
			isLogX,
			focuses,
		});
		options.hooks = {
			draw: [(plot) => drawMarks(plot, latestMarks(), colours)],
			setSelect: [
				(plot) => {
					if (plot.select.width < 4) return;
					const selected = { from: plot.posToVal(plot.select.left, 'x'), to: plot.posToVal(plot.select.left + plot.select.width, 'x') };
					plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
					zoom(selected);
				},
			],
			setCursor: [(plot) => point(pointedIndex(plot))],
			...(focuses && { setSeries: [(_, series) => focus(series)] }),
		};
		const { columns, range: shown } = latest();
		const plot = new uPlot(options, columns, element);
		chart.current = plot;
		if (shown !== null) plot.setScale('x', { min: shown.from, max: shown.to });
		plot.over.addEventListener('dblclick', () => pressTwice());
		const observer = new ResizeObserver(() => {
			if (element.clientWidth > 0 && element.clientWidth !== plot.width) plot.setSize({ width: element.clientWidth, height: heightPx });
		});
		observer.observe(element);
		return () => {
			observer.disconnect();
			plot.destroy();
			chart.current = null;
		};
	}, [shape, xKind, isLog, isLogX, focuses, heightPx, titles, look]);

	useEffect(() => {
		const plot = chart.current;
		if (plot === null) return;
		plot.batch(() => {
			plot.setData(columnsOf(data, isLog, isLogX), range === null);
			if (range !== null) plot.setScale('x', { min: range.from, max: range.to });
		});
	}, [data, isLog, isLogX, range]);
	// biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew when the marks are others
	useEffect(() => chart.current?.redraw(false), [marks]);

	return <div ref={place} role="img" aria-label={label} className={mergeClasses(styles.root, className)} style={{ height: heightPx }} />;
}

const NO_MARKS: readonly ChartMark[] = [];

function countNotAboveZero(x: readonly number[]): number {
	const first = x.findIndex((value) => value > 0);
	return first < 0 ? x.length : first;
}

/** A logarithmic axis has no place for zero and below. */
function aboveZero({ x, lines }: LineData): LineData {
	const from = countNotAboveZero(x);
	const cut = (values: readonly Cell[]) => values.slice(from);
	return {
		x: x.slice(from),
		lines: lines.map((line) => ({
			...line,
			values: cut(line.values),
			...(line.band && { band: { min: cut(line.band.min), max: cut(line.band.max) } }),
		})),
	};
}

/** The columns as the canvas takes them: x, then for each line its values, and its band's greatest and least. */
function columnsOf(given: LineData, isLog: boolean, isLogX: boolean): uPlot.AlignedData {
	const data = isLogX ? aboveZero(given) : given;
	const place = (values: readonly Cell[]) => values.map((value) => drawable(value, isLog));
	return [
		[...data.x],
		...data.lines.flatMap((line) => [place(line.values), ...(line.band ? [place(line.band.max), place(line.band.min)] : [])]),
	];
}

/** The line that a column of the canvas belongs to: its values, or an edge of its band. */
function lineOfSeries(data: LineData, series: number): number | null {
	let column = 1;
	for (const [index, line] of data.lines.entries()) {
		column += line.band ? 3 : 1;
		if (series < column) return index;
	}
	return null;
}

/** Where the cursor is in the data; null outside the chart, and where a cursor that another chart shares lies beyond the data of this one. */
function pointedIndex(plot: uPlot): number | null {
	const { left, idx } = plot.cursor;
	if (left === undefined || left < 0 || idx === null || idx === undefined) return null;
	return isWithin(plot, plot.posToVal(left, 'x')) ? idx : null;
}
