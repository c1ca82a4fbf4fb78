/** `runstead tls`: switches the TLS listener on or off, and says what clients need to trust it. */
import type { TlsState } from '@runstead/contract';
import { defineCommand, UsageError } from '../command.ts';
import { RUNSTEAD } from '../command-line.ts';
import { DATA_OPTION, dataFolderOf } from '../data-folder.ts';
import { type DocumentAnswer, documentAnswer } from '../output/answer.ts';
import { portOf } from '../port.ts';
import { runningServerOrNull } from '../running-server.ts';
import { withServer } from '../with-server.ts';

function shownState({ url, certificate }: TlsState, isRunning: boolean): DocumentAnswer['shown'] {
	if (certificate === null || url === null) return 'TLS is off. Clients use http.';
	return [
		['TLS', isRunning ? `${url}/` : `on, from the next start (${RUNSTEAD} up)`],
		['Names', certificate.names.join(', ')],
		['Until', `${certificate.expiryTime.slice(0, 10)}; made anew before, by itself`],
		['Authority', `${certificate.authorityFile} (SHA-256 ${certificate.authorityFingerprint})`],
		['Python', `export REQUESTS_CA_BUNDLE=${certificate.bundleFile}`],
		['OpenSSL, curl', `export SSL_CERT_FILE=${certificate.bundleFile}`],
		['Node', `export NODE_EXTRA_CA_CERTS=${certificate.authorityFile}`],
	];
}

export const command = defineCommand({
	summary: 'Serve https too, with an authority of its own, and say what clients need to trust it',
	usage: '',
	words: { min: 0, max: 0 },
	options: {
		data: DATA_OPTION,
		port: { type: 'string', value: 'PORT', description: 'Port of the TLS listener (default: the one of last time, else 8156).' },
		off: { type: 'boolean', description: 'Close the listener, and leave it closed at the next start. The authority is kept.' },
		show: { type: 'boolean', description: 'Change nothing.' },
	},
	answers: 'document',
	examples: [
		{ command: 'runstead tls', explanation: 'https on 8156 beside http, now and at each start' },
		{ command: 'export REQUESTS_CA_BUNDLE=$(runstead tls --query certificate.bundleFile -o tsv)', explanation: 'for Python clients' },
		{ command: 'runstead tls --off', explanation: 'http alone' },
	],
	async run({ options }) {
		if (options.off && (options.port !== undefined || options.show)) throw new UsageError('--off goes without --port and --show.');
		const port = options.port === undefined ? undefined : portOf(options.port);
		const dataFolder = dataFolderOf(options);
		const isRunning = (await runningServerOrNull(dataFolder)) !== null;
		const state = await withServer(dataFolder, (client) =>
			options.show ? client.call('getTls') : client.call('setTls', { body: { isOn: !options.off, port } }),
		);
		return documentAnswer(isRunning ? state : { ...state, url: null }, shownState(state, isRunning));
	},
});
