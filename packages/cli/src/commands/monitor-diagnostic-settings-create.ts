/** `runstead monitor diagnostic-settings create`: makes a diagnostic setting, or puts another in its place. */
import type { Archive, EventHub } from '@runstead/contract';
import { defineCommand, UsageError } from '../command.ts';
import { settingAnswer } from '../diagnostic-setting-answer.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { textOrFile } from '../text-or-file.ts';

const OPTIONS = {
	category: {
		type: 'string',
		value: 'NAME',
		multiple: true,
		description: 'What to send, such as AllLogs, AllMetrics or AmlComputeJobEvent (default: AllLogs and AllMetrics).',
	},
	'log-analytics': { type: 'boolean', description: 'To the log tables, which queries read.' },
	folder: { type: 'string', value: 'PATH', description: 'To an archive folder: a name in the data folder, or an absolute path.' },
	'azure-blob': {
		type: 'string',
		value: 'TEXT',
		description: 'To an archive in Azure Blob storage, by its connection string; @FILE reads it from a file.',
	},
	s3: { type: 'string', value: 'BUCKET', description: 'To an archive in a bucket that speaks S3.' },
	endpoint: { type: 'string', value: 'URL', description: "S3: the server (default: Amazon's)." },
	region: { type: 'string', value: 'NAME', description: 'S3: the region (default: us-east-1).' },
	prefix: { type: 'string', value: 'TEXT', description: 'S3: goes before every key.' },
	'access-key-id': { type: 'string', value: 'ID', description: "S3: the id of the key (default: as the server's environment has it)." },
	'secret-access-key': { type: 'string', value: 'TEXT', description: 'S3: the secret of the key; @FILE reads it from a file.' },
	'retention-days': { type: 'string', value: 'COUNT', description: 'Archives: days after which records are removed (default: 0, never).' },
	'event-hub': {
		type: 'string',
		value: 'TEXT',
		description: 'To an event hub by its connection string, or any AMQP 1.0 broker by its address; @FILE reads it from a file.',
	},
	address: { type: 'string', value: 'NAME', description: 'The event hub, queue or topic, where the connection string does not name it.' },
	kafka: { type: 'string', value: 'HOST:PORT', multiple: true, description: 'To Kafka, by its brokers.' },
	topic: { type: 'string', value: 'NAME', description: 'Kafka: the topic.' },
	username: { type: 'string', value: 'NAME', description: 'Kafka: for SASL PLAIN.' },
	password: { type: 'string', value: 'TEXT', description: 'Kafka: for SASL PLAIN; @FILE reads it from a file.' },
	'kafka-tls': { type: 'boolean', description: 'Kafka: with TLS.' },
	untested: { type: 'boolean', description: 'Save it without trying its destinations.' },
	...WORKSPACE_OPTIONS,
} as const;

type Given = { readonly [Name in keyof typeof OPTIONS]?: string | boolean | readonly string[] };

const text = (given: Given, name: keyof typeof OPTIONS): string | undefined => given[name] as string | undefined;

function daysOf(given: string | undefined): number {
	if (given === undefined) return 0;
	if (!/^\d{1,5}$/.test(given)) throw new UsageError(`"${given}" is not a number of days.`);
	return Number(given);
}

/** @throws {UsageError} when two kinds are given. */
async function archiveOf(given: Given): Promise<Archive | null> {
	const kinds = (['folder', 'azure-blob', 's3'] as const).filter((name) => given[name] !== undefined);
	if (kinds.length > 1) throw new UsageError(`A setting has one archive: --${kinds.join(' or --')}.`);
	const retentionDays = daysOf(text(given, 'retention-days'));
	const path = text(given, 'folder');
	if (path !== undefined) return { kind: 'folder', path, retentionDays };
	const blob = text(given, 'azure-blob');
	if (blob !== undefined) return { kind: 'azure-blob', connectionString: await textOrFile(blob), retentionDays };
	const bucket = text(given, 's3');
	if (bucket === undefined) return null;
	const secret = text(given, 'secret-access-key');
	return {
		kind: 's3',
		bucket,
		prefix: text(given, 'prefix'),
		endpoint: text(given, 'endpoint'),
		region: text(given, 'region'),
		accessKeyId: text(given, 'access-key-id'),
		secretAccessKey: secret === undefined ? undefined : await textOrFile(secret),
		retentionDays,
	};
}

/** @throws {UsageError} when two kinds are given, or a topic is missing. */
async function eventHubOf(given: Given): Promise<EventHub | null> {
	const hub = text(given, 'event-hub');
	const brokers = given.kafka as readonly string[] | undefined;
	if (hub !== undefined && brokers !== undefined) throw new UsageError('A setting has one stream: --event-hub or --kafka.');
	if (hub !== undefined) return { kind: 'amqp', connectionString: await textOrFile(hub), address: text(given, 'address') };
	if (brokers === undefined) return null;
	const topic = text(given, 'topic');
	if (topic === undefined) throw new UsageError('--kafka needs --topic.');
	const password = text(given, 'password');
	return {
		kind: 'kafka',
		brokers: [...brokers],
		topic,
		tls: given['kafka-tls'] === true,
		username: text(given, 'username'),
		password: password === undefined ? undefined : await textOrFile(password),
	};
}

export const command = defineCommand({
	summary: 'Send logs and metrics of a workspace to an archive, a stream or the log tables',
	usage: 'NAME',
	words: { min: 1, max: 1 },
	options: OPTIONS,
	answers: 'document',
	examples: [
		{
			command: 'runstead monitor diagnostic-settings create keep --folder lab --retention-days 90',
			explanation: 'files by the hour in the data folder',
		},
		{
			command: 'runstead monitor diagnostic-settings create jobs --category AmlComputeJobEvent --event-hub @hub.txt',
			explanation: 'jobs to an event hub; its connection string is in a file',
		},
		{
			command: 'runstead monitor diagnostic-settings create stream --kafka broker:9092 --topic runstead',
			explanation: 'everything to a topic of Kafka',
		},
	],
	async run({ options, words }) {
		const [setting] = words as [string];
		const body = {
			categories: [...(options.category ?? ['AllLogs', 'AllMetrics'])],
			archive: await archiveOf(options),
			eventHub: await eventHubOf(options),
			logAnalytics: options['log-analytics'] === true,
		};
		const { client, workspace } = await openWorkspace(options);
		const made = await client.call('putDiagnosticSetting', { params: { workspace, setting }, query: { untested: options.untested }, body });
		return settingAnswer(made);
	},
});
