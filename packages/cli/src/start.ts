/** Starts a server in this process, and says what to do when it cannot be started. */
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { createClient } from '@runstead/client';
import type { RunningServer, ServerConfig } from '@runstead/server';
import { CommandError, UsageError } from './command.ts';
import { RUNSTEAD } from './command-line.ts';
import { findPython } from './find-python.mjs';
import { checkFolderCanBeMade } from './folders.ts';

const DATA_FOLDER_HINT = 'Choose another one with --data, or mend its permissions.';

async function explainTakenPort({ host, port }: ServerConfig, taken: number | undefined): Promise<CommandError> {
	if (taken !== undefined && taken !== port) {
		return new CommandError(
			`Port ${taken}, which is to be that of the TLS listener, is taken by another program.`,
			`End that program, or choose another port: ${RUNSTEAD} up --tls-port ${taken + 1}. Or switch TLS off: ${RUNSTEAD} tls --off`,
		);
	}
	const url = `http://${host}:${port}`;
	const other = await createClient({ url })
		.call('getHealth', { signal: AbortSignal.timeout(1_000) })
		.catch(() => null);
	return new CommandError(
		`Port ${port} is taken by ${other === null ? 'another program' : `a Runstead server that uses another data folder (${url})`}.`,
		`End that program, or choose another port:\nRUNSTEAD_PORT=${port + 1} npm start     (or ${RUNSTEAD} up --port ${port + 1})`,
	);
}

/** Errors of a start are told by their names and codes, so that explaining one loads nothing more. */
async function explainFailedStart(error: unknown, config: ServerConfig): Promise<unknown> {
	if (!(error instanceof Error)) return error;
	const { code, syscall } = error as NodeJS.ErrnoException;
	const { database, dataFolder, port } = config;
	if (error.name === 'ConfigError') return new UsageError(error.message);
	if (error.name === 'NewerDatabaseError') return new CommandError(error.message, `The data is in ${dataFolder}; nothing was changed.`);
	if (error.name === 'WrongDatabaseError') return new CommandError(error.message, (error as Error & { hint: string }).hint);
	if (error.name === 'DataFolderInUseError') {
		return new CommandError(error.message, `One server at a time can use it: see ${RUNSTEAD} status, or choose another one with --data.`);
	}
	if (code === 'EADDRINUSE') return explainTakenPort(config, (error as { port?: number }).port);
	if (syscall === 'listen')
		return new CommandError(`Port ${port} cannot be used: ${error.message}.`, 'Choose another one, above 1023: --port 8155');
	if (database !== undefined && code !== undefined) {
		const address = new URL(database);
		address.password = '';
		return new CommandError(
			`The database ${address} cannot be used: ${error.message}.`,
			'Check its address and user, and that PostgreSQL runs there.',
		);
	}
	if (code === 'ERR_SQLITE_ERROR') {
		return new CommandError(
			`The database in ${dataFolder} cannot be used: ${error.message}.`,
			`If it is damaged, restore a backup: ${RUNSTEAD} restore`,
		);
	}
	if (syscall !== undefined) return new CommandError(`The data folder ${dataFolder} cannot be used: ${error.message}.`, DATA_FOLDER_HINT);
	return error;
}

/** Asked before a new data folder is made: a start that fails would choose its database. */
function checkPortIsFree({ host, port }: Pick<ServerConfig, 'host' | 'port'>): Promise<void> {
	return new Promise((resolve, reject) => {
		const probe = createServer();
		probe.once('error', reject);
		probe.listen({ host, port }, () => probe.close(() => resolve()));
	});
}

/** @throws {CommandError} or {UsageError} for whatever the user can mend. */
export async function start(options: Omit<ServerConfig, 'python'>): Promise<RunningServer> {
	checkFolderCanBeMade(options.dataFolder, 'data folder', DATA_FOLDER_HINT);
	const findingPython = findPython().catch((error: Error) => {
		throw new CommandError(error.message, 'The server itself does not need it, jobs do.');
	});
	const [{ databaseOfFolder, startServer }, python] = await Promise.all([import('@runstead/server'), findingPython]);
	let config = { ...options, python: python.path };
	try {
		config = { ...config, database: databaseOfFolder(config.dataFolder, config.database) };
		if (!existsSync(config.dataFolder) || readdirSync(config.dataFolder).length === 0) await checkPortIsFree(config);
		return await startServer(config);
	} catch (error) {
		throw await explainFailedStart(error, config);
	}
}
