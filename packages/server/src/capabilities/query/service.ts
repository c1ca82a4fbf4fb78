/** Queries over the log tables: who may see what, limits, and what went wrong in words; the engine does the work. */
import { checkLimit, LIMITS, RunsteadError } from '@runstead/contract';
import {
	type Completion,
	EngineError,
	type EngineFailure,
	type QueryEngine,
	type QueryResult,
	type Remark,
} from '../../engines/query-engine/query-engine.ts';
import type { Clock } from '../../storage/unit-of-work.ts';
import { readTimespan } from './timespan.ts';

export type { QueryResult, ResultTable } from '../../engines/query-engine/query-engine.ts';

export interface QueryQuestion {
	readonly query: string;
	/** Keys of the workspaces that it may see; null: all of them, and what belongs to the server. */
	readonly workspaceKeys: readonly number[] | null;
	/** A duration up to now or an interval; absent or null: of all times. */
	readonly timespan?: string | null;
	/** Values of the parameters that the query declares. */
	readonly parameters?: Readonly<Record<string, string>>;
	/** Dynamic values are JSON inside of the rows, or (if absent) JSON as text. */
	readonly dynamicAs?: 'json' | 'text';
	readonly limits?: { readonly rows?: number; readonly seconds?: number };
	/** Ends the query. */
	readonly signal: AbortSignal;
}

export type QueryService = ReturnType<typeof createQueryService>;

export function createQueryService({ engine, clock }: { engine: QueryEngine; clock: Clock }) {
	return {
		/** @throws {RunsteadError} invalid-query, query-limit, invalid-request for the timespan, query-engine-failed. */
		async run({
			query,
			workspaceKeys,
			timespan = null,
			parameters = {},
			dynamicAs = 'text',
			limits = {},
			signal,
		}: QueryQuestion): Promise<QueryResult> {
			checkLimit('The length of the query', query.length, 'queryCharacters');
			const period = timespan === null ? null : readTimespan(timespan, clock());
			const bounds = {
				rows: Math.min(limits.rows ?? LIMITS.queryRows.max, LIMITS.queryRows.max),
				bytes: LIMITS.queryBytes.max,
				seconds: Math.min(limits.seconds ?? LIMITS.querySeconds.max, LIMITS.querySeconds.max),
			};
			return inWords(query, engine.query({ query, workspaceKeys, period, parameters, dynamicAs, limits: bounds }, signal));
		},
		/** What may stand at a place of a query, in characters from its start. @throws {RunsteadError} query-engine-failed. */
		complete: (query: string, position: number, signal: AbortSignal): Promise<Completion> =>
			inWords(query, engine.complete(query, position, signal)),
		/** What is wrong with a query, without running it. @throws {RunsteadError} query-engine-failed. */
		remarks: (query: string, signal: AbortSignal): Promise<readonly Remark[]> => inWords(query, engine.remarks(query, signal)),
		stop: () => engine.stop(),
	};
}

/** What the engine answers; what goes wrong there as an error of the catalogue. */
function inWords<T>(query: string, answer: Promise<T>): Promise<T> {
	return answer.catch((error: unknown) => {
		throw error instanceof EngineError ? told(error.failure, query) : error;
	});
}

/** Where it is in the query, as people count: lines and characters from 1. */
function placeOf(query: string, start: number): { line: number; character: number } {
	const before = query.slice(0, start).split('\n');
	return { line: before.length, character: (before.at(-1) ?? '').length + 1 };
}

function told({ kind, message, start, length, kustoCode }: EngineFailure, query: string): RunsteadError {
	const place = placeOf(query, start);
	// A limit that a part of the query runs into has a place; that of the whole has none.
	if (kind === 'limit' && length === 0) return new RunsteadError('query-limit', { reason: message });
	if (kind === 'internal') return new RunsteadError('query-engine-failed', { reason: message });
	return new RunsteadError('invalid-query', { reason: message, ...place, kind, start, length, kustoCode });
}
