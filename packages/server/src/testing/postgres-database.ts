/** Databases of single tests, on the PostgreSQL that `npm test` names. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';

/** The PostgreSQL that tests may make databases in; `npm test` gives its address where one answers. */
export const POSTGRES_URL = process.env.RUNSTEAD_TEST_POSTGRES;
/** Names the database that all others are copies of; the setup of the tests makes it. */
export const TEMPLATE_VARIABLE = 'RUNSTEAD_TEST_POSTGRES_TEMPLATE';

export interface TestDatabase {
	readonly url: string;
	drop(): Promise<void>;
}

async function administer(statement: string): Promise<void> {
	const client = new pg.Client({ connectionString: POSTGRES_URL });
	await client.connect();
	try {
		await client.query(statement);
	} finally {
		await client.end();
	}
}

async function create(template: string | undefined): Promise<TestDatabase> {
	const name = `runstead_test_${randomUUID().replaceAll('-', '')}`;
	await administer(`create database ${name}${template === undefined ? '' : ` template ${template}`}`);
	const url = new URL(POSTGRES_URL as string);
	url.pathname = `/${name}`;
	return { url: url.href, drop: () => administer(`drop database if exists ${name} with (force)`) };
}

/** A database with all tables and nothing in them: a copy, since to make the tables takes PostgreSQL a second of work. */
export const createPostgresDatabase = (): Promise<TestDatabase> => create(process.env[TEMPLATE_VARIABLE]);

/** A database without any table, for tests of how these are made. */
export const createEmptyPostgresDatabase = (): Promise<TestDatabase> => create(undefined);
