/** Looks at the log tables over windows that end at given times: how many rows a query gives, or the numbers of one of its columns. */
import { LIMITS, type LogAlertCondition, RunsteadError } from '@runstead/contract';
import { toWireTime } from '../../http/time.ts';
import type { QueryResult, QueryService } from '../query/service.ts';
import type { MeasuredCombination, Windows } from './metric-condition.ts';

/** Of windows that ended while nobody looked the newest: each is a query. */
const WINDOWS_MAX = 60;
/** Of the last day, when a rule is tried: a window each five minutes. */
export const PREVIEW_WINDOWS_MAX = 288;
/** A query that was ended, or an engine that is away, says nothing against the query. */
const UNTOLD: ReadonlySet<string> = new Set(['query-limit', 'query-engine-failed']);

/** What each combination of the columns that are split by says: the greatest number of the measured column, or how many rows there are. */
function valuesOf({ columns, rows }: QueryResult, { measure, splitBy = [] }: LogAlertCondition): Map<string, number> {
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
 * @throws {RunsteadError} invalid-query; not-found for a column. What only says that nobody can tell now is left to the first look.
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

/** @throws {RunsteadError} invalid-query and whatever else a query is refused with; not-found for a column. */
export async function measureLogs(
	queries: QueryService,
	workspaceKey: number,
	condition: LogAlertCondition,
	{ ends, windowMicros }: Windows,
	{
		windowsMax = WINDOWS_MAX,
		signal = new AbortController().signal,
	}: { readonly windowsMax?: number; readonly signal?: AbortSignal | undefined } = {},
): Promise<MeasuredCombination[]> {
	const looked = new Map<number, Map<string, number>>();
	for (const end of ends.slice(-windowsMax)) {
		const result = await queries.run({
			query: condition.query,
			workspaceKeys: [workspaceKey],
			timespan: `${toWireTime(end - windowMicros)}/${toWireTime(end)}`,
			limits: { rows: LIMITS.alertLogRows.max },
			signal,
		});
		looked.set(end, valuesOf(result, condition));
	}
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
