/** A unit of work: the transaction that a change is made in, with the events and signals that leave when it is committed. */
import type { EventData, EventType } from '@runstead/contract';
import type { Kysely } from 'kysely';
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

export type SqlValue = number | string | null | Uint8Array;
export type Row = Record<string, SqlValue>;

export interface UnitOfWork {
	/** Queries in this transaction. */
	readonly db: Kysely<Tables>;
	/** Plain SQL with `?` in this transaction, prepared once: for paths where a query builder would cost too much. */
	execute(sql: string, parameters: readonly SqlValue[]): Promise<Row[]>;
	/** The time of this change. */
	readonly now: number;
	/** Writes an event to the outbox in this transaction. */
	emit<Type extends EventType>(event: NewEvent<Type>): void;
	/** Runs after the commit; not at all if the change is not committed. */
	afterCommit(action: () => void): void;
}
