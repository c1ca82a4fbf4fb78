/** Puts rows into a database that a server has made, on either engine. */
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { runsAsRows, type SeedPlace, type TableRows, type Value } from './seeded-runs.ts';

const RUNS_PER_TRANSACTION = 2_000;
const WORKSPACE_AND_EXPERIMENT = `
	select w.key as workspace_key, e.key as experiment_key from workspace w join experiment e on e.workspace_key = w.key where w.name = 'lab' and e.name = 'search'`;

interface Seeded {
	workspace_key: number;
	experiment_key: number;
}

const placeOf = ({ workspace_key, experiment_key }: Seeded): SeedPlace => ({
	workspaceKey: workspace_key,
	experimentKey: experiment_key,
	keyBase: 1_000_000,
});

/** Fills a SQLite database that no server uses just now. */
export function seedSqlite(file: string, runs: number, metricNames?: number): void {
	const database = new DatabaseSync(file);
	// A power cut may take what is seeded: it is made anew then.
	database.exec('pragma synchronous = off; pragma cache_size = -200000');
	const place = { ...placeOf(database.prepare(WORKSPACE_AND_EXPERIMENT).get() as unknown as Seeded), metricNames };
	for (let from = 0; from < runs; from += RUNS_PER_TRANSACTION) {
		database.exec('begin');
		for (const { table, columns, rows } of runsAsRows(from, Math.min(runs, from + RUNS_PER_TRANSACTION), place)) {
			const statement = database.prepare(`insert into ${table} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`);
			for (const row of rows) statement.run(...row);
		}
		database.exec('commit');
	}
	database.close();
}

function insertOfArrays({ table, columns, rows }: TableRows): { text: string; values: Value[][] } {
	const types = columns.map((_, column) =>
		rows.some((row) => typeof row[column] === 'string')
			? 'text'
			: rows.some((row) => !Number.isInteger(row[column] ?? 0))
				? 'float8'
				: 'int8',
	);
	return {
		text: `insert into ${table} (${columns.join(', ')}) select * from unnest(${types.map((type, column) => `$${column + 1}::${type}[]`).join(', ')})`,
		values: columns.map((_, column) => rows.map((row) => row[column] as Value)),
	};
}

/** Fills a PostgreSQL database that no server uses just now. */
export async function seedPostgres(url: string, runs: number): Promise<void> {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	await client.query('set synchronous_commit = off');
	const { rows } = await client.query<{ workspace_key: string; experiment_key: string }>(WORKSPACE_AND_EXPERIMENT);
	const place = placeOf({ workspace_key: Number(rows[0]?.workspace_key), experiment_key: Number(rows[0]?.experiment_key) });
	for (let from = 0; from < runs; from += RUNS_PER_TRANSACTION) {
		await client.query('begin');
		for (const table of runsAsRows(from, Math.min(runs, from + RUNS_PER_TRANSACTION), place)) {
			const { text, values } = insertOfArrays(table);
			await client.query(text, values);
		}
		await client.query('commit');
	}
	// What the database does by itself within a minute or so.
	await client.query('vacuum analyze');
	await client.end();
}
