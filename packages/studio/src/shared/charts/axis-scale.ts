/** Axes of what is drawn with SVG: numbers, times or names placed on pixels, with the labels that fit. */
import { scaleLinear, scaleLog, scalePoint, scaleTime } from 'd3-scale';
import { formatNumber } from '../format/numbers.ts';
import { formatDuration } from '../format/times.ts';

/** What the numbers of an axis mean. */
export type NumberMeaning = 'number' | 'time' | 'seconds';

interface Tick {
	readonly atPx: number;
	readonly label: string;
}

export interface AxisScale<Value> {
	/** Null for what cannot stand on it: zero and less on a logarithmic axis, a name that it does not have. */
	readonly place: (value: Value) => number | null;
	readonly ticks: readonly Tick[];
}

type PixelRange = readonly [from: number, to: number];

const PIXELS_PER_TICK = 60;
/** Around the outermost points, so that none lies on the frame. */
const MARGIN_SHARE = 0.04;

export function numberAxis(values: readonly number[], range: PixelRange, isLog: boolean, meaning: NumberMeaning): AxisScale<number> {
	const drawn = isLog ? values.filter((value) => value > 0) : values;
	const domain = paddedDomain(drawn, isLog);
	const count = Math.max(2, Math.floor(Math.abs(range[1] - range[0]) / PIXELS_PER_TICK));
	if (meaning === 'time') {
		const scale = scaleTime(domain, range);
		const format = scale.tickFormat(count);
		return { place: (value) => scale(value), ticks: scale.ticks(count).map((tick) => ({ atPx: scale(tick), label: format(tick) })) };
	}
	const scale = isLog ? scaleLog(domain, range) : scaleLinear(domain, range);
	const label = (value: number) => (meaning === 'seconds' ? formatDuration(value * 1000) : formatNumber(value));
	const ticks = scale.ticks(count).map((tick) => ({ atPx: scale(tick), label: label(tick) }));
	return { place: (value) => (isLog && value <= 0 ? null : scale(value)), ticks: isLog ? spaced(ticks) : ticks };
}

export function nameAxis(names: readonly string[], range: PixelRange): AxisScale<string> {
	const scale = scalePoint()
		.domain(names)
		.range([...range])
		.padding(0.5);
	const ticks = scale.domain().map((name) => ({ atPx: scale(name) ?? 0, label: name }));
	return { place: (name) => scale(name) ?? null, ticks };
}

function paddedDomain(values: readonly number[], isLog: boolean): [number, number] {
	const [low, high] = [Math.min(...values), Math.max(...values)];
	if (values.length === 0) return isLog ? [1, 10] : [0, 1];
	if (isLog) return low === high ? [low / 2, high * 2] : [low * (low / high) ** MARGIN_SHARE, high * (high / low) ** MARGIN_SHARE];
	const margin = low === high ? Math.abs(low) * 0.5 || 1 : (high - low) * MARGIN_SHARE;
	return [low - margin, high + margin];
}

/** A logarithmic axis has more ticks than labels fit. */
function spaced(ticks: readonly Tick[]): Tick[] {
	const kept: Tick[] = [];
	for (const tick of ticks) {
		const last = kept.at(-1);
		if (last === undefined || Math.abs(tick.atPx - last.atPx) >= PIXELS_PER_TICK * 0.7) kept.push(tick);
	}
	return kept;
}
