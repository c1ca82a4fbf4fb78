/** The process of the query engine: DuckDB and the Kusto parser, apart from the server, so that no query can hold it up or take it down. */
import { join } from 'node:path';
import { LOG_TABLES } from '@runstead/contract';
import type { Kysely } from 'kysely';
import { createLogRecordService, type RecordWorkspace } from '../../capabilities/log-records/service.ts';
import { openSqliteReader } from '../../storage/sqlite-reader.ts';
import type { Tables } from '../../storage/tables.ts';
import { createKustoParser, type KustoParser } from './kql/kusto.ts';
import { EPOCH_TICKS } from './kql/macros.ts';
import { QueryError } from './kql/query-error.ts';
import { type LogStore, openLogStore, visibleRows } from './log-store.ts';
import type {
	Asked,
	AskedOf,
	EngineDatabase,
	EngineFailure,
	EngineSetup,
	FromEngine,
	GrownRuns,
	QueryRequest,
	ToEngine,
} from './messages.ts';
import { createOutboxReader, type OutboxReader } from './outbox-reader.ts';
import { createOwnTables, type OwnTables } from './own-tables.ts';
import { completionOf, remarksOn } from './query-help.ts';
import { type QueryResult, runQuery } from './run-query.ts';
import { sentToLogTables } from './sent-categories.ts';

/** How long a query waits for what happened before it; what is not in by then is said. */
const CATCH_UP_MS = 10_000;
/** While the engine runs it follows the outbox, so that queries find little to do. */
const FOLLOW_MS = 1_000;
const FOLLOW_SHARE_MS = 500;

interface Engine {
	readonly store: LogStore;
	readonly parser: KustoParser;
	readonly outbox: OutboxReader;
	readonly ownTables: OwnTables;
}

const say = (message: FromEngine): void => {
	process.send?.(message);
};

const cancels = new Map<number, () => void>();
let engine: Promise<Engine> | null = null;

async function openDatabase(database: EngineDatabase): Promise<Kysely<Tables>> {
	if (database.engine === 'sqlite') return openSqliteReader(database.file);
	const { openPostgresReader } = await import('../../storage/postgres.ts');
	return openPostgresReader(database.url);
}

async function open({ folder, database, logFolder }: EngineSetup): Promise<Engine> {
	const [store, db] = await Promise.all([openLogStore(join(folder, 'logs.duckdb')), openDatabase(database)]);
	const workspaces = new Map<number, RecordWorkspace>();
	const { value: subscriptionId } = await db
		.selectFrom('server')
		.select('value')
		.where('key', '=', 'subscription_id')
		.executeTakeFirstOrThrow();
	const workspaceByKey = async (key: number): Promise<RecordWorkspace> => {
		const known = workspaces.get(key);
		if (known) return known;
		const row = await db.selectFrom('workspace').selectAll().where('key', '=', key).executeTakeFirstOrThrow();
		const workspace = { id: row.id, name: row.name, resourceGroup: row.resource_group, subscriptionId };
		workspaces.set(key, workspace);
		return workspace;
	};
	const outbox = createOutboxReader({
		db,
		store,
		records: createLogRecordService({ db, workspaceByKey }),
		sent: () => sentToLogTables(db),
	});
	const parser = createKustoParser(LOG_TABLES.values());
	follow(outbox);
	return {
		store,
		parser,
		outbox,
		ownTables: createOwnTables({ db, engine: database.engine, store, logFolder, workspaceByKey, now: () => Date.now() * 1_000 }),
	};
}

function follow(outbox: OutboxReader): void {
	setTimeout(() => {
		outbox
			.catchUp(performance.now() + FOLLOW_SHARE_MS)
			.catch((error: unknown) => console.error(error))
			.finally(() => follow(outbox));
	}, FOLLOW_MS);
}

/** Microseconds since 1970 as ticks since the year 1. */
const ticksOf = (micros: number): bigint => BigInt(Math.round(micros)) * 10n + EPOCH_TICKS;

async function run(
	id: number,
	{ query, workspaceKeys, period, parameters, dynamicAs, limits, grownRuns }: QueryRequest & { readonly grownRuns: GrownRuns },
): Promise<QueryResult> {
	const { store, parser, outbox, ownTables } = await (engine as Promise<Engine>);
	ownTables.noteGrown(grownRuns);
	let cancel: (() => void) | null = null;
	let isCancelled = false;
	cancels.set(id, () => {
		isCancelled = true;
		cancel?.();
	});
	try {
		const complete = await outbox.catchUp(performance.now() + Math.min(CATCH_UP_MS, limits.seconds * 1_000));
		const condition = period ? `"TimeGenerated" >= ${ticksOf(period.from)} AND "TimeGenerated" < ${ticksOf(period.to)}` : '';
		const result = await store.read((connection) => {
			if (isCancelled) throw new QueryError('limit', 'The query was cancelled.');
			cancel = () => connection.interrupt();
			return runQuery(query, {
				connection,
				parser,
				rowsOf: (table) => visibleRows(table, workspaceKeys, condition),
				now: ticksOf(Date.now() * 1_000),
				parameters,
				dynamicAs,
				limits,
				onTables: (tables) => ownTables.refresh(tables),
			});
		});
		if (complete) return result;
		return { ...result, warnings: [...result.warnings, 'Events of the last moments are still being read; ask again for all of them.'] };
	} finally {
		cancels.delete(id);
	}
}

async function answer(asked: AskedOf<keyof Asked>): Promise<Asked[keyof Asked]['answer']> {
	if (asked.type === 'query') return run(asked.id, asked.question);
	const { parser } = await (engine as Promise<Engine>);
	if (asked.type === 'complete') return completionOf(parser, asked.question.query, asked.question.position);
	return remarksOn(parser, asked.question.query, ticksOf(Date.now() * 1_000));
}

function failureOf(error: unknown): EngineFailure {
	if (error instanceof QueryError) {
		const { kind, message, start, length, kustoCode } = error;
		return { kind, message, start, length, kustoCode };
	}
	console.error(error);
	return { kind: 'internal', message: error instanceof Error ? error.message : String(error), start: 0, length: 0, kustoCode: null };
}

process.on('message', (message: ToEngine) => {
	if (message.type === 'open') engine = open(message.setup);
	else if (message.type === 'cancel') cancels.get(message.id)?.();
	else {
		const { id } = message;
		answer(message).then(
			(given) => say({ type: 'answer', id, answer: given }),
			(error: unknown) => say({ type: 'failure', id, failure: failureOf(error) }),
		);
	}
});
// The server is gone: what was committed stays, the rest comes again from the outbox.
process.on('disconnect', () => process.exit(0));
// Ctrl-C in the terminal is for the server, which ends this process itself.
process.on('SIGINT', () => undefined);
