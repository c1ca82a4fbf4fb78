/** Which metrics have grown since somebody looked last. */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Tables } from '../../storage/tables.ts';
import type { GrownRuns } from './messages.ts';

/** Runs by their keys; on PostgreSQL the transaction since which series were changed; null: any may have grown. */
export type Growth = { readonly runs: readonly number[] } | { readonly transaction: string } | null;

export interface GrowthOptions {
	readonly db: Kysely<Tables>;
	readonly engine: 'sqlite' | 'postgres';
}

/** A log table that follows what grows. */
export interface GrowingTable {
	/** Brings it up to what is there now. */
	refresh(): Promise<void>;
	/** The metrics of these runs have grown. */
	noteGrown(runs: GrownRuns): void;
}

export interface GrowthWatch {
	/** The metrics of these runs have grown. */
	note(runs: GrownRuns): void;
	/** Looks at what has grown since the last look that came to its end. */
	take(look: (grown: Growth) => Promise<void>): Promise<void>;
}

/**
 * The first look, after a start, is at everything. Then it is at runs that are said to have grown; on PostgreSQL, where other servers
 * take points and tell nobody, at series that have changed since.
 */
export function createGrowth({ db, engine }: GrowthOptions): GrowthWatch {
	/** Null: all of them. */
	let noted: Set<number> | null = null;
	/** The oldest transaction that had not ended when the series were looked at. */
	let since: string | null = null;
	return {
		note(runs) {
			if (runs === null) noted = null;
			else for (const run of runs) noted?.add(run);
		},
		async take(look) {
			const runs = noted;
			noted = new Set();
			try {
				const next = engine === 'postgres' ? await oldestTransaction(db) : null;
				await look(runs === null ? null : since === null ? { runs: [...runs] } : { transaction: since });
				since = next;
			} catch (error) {
				noted = null;
				throw error;
			}
		},
	};
}

async function oldestTransaction(db: Kysely<Tables>): Promise<string> {
	const { rows } = await sql<{
		id: string;
	}>`select (pg_snapshot_xmin(pg_current_snapshot())::text::numeric % 4294967296)::text as id`.execute(db);
	return (rows[0] as { id: string }).id;
}

/** Of series: each time that points come to one, it is written anew, and its row names the transaction. */
export function changedSince(transaction: string): RawBuilder<boolean> {
	return sql<boolean>`age(xmin) <= age(${transaction}::text::xid)`;
}
