/** Long reads of SQLite in a worker thread, so that a search never holds up an answer. */
import {
	type CompiledQuery,
	type DatabaseConnection,
	type Driver,
	Kysely,
	type QueryResult,
	SqliteAdapter,
	SqliteIntrospector,
	SqliteQueryCompiler,
} from 'kysely';
import type { SqlValue } from './sql-value.ts';
import { SqliteWorker } from './sqlite-worker.ts';
import type { Tables } from './tables.ts';

export function workerReader(file: string): { kysely: Kysely<Tables>; close(): Promise<void> } {
	const reader = new SqliteWorker({ file, reads: true });
	const connection: DatabaseConnection = {
		async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
			return { rows: (await reader.ask(query.sql, query.parameters as SqlValue[])) as R[] };
		},
		async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
			yield await this.executeQuery<R>(query);
		},
	};
	const refuse = async (): Promise<never> => {
		throw new Error('A worker that reads has no transactions.');
	};
	const driver: Driver = {
		init: async () => undefined,
		acquireConnection: async () => connection,
		beginTransaction: refuse,
		commitTransaction: refuse,
		rollbackTransaction: refuse,
		releaseConnection: async () => undefined,
		destroy: async () => undefined,
	};
	const kysely = new Kysely<Tables>({
		dialect: {
			createAdapter: () => new SqliteAdapter(),
			createDriver: () => driver,
			createIntrospector: (db) => new SqliteIntrospector(db),
			createQueryCompiler: () => new SqliteQueryCompiler(),
		},
	});
	return { kysely, close: () => reader.close() };
}
