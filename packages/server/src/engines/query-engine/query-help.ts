/** Help with writing a query: what may stand at a place, and what is wrong so far, as far as can be told without running it. */
import { LOG_TABLES } from '@runstead/contract';
import { AGGREGATES } from './kql/aggregates.ts';
import { SCALAR_FUNCTIONS } from './kql/functions/catalogue.ts';
import type { KustoParser, Proposal, Remark } from './kql/kusto.ts';
import { OPERATOR_NAMES } from './kql/operators/catalogue.ts';
import { NESTS_TOO_DEEPLY, QueryError } from './kql/query-error.ts';
import { translateQuery } from './kql/translate-query.ts';
import { ProbeNeeded } from './kql/translation.ts';

export interface Completion {
	readonly start: number;
	readonly length: number;
	readonly proposals: readonly Proposal[];
}

/** What the parser knows and the translation does not is not proposed. */
const IS_SUPPORTED: Readonly<Record<string, (name: string) => boolean>> = {
	BuiltInFunction: (name) => SCALAR_FUNCTIONS.has(name),
	AggregateFunction: (name) => Object.hasOwn(AGGREGATES, name),
	QueryPrefix: (name) => OPERATOR_NAMES.has(name),
	Punctuation: () => false,
};

/** The name of an operator as far as a hyphen: the parser takes that for a minus. */
const HYPHEN = /\|\s*([a-z]+(?:-[a-z]+)*-)$/;

export function completionOf(parser: KustoParser, query: string, position: number): Completion {
	try {
		const before = query.slice(0, position);
		const begun = HYPHEN.exec(before)?.[1];
		if (begun !== undefined && [...OPERATOR_NAMES].some((name) => name.startsWith(begun))) {
			// What may stand at the part before the hyphen, of that what goes on with it.
			const { proposals } = completionOf(parser, before.slice(0, -1) + query.slice(position), before.length - 1);
			const start = before.length - begun.length;
			return { start, length: begun.length, proposals: proposals.filter(({ name }) => name.startsWith(begun)) };
		}
		const { start, length, proposals } = parser.proposals(query, Math.min(position, query.length));
		return { start, length, proposals: proposals.filter(({ kind, name }) => IS_SUPPORTED[kind]?.(name) ?? true) };
	} catch (error) {
		asQueryError(error);
		return { start: position, length: 0, proposals: [] };
	}
}

/** `now` in ticks. */
export function remarksOn(parser: KustoParser, query: string, now: bigint): readonly Remark[] {
	try {
		const remarks = parser.remarks(query);
		if (query.trim() === '' || remarks.some(({ severity }) => severity === 'error')) return remarks;
		// What is Kusto and not supported here says so while it is written, too.
		translateQuery(query, { parser, tables: LOG_TABLES, rowsOf: () => 'SELECT 1', now, parameters: {}, answers: new Map() });
		return remarks;
	} catch (error) {
		const told = asQueryError(error);
		if (told === null) return [];
		const { message, start, length, kustoCode } = told;
		return [{ severity: 'error', message, start, length, kustoCode }];
	}
}

/** Null: it depends on data, which is seen when it runs. */
function asQueryError(error: unknown): QueryError | null {
	if (error instanceof QueryError) return error;
	if (error instanceof ProbeNeeded) return null;
	if (error instanceof RangeError) return new QueryError('unsupported', NESTS_TOO_DEEPLY);
	throw error;
}
