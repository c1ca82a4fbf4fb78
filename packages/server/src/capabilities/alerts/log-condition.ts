/** Looks at the log tables over windows that end at given times: how many rows a query gives, or the numbers of one of its columns. */
import { LIMITS, type LogAlertCondition, RunsteadError } from '@runstead/contract';
import { fromWireTime, toWireTime } from '../../http/time.ts';
import type { Clock } from '../../storage/unit-of-work.ts';
import type { QueryQuestion, QueryResult, QueryService } from '../query/service.ts';
import type { MeasuredCombination, Windows } from './metric-condition.ts';

/** Of windows that ended while nobody looked the newest: each is a query. */
const WINDOWS_MAX = 60;
/** A rule is tried over as many windows as can be looked at in this time, the newest first: somebody waits. */
const PREVIEW_MAX_MICROS = 20_000_000;
const MICROS_PER_SECOND = 1_000_000;
/** A query that was ended, or an engine that is away, says nothing against the query. */
const UNTOLD: ReadonlySet<string> = new Set(['query-limit', 'query-engine-failed']);

/** What each combination of the columns that are split by says: the greatest number of the measured column, or how many rows there are. */
function valuesOf({ columns, rows, more }: QueryResult, { measure, splitBy = [] }: LogAlertCondition): Map<string, number> {
	if (more.length > 0)
		throw new RunsteadError('invalid-request', { what: `A rule looks at one table, and its query gives ${more.length + 1}.` });
	const placeOf = (name: string): number => {
		const place = columns.findIndex((column) => column.name === name);
		if (place < 0)
			throw new RunsteadError('not-found', {
				noun: 'column of the query',
				given: `${name} (it gives ${columns.map((one) => one.name).join(', ')})`,
			});
		return place;
	};
	const splits = splitBy.map((name) => [name, placeOf(name)] as const).sort(([left], [right]) => (left < right ? -1 : 1));
	const measured = measure === undefined ? null : placeOf(measure);
	const values = new Map<string, number>();
	for (const row of JSON.parse(rows) as unknown[][]) {
		const dimensions = JSON.stringify(Object.fromEntries(splits.map(([name, place]) => [name, String(row[place] ?? '')])));
		const before = values.get(dimensions);
		if (measured === null) values.set(dimensions, (before ?? 0) + 1);
		else {
			const value = row[measured] === null ? Number.NaN : Number(row[measured]);
			if (!Number.isNaN(value)) values.set(dimensions, before === undefined ? value : Math.max(before, value));
		}
	}
	return values;
}

/**
 * Looks once, over as little time as can be, whether a query can be looked at at all, and has the columns that are wanted.
 * @throws {RunsteadError} invalid-query; invalid-request for several tables; not-found for a column. What only says that nobody can tell
 * now is left to the first look.
 */
export async function checkLogCondition(
	queries: QueryService,
	workspaceKey: number,
	condition: LogAlertCondition,
	now: number,
): Promise<void> {
	await measureLogs(queries, workspaceKey, condition, { ends: [now], windowMicros: 0 }).catch((error: unknown) => {
		if (error instanceof RunsteadError && UNTOLD.has(error.code)) return;
		throw error;
	});
}

type LookedAt = ReadonlyMap<number, ReadonlyMap<string, number>>;

const NEVER = new AbortController().signal;

/** @throws {RunsteadError} invalid-query and whatever else a query is refused with; not-found for a column. */
export async function measureLogs(
	queries: QueryService,
	workspaceKey: number,
	condition: LogAlertCondition,
	{ ends, windowMicros }: Windows,
): Promise<MeasuredCombination[]> {
	const looked = new Map<number, ReadonlyMap<string, number>>();
	for (const end of ends.slice(-WINDOWS_MAX)) {
		const result = await queries.run(questionOf(workspaceKey, condition.query, end - windowMicros, end, NEVER));
		looked.set(end, valuesOf(result, condition));
	}
	return combined(condition, ends, looked);
}

const questionOf = (workspaceKey: number, query: string, from: number, to: number, signal: AbortSignal): QueryQuestion => ({
	query,
	workspaceKeys: [workspaceKey],
	timespan: `${toWireTime(from)}/${toWireTime(to)}`,
	limits: { rows: LIMITS.alertLogRows.max },
	signal,
});

/**
 * What the windows would have said, as many of them as there is time for. Windows in which the tables of the query have the same rows
 * say the same: a day of 1,440 windows is mostly a few looks.
 * @throws {RunsteadError} as measureLogs.
 */
export async function tryLogs(
	queries: QueryService,
	workspaceKey: number,
	condition: LogAlertCondition,
	{ ends, windowMicros, stepMicros }: Windows & { readonly stepMicros: number },
	{ clock, signal = NEVER }: { readonly clock: Clock; readonly signal?: AbortSignal | undefined },
): Promise<{ readonly ends: readonly number[]; readonly measured: MeasuredCombination[] }> {
	const [first, last] = [ends[0], ends.at(-1)];
	if (first === undefined || last === undefined) return { ends, measured: [] };
	const until = clock() + PREVIEW_MAX_MICROS;
	const newest = await queries.run(questionOf(workspaceKey, condition.query, last - windowMicros, last, signal));
	const filled = await filledGrains(queries, workspaceKey, newest.tablesRead, {
		from: first - windowMicros,
		to: last,
		grainSeconds: greatestDivisor(stepMicros, windowMicros) / MICROS_PER_SECOND,
		signal,
	});
	/** By the rows of the window: the first and the last of the grains that have any. */
	const known = new Map<string, ReadonlyMap<string, number>>();
	const looked = new Map<number, ReadonlyMap<string, number>>();
	for (const end of ends.toReversed()) {
		const inside = filled.filter((grain) => grain >= end - windowMicros && grain < end);
		const rows = `${inside[0]}-${inside.at(-1)}`;
		let values = known.get(rows);
		if (!values) {
			if (clock() > until) break;
			const question = questionOf(workspaceKey, condition.query, end - windowMicros, end, signal);
			values = valuesOf(end === last ? newest : await queries.run(question), condition);
			known.set(rows, values);
		}
		looked.set(end, values);
	}
	const tried = ends.slice(-looked.size);
	return { ends: tried, measured: combined(condition, tried, looked) };
}

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b));

/** The starts of the grains in which the tables have rows, ascending. */
async function filledGrains(
	queries: QueryService,
	workspaceKey: number,
	tables: readonly string[],
	{ from, to, grainSeconds, signal }: { from: number; to: number; grainSeconds: number; signal: AbortSignal },
): Promise<number[]> {
	if (tables.length === 0) return [];
	const grains = `summarize by Grain = bin_at(TimeGenerated, ${grainSeconds}s, datetime(1970-01-01))`;
	const query = `union ${tables.map((table) => `(${table} | ${grains})`).join(', ')} | distinct Grain | sort by Grain asc`;
	const { rows } = await queries.run({ ...questionOf(workspaceKey, query, from, to, signal), limits: {} });
	return (JSON.parse(rows) as [string][]).map(([grain]) => fromWireTime(grain, 'grain'));
}

/** What was looked at, of each combination of dimensions. */
function combined(condition: LogAlertCondition, ends: readonly number[], looked: LookedAt): MeasuredCombination[] {
	const combinations = new Set([...looked.values()].flatMap((values) => [...values.keys()]));
	// No rows are none of them: that can be too few.
	const isCount = condition.measure === undefined && (condition.splitBy ?? []).length === 0;
	if (isCount) combinations.add('{}');
	return [...combinations].map((dimensions) => ({
		dimensions: JSON.parse(dimensions) as Record<string, string>,
		values: ends.map((end) => {
			const values = looked.get(end);
			return values ? (values.get(dimensions) ?? (isCount ? 0 : null)) : null;
		}),
	}));
}
