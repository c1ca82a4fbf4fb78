/** `runstead up`: starts the server and keeps it running. */
import { createClient } from '@runstead/client';
import type { RunningServer, ServerConfig } from '@runstead/server';
import packageJson from '../../package.json' with { type: 'json' };
import { CommandError, defineCommand, UsageError } from '../command.ts';
import { DATA_OPTION, dataFolderOf } from '../data-folder.ts';
import { findPython } from '../find-python.mjs';
import { ensureQuickstart, QUICKSTART_WORKSPACE } from '../quickstart.ts';
import { serveUntilStopped } from '../serve-until-stopped.ts';
import { runningServerOrNull } from '../server-file.ts';
import { bold, dim, link, print, printPairs } from '../terminal.ts';

const DEFAULT_PORT = 8155;
const DEFAULT_HOST = '127.0.0.1';

const OPTIONS = {
	port: { type: 'string', value: 'PORT', description: 'Port to listen on, 0 for a free one (default: RUNSTEAD_PORT, else 8155).' },
	data: DATA_OPTION,
	host: { type: 'string', value: 'ADDRESS', description: 'Address to listen on (default: 127.0.0.1).' },
	database: { type: 'string', value: 'URL', description: 'PostgreSQL in place of SQLite (default: RUNSTEAD_DATABASE).' },
	'base-path': { type: 'string', value: 'PATH', description: 'Path under which a proxy shows the server, such as /runstead.' },
	'allowed-host': {
		type: 'string',
		value: 'NAME',
		multiple: true,
		description: 'Host name that requests may be addressed to, beside loopback.',
	},
	quickstart: { type: 'boolean', description: 'Make the workspace "quickstart" and submit its first run, once.' },
} as const;

function portOf(text: string): number {
	const port = Number(text);
	if (/^\d+$/.test(text) && port <= 65_535) return port;
	throw new UsageError(`"${text}" is not a port: give a whole number from 0 to 65535.`);
}

/** A failed start in words that say what to do. */
async function explainFailedStart(error: unknown, { host, port }: ServerConfig): Promise<unknown> {
	const { code } = error as NodeJS.ErrnoException;
	if (error instanceof Error && error.name === 'ConfigError') return new UsageError(error.message);
	if (code === 'EACCES') return new CommandError(`Port ${port} is not for this user.`, 'Choose one above 1023: runstead up --port 8155');
	if (code !== 'EADDRINUSE') return error;
	const url = `http://${host}:${port}`;
	const other = await createClient({ url })
		.call('getHealth', { signal: AbortSignal.timeout(1_000) })
		.catch(() => null);
	return new CommandError(
		`Port ${port} is taken by ${other === null ? 'another program' : `a Runstead server that uses another data folder (${url})`}.`,
		`End that program, or choose another port:\nrunstead up --port ${port + 1}        (or RUNSTEAD_PORT=${port + 1} npm start)`,
	);
}

async function start(options: Omit<ServerConfig, 'python'>): Promise<RunningServer> {
	const [{ startServer }, python] = await Promise.all([import('@runstead/server'), findPython()]).catch((error: unknown) => {
		throw error instanceof Error && error.message.startsWith('Runstead runs jobs with Python')
			? new CommandError(error.message, '')
			: error;
	});
	const config = { ...options, python: python.path };
	return startServer(config).catch(async (error: unknown) => {
		throw await explainFailedStart(error, config);
	});
}

async function welcome(server: RunningServer, quickstart: boolean): Promise<void> {
	const run = quickstart ? await ensureQuickstart(createClient({ url: server.url })) : null;
	const pairs: [string, string][] = [['Studio', link(`${server.url}/`)]];
	if (run !== null) pairs.push([run.isNew ? 'First run' : 'Quickstart', link(`${server.url}/w/${QUICKSTART_WORKSPACE}/runs/${run.runId}`)]);
	pairs.push(['Data', server.dataFolder]);
	if (run !== null) pairs.push(['Scripts', `RUNSTEAD_URL=${server.url} RUNSTEAD_WORKSPACE=${QUICKSTART_WORKSPACE}`]);
	print(`\n  ${bold(`Runstead ${packageJson.version}`)}\n`);
	printPairs(pairs);
	print(`\n  ${dim('Ctrl-C stops the server. Jobs that run go on.')}`);
}

export const command = defineCommand({
	summary: 'Start the server and keep it running',
	usage: '',
	words: { min: 0, max: 0 },
	options: OPTIONS,
	examples: [
		{ command: 'runstead up', explanation: 'serves ./.runstead on http://127.0.0.1:8155' },
		{ command: 'runstead up --quickstart', explanation: 'what npm start does: a workspace with a first run in it' },
		{ command: 'runstead up --port 0 --data /tmp/try', explanation: 'another server beside it, on a free port' },
		{ command: 'runstead up --database postgres://me@db/runstead', explanation: 'keeps tables in PostgreSQL' },
		{ command: 'runstead up --base-path /ml --allowed-host example.org', explanation: 'behind a proxy at https://example.org/ml' },
	],
	async run({ options }) {
		const dataFolder = dataFolderOf(options);
		const other = await runningServerOrNull(dataFolder);
		if (other !== null) {
			print(`\n  Runstead runs already with this data, at ${link(`${other.url}/`)}`);
			print(`  ${dim(`process ${other.pid}, data ${dataFolder}; runstead stop ends it`)}\n`);
			return 0;
		}
		const server = await start({
			host: options.host ?? DEFAULT_HOST,
			port: portOf(options.port ?? process.env.RUNSTEAD_PORT ?? String(DEFAULT_PORT)),
			dataFolder,
			database: options.database ?? process.env.RUNSTEAD_DATABASE,
			basePath: options['base-path'],
			allowedHosts: options['allowed-host'],
		});
		const stopped = serveUntilStopped(server);
		await welcome(server, options.quickstart === true);
		await stopped;
		return 0;
	},
});
