/** Group commit: changes that wait at the same moment share one transaction and one sync, each in a savepoint of its own. */
import type { RunsteadError } from '@runstead/contract';
import type { Kysely } from 'kysely';
import { rowsStatement } from './rows-statement.ts';
import type { Tables } from './tables.ts';
import type { Clock, NewEvent, Row, SqlValue, StoredEvent, UnitOfWork } from './unit-of-work.ts';

/** One connection that writes: the only one of this process. */
export interface WriteConnection {
	readonly db: Kysely<Tables>;
	execute(sql: string, parameters: readonly SqlValue[]): Promise<Row[]>;
}

/** Lends the write connection for one transaction, and says what an error of it means. */
export interface WriteEngine {
	withConnection(work: (connection: WriteConnection) => Promise<void>): Promise<void>;
	readonly begin: readonly string[];
	/** Resolves when what was committed is on disk, and lets the server read further requests meanwhile; absent where a commit takes care of it. */
	readonly sync?: () => Promise<void>;
	/** An error that ends the whole transaction (disk full, connection lost), as the catalogue names it; null for all others. */
	fatalErrorOrNull(error: unknown): RunsteadError | null;
}

/** Who is told after a commit. */
export interface CommitListener {
	/** The events that the commit put into the outbox. */
	readonly onEvents: (events: StoredEvent[]) => void;
	/** Something that was to be done after the commit went wrong. */
	readonly onError: (error: unknown) => void;
}

interface Pending {
	readonly work: (unit: UnitOfWork) => Promise<unknown>;
	readonly resolve: (value: unknown) => void;
	readonly reject: (error: unknown) => void;
}

interface Outcome {
	readonly pending: Pending;
	readonly value?: unknown;
	readonly error?: unknown;
	readonly failed: boolean;
	readonly actions: readonly (() => void)[];
}

/** A transaction takes at most this many changes, so that the first of them need not wait long. */
const CHANGES_PER_COMMIT_MAX = 256;
/** A transaction takes no further change after this time: with SQLite nothing else of the server runs meanwhile. A sync costs a tenth of it. */
const COMMIT_MS_MAX = 25;

export class GroupCommit {
	readonly #engine: WriteEngine;
	readonly #clock: Clock;
	readonly #listener: CommitListener;
	#waiting: Pending[] = [];
	#running: Promise<void> | null = null;

	constructor(engine: WriteEngine, clock: Clock, listener: CommitListener) {
		this.#engine = engine;
		this.#clock = clock;
		this.#listener = listener;
	}

	/**
	 * Makes a change. `work` may await nothing but its own queries: others wait behind it.
	 * Resolves when the change is synced to disk; when `work` throws, only its own change is undone.
	 */
	write<T>(work: (unit: UnitOfWork) => Promise<T>): Promise<T> {
		return new Promise<T>((resolve, reject) => {
			this.#waiting.push({ work, resolve: resolve as (value: unknown) => void, reject });
			this.#running ??= this.#run();
		});
	}

	/** Resolves when nothing waits any more. */
	async drain(): Promise<void> {
		while (this.#running) await this.#running;
	}

	async #run(): Promise<void> {
		try {
			while (this.#waiting.length > 0) {
				// Requests that arrived in the same turn of the event loop join this commit.
				await new Promise(setImmediate);
				await this.#commit(this.#waiting.splice(0, CHANGES_PER_COMMIT_MAX));
			}
		} finally {
			this.#running = null;
		}
	}

	async #commit(batch: Pending[]): Promise<void> {
		const outcomes: Outcome[] = [];
		let events: StoredEvent[] = [];
		try {
			await this.#engine.withConnection(async (connection) => {
				for (const statement of this.#engine.begin) await connection.execute(statement, []);
				try {
					const newEvents: (NewEvent & { time: number })[] = [];
					const deadlineMs = performance.now() + COMMIT_MS_MAX;
					const isAlone = batch.length === 1;
					for (const pending of batch) {
						outcomes.push(await this.#attempt(connection, pending, newEvents, isAlone));
						if (performance.now() > deadlineMs) this.#waiting.unshift(...batch.splice(outcomes.length));
					}
					if (isAlone && outcomes[0]?.failed) {
						await connection.execute('rollback', []);
						return;
					}
					events = await storeEvents(connection, newEvents);
					await connection.execute('commit', []);
				} catch (error) {
					await connection.execute('rollback', []).catch(() => undefined);
					throw error;
				}
			});
			// What comes during a sync waits for it, so that there is more for the next one.
			await this.#engine.sync?.();
		} catch (error) {
			const reason = this.#engine.fatalErrorOrNull(error) ?? error;
			for (const pending of batch) pending.reject(reason);
			return;
		}
		for (const outcome of outcomes) for (const action of outcome.actions) this.#tell(action);
		if (events.length > 0) this.#tell(() => this.#listener.onEvents(events));
		for (const { pending, failed, error, value } of outcomes) {
			if (failed) pending.reject(error);
			else pending.resolve(value);
		}
	}

	/** What is committed stays so, and its makers hear of it, whatever goes wrong with those who are told. */
	#tell(action: () => void): void {
		try {
			action();
		} catch (error) {
			this.#listener.onError(error);
		}
	}

	/** Makes one of the changes of a transaction; it needs no savepoint where it is alone in it. */
	async #attempt(
		connection: WriteConnection,
		pending: Pending,
		newEvents: (NewEvent & { time: number })[],
		isAlone: boolean,
	): Promise<Outcome> {
		const now = this.#clock();
		const own: (NewEvent & { time: number })[] = [];
		const actions: (() => void)[] = [];
		if (!isAlone) await connection.execute('savepoint change', []);
		try {
			const value = await pending.work({
				db: connection.db,
				execute: (sql, parameters) => connection.execute(sql, parameters),
				now,
				emit: (event) => own.push({ ...event, time: event.time ?? now }),
				afterCommit: (action) => actions.push(action),
			});
			if (!isAlone) await connection.execute('release savepoint change', []);
			newEvents.push(...own);
			return { pending, value, failed: false, actions };
		} catch (error) {
			if (this.#engine.fatalErrorOrNull(error)) throw error;
			if (!isAlone) {
				await connection.execute('rollback to savepoint change', []);
				await connection.execute('release savepoint change', []);
			}
			return { pending, error, failed: true, actions: [] };
		}
	}
}

async function storeEvents(connection: WriteConnection, events: readonly (NewEvent & { time: number })[]): Promise<StoredEvent[]> {
	if (events.length === 0) return [];
	const [row] = await connection.execute("update counter set value = value + ? where name = 'event' returning value", [events.length]);
	const first = Number(row?.value) - events.length + 1;
	const stored = events.map((event, index) => ({
		...event,
		sequence: first + index,
		data: event.data as unknown as Record<string, unknown>,
	}));
	await INSERT_EVENTS.run(
		connection,
		stored.map(({ sequence, workspaceKey, type, subject, time, actor, data }) => [
			sequence,
			workspaceKey,
			type,
			subject,
			time,
			actor,
			JSON.stringify(data),
		]),
	);
	return stored;
}

const INSERT_EVENTS = rowsStatement('insert into event (sequence, workspace_key, type, subject, time, actor, data) values {rows}', 7);
