/**
 * Group commit: changes that wait at the same moment share one transaction, each in a savepoint of its own. While one transaction is synced
 * the next is made; those that are made during a sync share the one after it.
 */
import type { RunsteadError } from '@runstead/contract';
import type { Kysely } from 'kysely';
import { type RowsStatement, rowsStatement } from './rows-statement.ts';
import type { SqlValue } from './sql-value.ts';
import type { Tables } from './tables.ts';
import type { Clock, NewEvent, Statements, StoredEvent, UnitOfWork } from './unit-of-work.ts';

/** One connection that writes: the only one of this process. */
export interface WriteConnection extends Omit<Statements, 'send' | 'sendRows'> {
	readonly db: Kysely<Tables>;
	/** What goes wrong is told before anything that is executed after it is answered, or thrown. */
	send(sql: string, parameters: readonly SqlValue[], onError: (error: unknown) => void): void;
	sendRows(statement: RowsStatement, rows: readonly (readonly SqlValue[])[], onError: (error: unknown) => void): void;
}

/** Lends the write connection for one transaction, and says what an error of it means. */
export interface WriteEngine {
	withConnection(work: (connection: WriteConnection) => Promise<void>): Promise<void>;
	readonly begin: readonly string[];
	/** A statement that fails makes a rollback of the commit after it, which then need not wait for its answer. */
	readonly isUndoneByFailure: boolean;
	/** Resolves when what was committed is on disk, and lets the server read further requests meanwhile; absent where a commit takes care of it. */
	readonly sync?: () => Promise<void>;
	/** An error that ends the whole transaction (disk full, connection lost), as the catalogue names it; null for all others. */
	fatalErrorOrNull(error: unknown): RunsteadError | null;
}

/** Who is told after a commit. */
export interface CommitListener {
	/** The events that the commit put into the outbox. */
	readonly onEvents: (events: readonly StoredEvent[]) => void;
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
	/** What went wrong with statements that nobody waited for, as far as it is known. */
	readonly sendErrors: readonly unknown[];
	readonly value?: unknown;
	readonly error?: unknown;
	readonly failed: boolean;
	readonly actions: readonly (() => void)[];
}

/** What has been committed, and is told of when it is synced. */
interface Committed {
	readonly outcomes: readonly Outcome[];
	/** As the outbox has them. */
	readonly events: readonly StoredEvent[];
}

interface Transaction {
	/** Of the changes that it holds so far. */
	readonly outcomes: Outcome[];
	/** What went wrong with its own statements. */
	readonly sendErrors: unknown[];
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
	#unsynced: Committed[] = [];
	#syncing: Promise<void> | null = null;

	constructor(engine: WriteEngine, clock: Clock, listener: CommitListener) {
		this.#engine = engine;
		this.#clock = clock;
		this.#listener = listener;
	}

	/**
	 * Makes a change. `work` may await nothing but its own queries: others wait behind it. It is done again, from its beginning, where it
	 * was undone for what another one did.
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
		for (;;) {
			const underWay = this.#running ?? this.#syncing;
			if (underWay === null) return;
			await underWay;
		}
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
		const made: Transaction = { outcomes: [], sendErrors: [] };
		let events: StoredEvent[] = [];
		let isUndone = false;
		try {
			await this.#engine.withConnection(async (connection) => {
				try {
					events = await this.#transact(connection, batch, made);
				} catch (error) {
					isUndone = true;
					await connection.execute('rollback', []).catch(() => undefined);
					throw sendErrorOrNull(made) ?? error;
				}
			});
		} catch (error) {
			const reason = this.#engine.fatalErrorOrNull(error);
			// One that nobody waited for has undone the others, too.
			if (isUndone && reason === null && batch.length > 1) for (const pending of batch) await this.#commit([pending]);
			else for (const pending of batch) pending.reject(reason ?? error);
			return;
		}
		this.#unsynced.push({ outcomes: made.outcomes, events });
		this.#syncing ??= this.#sync();
	}

	/** Syncs what is committed, in its order, until nothing is left. */
	async #sync(): Promise<void> {
		while (this.#unsynced.length > 0) {
			const committed = this.#unsynced.splice(0);
			try {
				await this.#engine.sync?.();
				for (const one of committed) this.#tellOf(one);
			} catch (error) {
				const reason = this.#engine.fatalErrorOrNull(error) ?? error;
				for (const { outcomes } of committed) for (const { pending } of outcomes) pending.reject(reason);
			}
		}
		this.#syncing = null;
	}

	/** What its makers and all others hear of a transaction that is on disk. */
	#tellOf({ outcomes, events }: Committed): void {
		for (const outcome of outcomes) for (const action of outcome.actions) this.#tell(action);
		if (events.length > 0) this.#tell(() => this.#listener.onEvents(events));
		for (const { pending, failed, error, value } of outcomes) {
			if (failed) pending.reject(error);
			else pending.resolve(value);
		}
	}

	/** Makes changes in one transaction; those that it has no time for wait again. The events that it put into the outbox. */
	async #transact(connection: WriteConnection, batch: Pending[], made: Transaction): Promise<StoredEvent[]> {
		const { outcomes, sendErrors } = made;
		const note = (error: unknown): void => void sendErrors.push(error);
		for (const statement of this.#engine.begin) connection.send(statement, [], note);
		const newEvents: (NewEvent & { time: number })[] = [];
		const deadlineMs = performance.now() + COMMIT_MS_MAX;
		const isAlone = batch.length === 1;
		for (const pending of batch) {
			if (!isAlone) connection.send('savepoint change', [], note);
			const outcome = await this.#attempt(connection, pending, newEvents);
			if (outcome.failed && !isAlone) {
				await connection.execute('rollback to savepoint change', []);
				// Whatever went wrong before is known now.
				const error = sendErrorOrNull(made);
				if (error !== null) throw error;
			}
			if (!isAlone) connection.send('release savepoint change', [], note);
			outcomes.push(outcome);
			if (performance.now() > deadlineMs) this.#waiting.unshift(...batch.splice(outcomes.length));
		}
		if (isAlone && outcomes[0]?.failed) {
			await connection.execute('rollback', []);
			return [];
		}
		const storing = storeEvents(connection, newEvents, note);
		if (!this.#engine.isUndoneByFailure) await storing;
		const [events] = await Promise.all([storing, connection.execute('commit', [])]);
		const error = sendErrorOrNull(made);
		if (error !== null) throw error;
		return events;
	}

	/** What is committed stays so, and its makers hear of it, whatever goes wrong with those who are told. */
	#tell(action: () => void): void {
		try {
			action();
		} catch (error) {
			this.#listener.onError(error);
		}
	}

	/** Makes one of the changes of a transaction. @throws what ends the whole transaction. */
	async #attempt(connection: WriteConnection, pending: Pending, newEvents: (NewEvent & { time: number })[]): Promise<Outcome> {
		const now = this.#clock();
		const own: (NewEvent & { time: number })[] = [];
		const actions: (() => void)[] = [];
		const sendErrors: unknown[] = [];
		const note = (error: unknown): void => void sendErrors.push(error);
		try {
			const value = await pending.work({
				db: connection.db,
				execute: (sql, parameters) => connection.execute(sql, parameters),
				executeRows: (statement, rows) => connection.executeRows(statement, rows),
				executeList: (sql, parameters, texts) => connection.executeList(sql, parameters, texts),
				send: (sql, parameters) => connection.send(sql, parameters, note),
				sendRows: (statement, rows) => connection.sendRows(statement, rows, note),
				takeKey: (table) => connection.takeKey(table),
				now,
				emit: (event) => own.push({ ...event, time: event.time ?? now }),
				afterCommit: (action) => actions.push(action),
			});
			newEvents.push(...own);
			return { pending, value, failed: false, actions, sendErrors };
		} catch (thrown) {
			const error = sendErrors[0] ?? thrown;
			if (this.#engine.fatalErrorOrNull(error)) throw error;
			return { pending, error, failed: true, actions: [], sendErrors };
		}
	}
}

/** The first error of a statement that nobody waited for: of the changes that were not undone, or of the transaction around them. */
function sendErrorOrNull({ outcomes, sendErrors }: Transaction): unknown {
	return outcomes.find((outcome) => !outcome.failed && outcome.sendErrors.length > 0)?.sendErrors[0] ?? sendErrors[0] ?? null;
}

/** The rows are sent with numbers that the database counts on from the last of all; which these are it tells then. */
async function storeEvents(
	connection: WriteConnection,
	events: readonly (NewEvent & { time: number })[],
	onError: (error: unknown) => void,
): Promise<StoredEvent[]> {
	if (events.length === 0) return [];
	connection.sendRows(
		INSERT_EVENTS,
		events.map(({ workspaceKey, type, subject, time, actor, data }, index) => [
			index + 1,
			workspaceKey,
			type,
			subject,
			time,
			actor,
			JSON.stringify(data),
		]),
		onError,
	);
	const [row] = await connection.execute("update counter set value = value + ? where name = 'event' returning value", [events.length]);
	const before = Number(row?.value) - events.length;
	return events.map((event, index) => ({
		...event,
		sequence: before + index + 1,
		data: event.data as unknown as Record<string, unknown>,
	}));
}

const INSERT_EVENTS = rowsStatement(
	`insert into event (sequence, workspace_key, type, subject, time, actor, data)
	select counter.value + column1, column2, column3, column4, column5, column6, column7 from counter, ({rows}) given where counter.name = 'event'`,
	['bigint', 'bigint', 'text', 'text', 'bigint', 'text', 'text'],
);
