/** `runstead azureml login`: makes a folder one in which `azureml-core`, as it is installed, means a workspace of this server. */
import { existsSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Client, RequestError } from '@runstead/client';
import type { TlsState } from '@runstead/contract';
import { CommandError, defineCommand } from '../command.ts';
import { makeFolder } from '../folders.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { documentAnswer } from '../output/answer.ts';
import { portOf } from '../port.ts';

const BUNDLE_NAME = 'runstead-bundle.pem';

/** Switches https on, unless it is: the clients write files over it alone. */
async function tlsOf(client: Client, port: number | undefined): Promise<NonNullable<TlsState['certificate']>> {
	const off = (error: unknown): never => {
		if (error instanceof RequestError && error.code === 'forbidden')
			throw new CommandError(
				'The server does not listen over TLS, and this token may not change that.',
				'Run on its machine: runstead tls',
			);
		throw error;
	};
	const before = await client.call('getTls').catch(off);
	const { certificate } = before.isOn ? before : await client.call('setTls', { body: { isOn: true, port } }).catch(off);
	if (certificate === null) throw new CommandError('The server has no certificate.', 'Look at what it says: runstead tls --show');
	return certificate;
}

/** The file of authorities of the server, which is fetched where it is on another machine. */
async function bundleIn(folder: string, client: Client, file: string): Promise<string> {
	if (existsSync(file)) return file;
	const reply = await fetch(`${client.url}/api/v1/tls/bundle.pem`);
	if (!reply.ok) throw new CommandError(`The server answers ${reply.status} for its authorities.`, 'Try again.');
	await makeFolder(join(folder, '.azureml'));
	const path = join(folder, '.azureml', BUNDLE_NAME);
	await writeFile(path, await reply.text());
	return path;
}

/** A file that says otherwise stays as it is, unless it is to be replaced. */
async function writeConfig(path: string, config: Readonly<Record<string, string>>, mayReplace: boolean): Promise<void> {
	const text = `${JSON.stringify(config, null, 4)}\n`;
	const before = await readFile(path, 'utf8').catch(() => null);
	if (before !== null && before !== text && !mayReplace)
		throw new CommandError(`${path} is there and says otherwise.`, 'Replace it with --force, or name another folder with --path.');
	await writeFile(path, text);
}

/** What azureml-core remembers of another cloud counts more than the variables. */
function remembered(): string | null {
	const path = join(process.env.AZUREML_AUTH_CONFIG_DIR ?? join(homedir(), '.azureml', 'auth'), 'cloudEndpoints.json');
	return existsSync(path) ? path : null;
}

export const command = defineCommand({
	summary: 'Write config.json, switch https on, and say which variables azureml-core and azureml-mlflow need',
	usage: '',
	words: { min: 0, max: 0 },
	options: {
		path: { type: 'string', value: 'FOLDER', description: 'Where config.json is written (default: this folder).' },
		force: { type: 'boolean', description: 'Replace a config.json that says otherwise.' },
		port: { type: 'string', value: 'PORT', description: 'Port of the TLS listener, where it is off as yet (default: 8156).' },
		...WORKSPACE_OPTIONS,
	},
	answers: 'document',
	examples: [
		{ command: 'runstead azureml login', explanation: 'then set the variables that it prints, and Workspace.from_config() works' },
		{
			command: 'runstead azureml login --url http://ml.example.org:8155 -w lab',
			explanation: 'a server elsewhere, with RUNSTEAD_TOKEN set',
		},
		{ command: 'eval "$(runstead azureml login --query export -o tsv)"', explanation: 'in bash, all in one' },
	],
	async run({ options }) {
		const folder = resolve(options.path ?? '.');
		if (!(await stat(folder).catch(() => null))?.isDirectory())
			throw new CommandError(`There is no folder ${folder}.`, 'Name one with --path.');
		const { client, workspace } = await openWorkspace(options);
		const { subscriptionId, resourceGroup, name } = await client.call('getWorkspace', { params: { workspace } });
		const { bundleFile } = await tlsOf(client, options.port === undefined ? undefined : portOf(options.port));
		const configFile = join(folder, 'config.json');
		const url = client.url.replace(/\/+$/, '');
		await writeConfig(
			configFile,
			{ subscription_id: subscriptionId, resource_group: resourceGroup, workspace_name: name, runstead_url: url },
			options.force === true,
		);
		const { RUNSTEAD_TOKEN: token } = process.env;
		const bundle = await bundleIn(folder, client, bundleFile);
		const variables: Record<string, string> = {
			ARM_CLOUD_METADATA_URL: `${url}/metadata/endpoints`,
			AZUREML_CURRENT_CLOUD: 'AzureCloud',
			MSI_ENDPOINT: `${url}/msi/token`,
			// The client looks at the secret only where it believes to be a web application.
			...(token ? { MSI_SECRET: token, APPSETTING_WEBSITE_SITE_NAME: 'runstead' } : {}),
			REQUESTS_CA_BUNDLE: bundle,
			// The engine that reads datasets looks here alone.
			SSL_CERT_FILE: bundle,
		};
		const settings = Object.entries(variables).map(([variable, value]) => `${variable}='${value.replaceAll("'", "'\\''")}'`);
		const stale = remembered();
		return documentAnswer(
			{ workspace: name, configFile, variables, export: `export ${settings.join(' ')}` },
			[
				['Workspace', name],
				['Written', configFile],
				['Set', settings.map((setting) => `export ${setting}`).join('\n')],
			],
			stale === null ? {} : { remark: `azureml-core remembers a cloud in ${stale}: remove that file unless it is this server's.` },
		);
	},
});
