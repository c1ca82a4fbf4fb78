/** `runstead up`: starts the server and keeps it running. */
import { flushCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { createClient } from '@runstead/client';
import type { RunningServer } from '@runstead/server';
import packageJson from '../../package.json' with { type: 'json' };
import { defineCommand } from '../command.ts';
import { RUNSTEAD } from '../command-line.ts';
import { DATA_OPTION, dataFolderOf } from '../data-folder.ts';
import { portOf } from '../port.ts';
import { ensureQuickstart, QUICKSTART_WORKSPACE } from '../quickstart.ts';
import { runningServerOrNull } from '../running-server.ts';
import { serveUntilStopped } from '../serve-until-stopped.ts';
import { start } from '../start.ts';
import { bold, dim, link, print, printPairs } from '../terminal.ts';

const DEFAULT_PORT = 8155;
const DEFAULT_HOST = '127.0.0.1';

const OPTIONS = {
	port: { type: 'string', value: 'PORT', description: 'Port to listen on, 0 for a free one (default: RUNSTEAD_PORT, else 8155).' },
	'tls-port': {
		type: 'string',
		value: 'PORT',
		description: 'Listen with TLS too, on this port (default: RUNSTEAD_TLS_PORT, else as runstead tls left it).',
	},
	data: DATA_OPTION,
	host: { type: 'string', value: 'ADDRESS', description: 'Address to listen on (default: 127.0.0.1).' },
	database: {
		type: 'string',
		value: 'URL',
		description: 'PostgreSQL in place of SQLite (default: RUNSTEAD_DATABASE, else what the data folder was used with).',
	},
	'new-keys': { type: 'boolean', description: 'Take the keys in the data folder, though the database was used with others that are lost.' },
	'base-path': { type: 'string', value: 'PATH', description: 'Path under which a proxy shows the server, such as /runstead.' },
	'allowed-host': {
		type: 'string',
		value: 'NAME',
		multiple: true,
		description: 'Host name that requests may be addressed to, beside loopback.',
	},
	smtp: { type: 'string', value: 'URL', description: 'Mail server for alerts, smtp://user:password@host:port (default: RUNSTEAD_SMTP).' },
	'mail-from': { type: 'string', value: 'ADDRESS', description: 'Whom mail comes from (default: RUNSTEAD_MAIL_FROM).' },
	quickstart: { type: 'boolean', description: 'Make the workspace "quickstart" and submit its first run, once.' },
} as const;

/** What a server is told at its start, and a running one no more. */
const START_OPTIONS = ['port', 'tls-port', 'host', 'database', 'base-path', 'allowed-host', 'smtp', 'mail-from'] as const;

async function welcome(server: RunningServer, quickstart: boolean): Promise<void> {
	const run = quickstart ? await ensureQuickstart(createClient({ url: server.url })) : null;
	const pairs: [string, string][] = [['Studio', link(`${server.url}/`)]];
	const httpsUrl = server.httpsUrl();
	if (httpsUrl !== null) pairs.push(['TLS', link(`${httpsUrl}/`)]);
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
		{ command: 'runstead up --tls-port 8156', explanation: 'https beside http: see runstead tls' },
		{ command: 'runstead up --database postgres://me@db/runstead', explanation: 'keeps tables in PostgreSQL' },
		{ command: 'runstead up --base-path /ml --allowed-host example.org', explanation: 'behind a proxy at https://example.org/ml' },
	],
	async run({ options }) {
		const dataFolder = dataFolderOf(options);
		const other = await runningServerOrNull(dataFolder);
		if (other !== null) {
			print(`\n  Runstead runs already with this data, at ${link(`${other.url}/`)}`);
			print(`  ${dim(`process ${other.pid}, data ${dataFolder}; ${RUNSTEAD} stop ends it`)}\n`);
			const given = START_OPTIONS.filter((name) => options[name] !== undefined).map((name) => `--${name}`);
			if (given.length > 0) print(`  It is used unchanged: ${given.join(', ')} would count at its next start.\n`);
			return 0;
		}
		const tlsPort = options['tls-port'] ?? (process.env.RUNSTEAD_TLS_PORT || undefined);
		const server = await start({
			host: options.host ?? DEFAULT_HOST,
			port: portOf(options.port ?? process.env.RUNSTEAD_PORT ?? String(DEFAULT_PORT)),
			tlsPort: tlsPort === undefined ? undefined : portOf(tlsPort),
			dataFolder,
			database: options.database ?? (process.env.RUNSTEAD_DATABASE || undefined),
			newKeys: options['new-keys'] === true,
			basePath: options['base-path'],
			allowedHosts: options['allowed-host'],
			smtpUrl: options.smtp ?? process.env.RUNSTEAD_SMTP,
			mailSender: options['mail-from'] ?? process.env.RUNSTEAD_MAIL_FROM,
		});
		const stopped = serveUntilStopped(server);
		await welcome(server, options.quickstart === true);
		// The next start finds what this one compiled, even if this process is killed.
		flushCompileCache();
		// From here on memory is for requests: see runstead.mjs.
		setFlagsFromString('--semi-space-growth-factor=2');
		await stopped;
		return 0;
	},
});
