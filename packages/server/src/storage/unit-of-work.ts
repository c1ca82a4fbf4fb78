/** A unit of work: the transaction that a change is made in, with the events and signals that leave when it is committed. */
import type { EventData, EventType } from '@runstead/contract';
import type { Kysely } from 'kysely';
import type { RowsStatement } from './rows-statement.ts';
import type { Row, SqlValue } from './sql-value.ts';
import type { Tables } from './tables.ts';

/** Microseconds since 1970 in UTC. */
export type Clock = () => number;

/** The clock of the machine, never going back within one process. */
export function systemClock(): Clock {
	let last = 0;
	return () => {
		last = Math.max(last + 1, Math.round((performance.timeOrigin + performance.now()) * 1000));
		return last;
	};
}

export interface NewEvent<Type extends EventType = EventType> {
	readonly workspaceKey: number | null;
	readonly type: Type;
	/** Id of what it happened to. */
	readonly subject: string;
	readonly actor: string;
	/** When it happened; now if absent. */
	readonly time?: number;
	readonly data: EventData[Type];
}

/** An event as the outbox holds it. */
export interface StoredEvent {
	readonly sequence: number;
	readonly workspaceKey: number | null;
	readonly type: string;
	readonly subject: string;
	readonly time: number;
	readonly actor: string;
	readonly data: Record<string, unknown>;
}

/** Plain SQL with `?`, prepared once. */
export type Ask = (sql: string, parameters: readonly SqlValue[]) => Promise<Row[]>;

/** Statements in one transaction, for paths where a query builder would cost too much. */
export interface Statements {
	readonly execute: Ask;
	/** As `execute`, for many rows; nothing where there are none. */
	executeRows(statement: RowsStatement, rows: readonly (readonly SqlValue[])[]): Promise<Row[]>;
	/** A question about some texts; `{list}` stands where they are looked for, behind all other parameters. */
	executeList(sql: string, parameters: readonly SqlValue[], texts: readonly string[]): Promise<Row[]>;
	/**
	 * A statement whose rows nobody waits for. To PostgreSQL it travels with the next one that is waited for, or with the commit; when it
	 * fails, so does the change.
	 */
	send(sql: string, parameters: readonly SqlValue[]): void;
	/** As `send`, for many rows. */
	sendRows(statement: RowsStatement, rows: readonly (readonly SqlValue[])[]): void;
	/** The key that the next row of a table gets, which is then inserted with it. */
	takeKey(table: KeyedTable): Promise<number>;
}

/**
 * Takes steps of a change side by side, so that their statements travel together. Where one fails, the others are waited for all the same:
 * none goes on when the change is undone.
 */
export async function together<Results extends readonly unknown[]>(
	steps: {
		readonly [Index in keyof Results]: Promise<Results[Index]> | undefined;
	},
): Promise<Results> {
	await Promise.allSettled(steps);
	return Promise.all(steps) as unknown as Promise<Results>;
}

/** Tables whose keys are taken before their rows are there. */
export type KeyedTable = 'run';

export interface UnitOfWork extends Statements {
	/** Queries in this transaction. */
	readonly db: Kysely<Tables>;
	/** The time of this change. */
	readonly now: number;
	/** Writes an event to the outbox in this transaction. */
	emit<Type extends EventType>(event: NewEvent<Type>): void;
	/** Runs after the commit; not at all if the change is not committed. */
	afterCommit(action: () => void): void;
}
