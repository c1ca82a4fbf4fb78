/** The database that everything is kept in, whichever engine it runs on. */
import type { RunsteadError } from '@runstead/contract';
import type { Kysely } from 'kysely';
import type { CommitListener } from './group-commit.ts';
import type { Tables } from './tables.ts';
import type { Ask, Clock, UnitOfWork } from './unit-of-work.ts';

export interface Database {
	readonly engine: 'sqlite' | 'postgres';
	/** Short reads of what has been committed. */
	readonly read: Kysely<Tables>;
	/** Short reads of what has been committed, for paths where a query builder would cost too much. */
	readonly ask: Ask;
	/** Long reads (searches, charts), which hold up nobody else. */
	readonly heavyRead: Kysely<Tables>;
	/** Reads that look at every run (totals, groups): no page of a search waits for them. */
	readonly totalRead: Kysely<Tables>;
	/** Makes a change in a transaction: see {@link UnitOfWork}. Resolves when it is synced. */
	write<T>(work: (unit: UnitOfWork) => Promise<T>): Promise<T>;
	/** What an error of a query means to a client; null if it is a defect of ours. */
	errorOrNull(error: unknown): RunsteadError | null;
	/** What the database says about itself and whether it is sound. */
	inspect(): Promise<{ name: string; ok: boolean; value: string }[]>;
	/**
	 * Takes what only one server on this database may do at a time; null while another one has it. It is lost with the connection to the
	 * database: `onLost` is called then, once.
	 */
	leadOrNull(onLost: () => void): Promise<Leadership | null>;
	close(): Promise<void>;
}

export interface Leadership {
	release(): Promise<void>;
}

export interface DatabaseOptions extends CommitListener {
	readonly clock: Clock;
}
