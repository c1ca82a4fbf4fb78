/** What the server says about itself. */
import { execFile } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Database } from '../../storage/database.ts';

export interface Check {
	readonly name: string;
	readonly ok: boolean;
	readonly value: string;
}

const GIB = 1024 ** 3;
/** Below this a person should make room before it is needed. */
const FREE_BYTES_MIN = 1 * GIB;

export function createSystemService({
	database,
	dataFolder,
	python,
	version,
	listeners,
	inspectContents,
	strangeKeys,
}: {
	database: Database;
	dataFolder: string;
	python: string;
	version: string;
	/** Where the server listens beside http. */
	listeners: () => Check[];
	/** Looks after the contents of files, which lie beside the database. */
	inspectContents: () => Promise<Check[]>;
	/** Keys of the data folder that are not those of the database. */
	strangeKeys: () => Promise<readonly string[]>;
}) {
	return {
		/** Looks at versions, paths, space and the soundness of what is kept. */
		async diagnose(): Promise<Check[]> {
			return [
				{ name: 'runstead', ok: true, value: version },
				{ name: 'node', ok: true, value: `${process.version}, ${process.execPath}` },
				await pythonCheck(python),
				{ name: 'data folder', ok: true, value: dataFolder },
				await spaceCheck(dataFolder),
				...listeners(),
				{ name: 'memory', ok: true, value: `${Math.round(process.memoryUsage.rss() / 1024 ** 2)} MiB` },
				...(await database.inspect()),
				keysCheck(await strangeKeys()),
				...(await inspectContents()),
			];
		},
	};
}

export type SystemService = ReturnType<typeof createSystemService>;

function keysCheck(strange: readonly string[]): Check {
	const value =
		strange.length === 0 ? 'those that the database is used with' : `${strange.join(', ')}: not those that the database is used with`;
	return { name: 'keys', ok: strange.length === 0, value };
}

async function pythonCheck(python: string): Promise<Check> {
	try {
		const { stdout } = await promisify(execFile)(python, [
			'-c',
			'import sys; print(sys.version.split()[0], sys.executable, sys.version_info >= (3, 9))',
		]);
		const [version, executable, suitable] = stdout.trim().split(' ');
		return {
			name: 'python',
			ok: suitable === 'True',
			value: `${version}, ${executable}${suitable === 'True' ? '' : ' (jobs need 3.9 or newer)'}`,
		};
	} catch (error) {
		return { name: 'python', ok: false, value: `${python} cannot be started: ${(error as Error).message}` };
	}
}

async function spaceCheck(folder: string): Promise<Check> {
	const { bavail, bsize } = await statfs(folder);
	const free = bavail * bsize;
	return { name: 'free space', ok: free >= FREE_BYTES_MIN, value: `${(free / GIB).toFixed(1)} GiB` };
}
