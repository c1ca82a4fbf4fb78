/** What functions of series have in common. A point that is missing, or no number, is null and is passed over. */

export type Series = readonly (number | null)[];

export const isKnown = (value: number | null | undefined): value is number => typeof value === 'number';
export const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
/** Zero of none. */
export const meanOf = (values: readonly number[]): number => (values.length === 0 ? 0 : sumOf(values) / values.length);

/** The value below which a share of sorted values lies, on the line between its neighbours. */
export function quantile(sorted: readonly number[], share: number): number {
	const place = (sorted.length - 1) * share;
	const [below, above] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number];
	return below + (above - below) * (place - Math.floor(place));
}

export const sortedOf = (values: Series): number[] => values.filter(isKnown).sort((a, b) => a - b);

/** Zero of none. */
export function medianOf(values: Series): number {
	const sorted = sortedOf(values);
	return sorted.length === 0 ? 0 : quantile(sorted, 0.5);
}

export interface Line {
	readonly slope: number;
	readonly interception: number;
	/** How much of the variance it explains. */
	readonly rsquare: number;
	readonly variance: number;
	/** Of what it does not explain. */
	readonly rvariance: number;
	/** At each place, also where a point is missing. */
	readonly fit: readonly number[];
}

/** The straight line of the least squares over places, which count from 1. */
export function lineThrough(values: Series): Line {
	const points = values.flatMap((value, index) => (isKnown(value) ? [[index + 1, value] as const] : []));
	const [meanX, meanY] = [meanOf(points.map(([x]) => x)), meanOf(points.map(([, y]) => y))];
	const spreadX = sumOf(points.map(([x]) => (x - meanX) ** 2));
	const slope = spreadX === 0 ? 0 : sumOf(points.map(([x, y]) => (x - meanX) * (y - meanY))) / spreadX;
	const interception = meanY - slope * meanX;
	const freedom = Math.max(points.length - 1, 1);
	const variance = sumOf(points.map(([, y]) => (y - meanY) ** 2)) / freedom;
	const rvariance = sumOf(points.map(([x, y]) => (y - interception - slope * x) ** 2)) / freedom;
	return {
		slope,
		interception,
		rsquare: variance === 0 ? 0 : 1 - rvariance / variance,
		variance,
		rvariance,
		fit: values.map((_, index) => interception + slope * (index + 1)),
	};
}
