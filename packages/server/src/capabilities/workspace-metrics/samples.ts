/** Samples of workspace metrics on their way into their minutes. */

export const MICROS_PER_MINUTE = 60_000_000;
export const MICROS_PER_HOUR = 60 * MICROS_PER_MINUTE;

/** Samples in one: all that any aggregation over any grain can be computed from. */
export interface Aggregate {
	total: number;
	count: number;
	minimum: number;
	maximum: number;
}

/** By name; one that has no meaning here is left out. */
export type Dimensions = Readonly<Record<string, string>>;

export interface Sample {
	readonly workspaceKey: number;
	readonly metric: string;
	readonly dimensions: Dimensions;
	/** Microseconds. */
	readonly time: number;
	readonly value: number;
	/** It is a part of what its minute measures once: the parts are added up to one sample. */
	readonly isPart?: boolean;
}

/** What came of one series in one minute. */
export interface MinuteSamples extends Aggregate {
	readonly time: number;
	readonly isPart: boolean;
}

export interface SeriesSamples {
	readonly workspaceKey: number;
	readonly metric: string;
	/** As the table has it. */
	readonly dimensions: string;
	readonly minutes: Map<number, MinuteSamples>;
	/** The newest sample. */
	last: { time: number; value: number };
	total: number;
}

function aggregateOf(value: number): Aggregate {
	return { total: value, count: 1, minimum: value, maximum: value };
}

/** Adds what is in one to another. */
export function addTo(sum: Aggregate, more: Aggregate): void {
	sum.total += more.total;
	sum.count += more.count;
	if (more.minimum < sum.minimum) sum.minimum = more.minimum;
	if (more.maximum > sum.maximum) sum.maximum = more.maximum;
}

/** Adds parts of one sample to it. */
export function addPart(sum: Aggregate, part: Aggregate): void {
	sum.total += part.total;
	sum.minimum = sum.total;
	sum.maximum = sum.total;
}

/** Names in their order, so that the same values are the same text. */
function dimensionText(dimensions: Dimensions): string {
	return JSON.stringify(Object.fromEntries(Object.entries(dimensions).sort(([left], [right]) => (left < right ? -1 : 1))));
}

/** Samples by series and minute. */
export function gather(samples: Iterable<Sample>): SeriesSamples[] {
	const gathered = new Map<string, SeriesSamples>();
	for (const { workspaceKey, metric, dimensions, time, value, isPart = false } of samples) {
		if (!Number.isFinite(value)) continue;
		const text = dimensionText(dimensions);
		const series = gathered.getOrInsertComputed(`${workspaceKey} ${metric} ${text}`, () => ({
			workspaceKey,
			metric,
			dimensions: text,
			minutes: new Map(),
			last: { time, value },
			total: 0,
		}));
		series.total += value;
		if (time >= series.last.time) series.last = { time, value };
		const minute = Math.floor(time / MICROS_PER_MINUTE) * MICROS_PER_MINUTE;
		const known = series.minutes.get(minute);
		if (known === undefined) series.minutes.set(minute, { ...aggregateOf(value), time: minute, isPart });
		else (isPart ? addPart : addTo)(known, aggregateOf(value));
	}
	return [...gathered.values()];
}
