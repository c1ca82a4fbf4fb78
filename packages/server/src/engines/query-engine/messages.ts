/** What the server and the process of the query engine say to each other. */
import type { Remark } from './kql/kusto.ts';
import type { QueryErrorKind } from './kql/query-error.ts';
import type { Completion } from './query-help.ts';
import type { QueryLimits, QueryResult } from './run-query.ts';

/** Where the engine reads the outbox: it has connections of its own, which only read. */
export type EngineDatabase = { readonly engine: 'sqlite'; readonly file: string } | { readonly engine: 'postgres'; readonly url: string };

export interface EngineSetup {
	/** The engine's own folder. */
	readonly folder: string;
	readonly database: EngineDatabase;
	/** Where the logs of runs lie. */
	readonly logFolder: string;
}

export interface QueryRequest {
	readonly query: string;
	/** Keys of the workspaces that it may see; null: all of them, and what belongs to the server. */
	readonly workspaceKeys: readonly number[] | null;
	/** Rows of other times are not seen: microseconds since 1970, from and before. */
	readonly period: { readonly from: number; readonly to: number } | null;
	readonly parameters: Readonly<Record<string, string>>;
	/** Whether dynamic values are JSON inside of the rows, or JSON as text. */
	readonly dynamicAs: 'json' | 'text';
	readonly limits: QueryLimits;
}

/** Keys of runs whose metrics have grown since the last query; null: there are too many to name. */
export type GrownRuns = readonly number[] | null;

/** What the engine can be asked, and what it answers. */
export interface Asked {
	readonly query: { readonly question: QueryRequest & { readonly grownRuns: GrownRuns }; readonly answer: QueryResult };
	readonly complete: { readonly question: { readonly query: string; readonly position: number }; readonly answer: Completion };
	readonly remark: { readonly question: { readonly query: string }; readonly answer: readonly Remark[] };
}

export type AskedOf<Kind extends keyof Asked> = Kind extends unknown
	? { readonly type: Kind; readonly id: number; readonly question: Asked[Kind]['question'] }
	: never;

export type ToEngine =
	| { readonly type: 'open'; readonly setup: EngineSetup }
	| AskedOf<keyof Asked>
	| { readonly type: 'cancel'; readonly id: number };

export interface EngineFailure {
	readonly kind: QueryErrorKind | 'internal';
	readonly message: string;
	readonly start: number;
	readonly length: number;
	readonly kustoCode: string | null;
}

export type FromEngine =
	| { readonly type: 'answer'; readonly id: number; readonly answer: Asked[keyof Asked]['answer'] }
	| { readonly type: 'failure'; readonly id: number; readonly failure: EngineFailure };
