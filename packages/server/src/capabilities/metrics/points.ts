/** Points as the wire brings them, checked in one pass and turned into packed columns. */
import { checkLimit, LIMITS, type MetricKind, RunsteadError, type SeriesPoints, type WireValue } from '@runstead/contract';

/** Values of one column. Numbers lie in a typed array; what is not all numbers is kept as the wire has it. */
export type ColumnValues =
	| { readonly type: 'float' | 'integer'; readonly numbers: Float64Array }
	/** Here a plain number is a float, and an integer is `{ integer }`. */
	| { readonly type: 'mixed'; readonly values: readonly WireValue[] };

export interface Points {
	readonly count: number;
	/** NaN where a point has no step; null if none has one. */
	readonly steps: Float64Array | null;
	/** Microseconds since 1970. */
	readonly times: Float64Array;
	readonly columns: readonly { readonly name: string; readonly values: ColumnValues }[];
}

export interface ParsedSeries {
	readonly name: string;
	readonly kind: MetricKind;
	readonly points: Points;
}

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const INTEGER = /^-?\d{1,19}$/;

/** Kinds whose points have one column, named like the metric. */
const ONE_COLUMN_KINDS: ReadonlySet<MetricKind> = new Set(['scalar', 'list', 'image']);

/** @throws {RunsteadError} invalid-request or limit-exceeded, naming the metric, the place and the value. */
export function parseSeries(series: readonly SeriesPoints[]): ParsedSeries[] {
	const parsed = series.map((one, index) => parseOne(one, index));
	const count = parsed.reduce((sum, { points }) => sum + points.count, 0);
	checkLimit('The number of points in this batch', count, 'metricPointsPerBatch');
	return parsed;
}

function parseOne({ name, kind, steps, times, columns }: SeriesPoints, index: number): ParsedSeries {
	const where = `series[${index}] (${JSON.stringify(name)})`;
	const count = times.length;
	if (count === 0) fail(`${where} has no points.`);
	if (name.includes('\0')) fail(`${where}: a metric name holds no NUL character.`);
	const names = new Set(columns.map((column) => column.name));
	if (names.size < columns.length) fail(`${where} has two columns of one name.`);
	if (ONE_COLUMN_KINDS.has(kind) && (columns.length !== 1 || !names.has(name)))
		fail(`${where}: a metric of kind ${kind} has one column, named like the metric.`);
	return {
		name,
		kind,
		points: {
			count,
			steps: steps === undefined ? null : parseSteps(steps, count, where),
			times: parseTimes(times, where),
			columns: columns.map((column) => {
				checkLimit(`The length of a column name of ${where}`, column.name.length, 'metricColumnNameCharacters');
				if (column.values.length !== count)
					fail(`${where}, column ${JSON.stringify(column.name)} has ${column.values.length} values for ${count} times.`);
				return {
					name: column.name,
					values: parseValues(column.values, column.type ?? 'float', `${where}, column ${JSON.stringify(column.name)}`),
				};
			}),
		},
	};
}

function parseSteps(steps: readonly (number | null)[], count: number, where: string): Float64Array | null {
	if (steps.length !== count) fail(`${where} has ${steps.length} steps for ${count} times.`);
	const parsed = new Float64Array(count);
	let any = false;
	for (let index = 0; index < count; index++) {
		const step = steps[index] as number | null;
		if (step !== null && !Number.isSafeInteger(step)) {
			fail(`${where}: steps[${index}] is ${JSON.stringify(step)}, not a whole number from -(2^53 - 1) to 2^53 - 1, nor null.`);
		}
		parsed[index] = step ?? Number.NaN;
		any ||= step !== null;
	}
	return any ? parsed : null;
}

function parseTimes(times: readonly number[], where: string): Float64Array {
	const parsed = new Float64Array(times.length);
	for (let index = 0; index < times.length; index++) {
		const time = times[index] as number;
		if (!Number.isSafeInteger(time)) fail(`${where}: times[${index}] is ${JSON.stringify(time)}, not whole microseconds since 1970.`);
		parsed[index] = time;
	}
	return parsed;
}

function parseValues(values: readonly WireValue[], type: 'float' | 'integer', where: string): ColumnValues {
	const numbers = new Float64Array(values.length);
	for (let index = 0; index < values.length; index++) {
		const value = values[index];
		const number = typeof value === 'number' ? value : type === 'float' ? specialNumberOrNull(value) : null;
		if (number === null) return parseMixed(values, type, where);
		if (type === 'integer' && !Number.isSafeInteger(number))
			fail(
				`${where}: values[${index}] is ${number}, which is no whole number below 2^53; send it as {"integer": "…"} or in a float column.`,
			);
		numbers[index] = number;
	}
	return { type, numbers };
}

const SPECIAL_NUMBERS: Readonly<Record<string, number>> = {
	NaN: Number.NaN,
	Infinity: Number.POSITIVE_INFINITY,
	'-Infinity': Number.NEGATIVE_INFINITY,
};

function specialNumberOrNull(value: WireValue | undefined): number | null {
	if (typeof value !== 'object' || value === null || !('number' in value)) return null;
	return SPECIAL_NUMBERS[value.number] ?? null;
}

function parseMixed(values: readonly WireValue[], type: 'float' | 'integer', where: string): ColumnValues {
	return { type: 'mixed', values: values.map((value, index) => mixedValue(value, type, `${where}: values[${index}]`)) };
}

function mixedValue(value: WireValue, type: 'float' | 'integer', where: string): WireValue {
	if (value === null || typeof value === 'boolean') return value;
	if (typeof value === 'number') return type === 'integer' ? { integer: String(value) } : value;
	if (typeof value === 'string') {
		const { max } = LIMITS.metricStringBytes;
		// A character has at most three bytes a UTF-16 unit: most texts need no count.
		if (value.length * 3 > max) checkLimit(`The size of ${where} in bytes`, Buffer.byteLength(value), 'metricStringBytes');
		return value;
	}
	if (typeof value === 'object' && specialNumberOrNull(value) !== null) return value;
	if (typeof value === 'object' && 'integer' in value && typeof value.integer === 'string' && INTEGER.test(value.integer)) {
		const integer = BigInt(value.integer);
		if (integer >= INT64_MIN && integer <= INT64_MAX) return { integer: String(integer) };
	}
	return fail(
		`${where} is ${JSON.stringify(value)?.slice(0, 80)}, not a number, text, true, false, null, {"number": "NaN" | "Infinity" | "-Infinity"} or {"integer": "<64 bits>"}.`,
	);
}

function fail(what: string): never {
	throw new RunsteadError('invalid-request', { what });
}
