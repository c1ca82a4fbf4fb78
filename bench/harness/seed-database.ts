/** Puts rows into a database that a server has made, on either engine. */
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { type RunShape, runsAsRows, type SeedPlace, type TableRows, type Value } from './seeded-runs.ts';

const RUNS_PER_TRANSACTION = 2_000;
const EXPERIMENT = 'select workspace_key, key as experiment_key from experiment where name = ';

/** Runs that are put into an experiment, which is there. */
export interface Seeding {
	/** Its name, which no other workspace has. */
	readonly experiment: string;
	readonly runs: number;
	readonly shape?: RunShape;
	/** Keys begin after this, so that several seedings do not meet; a million if absent. */
	readonly keyBase?: number;
}

interface Seeded {
	/** PostgreSQL gives them as texts. */
	workspace_key: number | string;
	experiment_key: number | string;
}

const placeOf = ({ workspace_key, experiment_key }: Seeded, { shape, keyBase = 1_000_000 }: Seeding): SeedPlace => ({
	workspaceKey: Number(workspace_key),
	experimentKey: Number(experiment_key),
	keyBase,
	...(shape && { shape }),
});

/** Fills a SQLite database that no server uses just now. */
export function seedSqlite(file: string, seeding: Seeding): void {
	const { experiment, runs } = seeding;
	const database = new DatabaseSync(file);
	// A power cut may take what is seeded: it is made anew then.
	database.exec('pragma synchronous = off; pragma cache_size = -200000');
	const place = placeOf(database.prepare(`${EXPERIMENT}?`).get(experiment) as unknown as Seeded, seeding);
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
export async function seedPostgres(url: string, seeding: Seeding): Promise<void> {
	const { experiment, runs } = seeding;
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	await client.query('set synchronous_commit = off');
	const { rows } = await client.query<Seeded>(`${EXPERIMENT}$1`, [experiment]);
	const place = placeOf(rows[0] as Seeded, seeding);
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
