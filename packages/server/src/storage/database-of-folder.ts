/** Which database a data folder belongs to: kept in the folder, so that a start that forgets to name it does not begin an empty one beside it. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface KnownDatabase {
	/** Its address without a password; null: SQLite in the folder. */
	readonly database: string | null;
	/** Whether the address had a password, which is not kept. */
	readonly hadPassword: boolean;
	/** Of the server, as the database has it. */
	readonly serverId: string;
}

/** A data folder and a database that do not belong together, or that cannot be used together. */
export class WrongDatabaseError extends Error {
	override readonly name = 'WrongDatabaseError';
	readonly hint: string;

	constructor(message: string, hint: string) {
		super(message);
		this.hint = hint;
	}
}

const FILE = 'database.json';
const SQLITE_FILE = 'runstead.db';

/** @example withoutPassword('postgres://me:secret@db/runstead') === 'postgres://me@db/runstead' */
function withoutPassword(address: string): { address: string; hadPassword: boolean } {
	const url = new URL(address);
	const hadPassword = url.password !== '' || url.searchParams.has('password');
	url.password = '';
	url.searchParams.delete('password');
	return { address: url.href, hadPassword };
}

function readKnownOrNull(dataFolder: string): KnownDatabase | null {
	try {
		return JSON.parse(readFileSync(join(dataFolder, FILE), 'utf8')) as KnownDatabase;
	} catch {
		return null;
	}
}

/**
 * The database to use: the one that is given, else the one that the folder belongs to; undefined: SQLite.
 * @throws {WrongDatabaseError} when its password is not known, or the folder holds a SQLite database.
 */
export function databaseOfFolder(dataFolder: string, given: string | undefined): string | undefined {
	const known = readKnownOrNull(dataFolder);
	// What is no address is said when the settings are checked.
	if (given !== undefined && !URL.canParse(given)) return given;
	if (given !== undefined) {
		if (known?.database === null && existsSync(join(dataFolder, SQLITE_FILE)))
			throw new WrongDatabaseError(
				`${dataFolder} belongs to the SQLite database in it, not to ${withoutPassword(given).address}.`,
				'Leave out --database and RUNSTEAD_DATABASE, or choose another folder with --data: runstead export and runstead import bring what the one holds to the other.',
			);
		return given;
	}
	if (known === null || known.database === null) return undefined;
	if (!known.hadPassword) return known.database;
	throw new WrongDatabaseError(
		`${dataFolder} belongs to the database ${known.database}, whose password is not kept.`,
		`Name it with its password: --database or RUNSTEAD_DATABASE. To begin anew with SQLite, choose another folder with --data.`,
	);
}

/**
 * Keeps in the folder which database it belongs to.
 * @throws {WrongDatabaseError} when it belongs to another one of PostgreSQL.
 */
export function keepDatabaseOfFolder(dataFolder: string, database: string | undefined, serverId: string): void {
	const known = readKnownOrNull(dataFolder);
	const { address, hadPassword } = database === undefined ? { address: null, hadPassword: false } : withoutPassword(database);
	if (known?.database && known.serverId !== serverId)
		throw new WrongDatabaseError(
			`${dataFolder} belongs to another database: it was used with ${known.database}, and ${address} holds something else.`,
			'Name that one with --database, or choose another folder with --data.',
		);
	const now: KnownDatabase = { database: address, hadPassword, serverId };
	if (JSON.stringify(now) === JSON.stringify(known)) return;
	const file = join(dataFolder, FILE);
	writeFileSync(`${file}.new`, `${JSON.stringify(now, null, '\t')}\n`, { mode: 0o600 });
	renameSync(`${file}.new`, file);
}
