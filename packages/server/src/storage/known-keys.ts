/**
 * Which keys a database was used with. Each server on it needs the same: with others, secrets in it cannot be read, and tokens of one
 * server are none of another.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from './database.ts';
import { WrongDatabaseError } from './database-of-folder.ts';

const KEYS = ['sealing-key', 'signing-key'] as const;
type KeyName = (typeof KEYS)[number];

const rowOf = (key: KeyName): string => `fingerprint ${key}`;

/** Tells a key from another one, and says nothing of it. */
function fingerprintOrNull(dataFolder: string, key: KeyName): string | null {
	const file = join(dataFolder, 'secrets', key);
	return existsSync(file) ? createHash('sha256').update(`runstead ${key}\n`).update(readFileSync(file)).digest('hex') : null;
}

async function knownKeys(database: Database): Promise<Map<string, string>> {
	const rows = await database.read.selectFrom('server').selectAll().where('key', 'in', KEYS.map(rowOf)).execute();
	return new Map(rows.map(({ key, value }) => [key, value]));
}

/** Names of keys in the folder that are not those of the database. */
export async function strangeKeys(database: Database, dataFolder: string): Promise<KeyName[]> {
	const known = await knownKeys(database);
	return KEYS.filter((key) => known.has(rowOf(key)) && known.get(rowOf(key)) !== fingerprintOrNull(dataFolder, key));
}

/** @throws {WrongDatabaseError} when the folder has other keys than the database was used with, or lacks them. */
export async function checkKeys(database: Database, dataFolder: string): Promise<void> {
	const strange = await strangeKeys(database, dataFolder);
	if (strange.length === 0) return;
	const [first = ''] = strange;
	const file = join(dataFolder, 'secrets', first);
	throw new WrongDatabaseError(
		`The database was used with other keys than those of this server: ${file} is not ${existsSync(file) ? 'the same' : 'there'}.`,
		'Copy the folder secrets from the data folder of the server that the database was used with. Are they lost: --new-keys takes those here from now on; tokens and what was sealed (connection strings, keys of webhooks) are to be given anew.',
	);
}

/** Notes the keys of the folder in the database, where none are noted or `anew`. @throws {WrongDatabaseError} when another server was quicker. */
export async function noteKeys(database: Database, dataFolder: string, anew: boolean): Promise<void> {
	await database.write(async (unit) => {
		for (const key of KEYS) {
			const value = fingerprintOrNull(dataFolder, key);
			if (value === null) continue;
			await unit.db
				.insertInto('server')
				.values({ key: rowOf(key), value })
				.onConflict((conflict) => (anew ? conflict.column('key').doUpdateSet({ value }) : conflict.doNothing()))
				.execute();
		}
	});
	await checkKeys(database, dataFolder);
}
