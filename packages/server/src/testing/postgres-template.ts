/** Vitest calls this before the tests: the database that those on PostgreSQL begin as copies of, gone when they have ended. */
import { openPostgres } from '../storage/postgres.ts';
import { systemClock } from '../storage/unit-of-work.ts';
import { createEmptyPostgresDatabase, POSTGRES_URL, TEMPLATE_VARIABLE } from './postgres-database.ts';

export async function setup(): Promise<(() => Promise<void>) | undefined> {
	if (!POSTGRES_URL) return undefined;
	const template = await createEmptyPostgresDatabase();
	const onError = (error: unknown): void => {
		throw error;
	};
	// What is opened is brought to the newest schema.
	await (await openPostgres(template.url, { clock: systemClock(), onEvents: () => undefined, onError })).close();
	process.env[TEMPLATE_VARIABLE] = new URL(template.url).pathname.slice(1);
	return template.drop;
}
