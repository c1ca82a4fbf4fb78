/** The settings of a destination: checked when they are given, without their secrets when they are told. */
import { type Archive, type EventHub, RunsteadError } from '@runstead/contract';
import type { Reach } from '../../http/outbound-address.ts';
import { amqpPlace, partsOrNull } from './destinations/connection-string.ts';

const HIDDEN = '***';
const FOLDER_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
/** Parts of connection strings that let somebody in. */
const SECRET_PARTS = /(SharedAccessKey|AccountKey|SharedAccessSignature)=[^;]*/gi;

type Config = Archive | EventHub;
type SecretName = 'connectionString' | 'secretAccessKey' | 'password';

const SECRET_OF: Readonly<Record<Config['kind'], SecretName | null>> = {
	folder: null,
	'azure-blob': 'connectionString',
	s3: 'secretAccessKey',
	amqp: 'connectionString',
	kafka: 'password',
};

/** What of a secret anybody may know: where it leads. */
function hidden(secret: string): string {
	if (/^amqps?:\/\//i.test(secret)) return secret.replace(/(:\/\/[^:/@]*):[^@/]*@/, `$1:${HIDDEN}@`);
	return SECRET_PARTS.test(secret) ? secret.replace(SECRET_PARTS, `$1=${HIDDEN}`) : HIDDEN;
}

export function withoutSecret<Given extends Config>(config: Given): Given {
	const name = SECRET_OF[config.kind];
	const secret = name === null ? undefined : secretIn(config, name);
	return name === null || secret === undefined ? config : { ...config, [name]: hidden(secret) };
}

/**
 * What was given, with the secret that is kept where it was left out or sent back hidden.
 * @throws {RunsteadError} invalid-request when the kept one was given for another place: it would be shown to that one.
 */
export function withKeptSecret<Given extends Config>(given: Given, kept: Config | null): Given {
	const name = SECRET_OF[given.kind];
	if (name === null) return given;
	const secret = secretIn(given, name);
	if (secret !== undefined && !secret.includes(HIDDEN)) return given;
	const before = kept?.kind === given.kind ? secretIn(kept, name) : undefined;
	if (secret === undefined && (before === undefined || !needsSecret(given))) return given;
	if (before === undefined || (secret !== undefined && secret !== hidden(before)) || placeOf(given) !== placeOf(kept as Config)) {
		throw new RunsteadError('invalid-request', {
			what: `Give ${name} anew, whole: the one that is kept is for another place, or there is none.`,
		});
	}
	return { ...given, [name]: before };
}

/** @throws {RunsteadError} invalid-request, address-not-allowed. */
export function checkConfig(config: Config, reach: Reach): void {
	const refuse = (what: string): never => {
		throw new RunsteadError('invalid-request', { what });
	};
	switch (config.kind) {
		case 'folder':
			checkFolder(config.path, reach);
			return;
		case 'azure-blob': {
			const parts = partsOrNull(config.connectionString ?? '');
			if (!parts?.has('AccountName') && !parts?.has('SharedAccessSignature') && parts?.get('UseDevelopmentStorage') !== 'true')
				refuse(
					'The connection string of the storage account is missing or is none (DefaultEndpointsProtocol=…;AccountName=…;AccountKey=…).',
				);
			return;
		}
		case 's3':
			if (config.endpoint !== undefined && !/^https?:$/.test(URL.parse(config.endpoint)?.protocol ?? ''))
				refuse(`${JSON.stringify(config.endpoint)} is not the address of a server: give one such as https://s3.example.org.`);
			if (config.accessKeyId === undefined && reach === 'public')
				refuse("Give the key: only who administers the server may use the server's own.");
			if (config.accessKeyId !== undefined && config.secretAccessKey === undefined) refuse('Give the secret of the key too.');
			return;
		case 'amqp':
			amqpPlace(config.connectionString ?? '', config.address);
			return;
		case 'kafka': {
			const wrong = config.brokers.find((broker) => !/^[^\s:/]+:\d{1,5}$|^\[[0-9a-f:]+\]:\d{1,5}$/i.test(broker));
			if (wrong !== undefined) refuse(`${JSON.stringify(wrong)} is not a broker: give host:port.`);
			if (!/^[A-Za-z0-9._-]{1,249}$/.test(config.topic))
				refuse(`${JSON.stringify(config.topic)} is not the name of a topic: it takes letters, digits, dots, hyphens and underscores.`);
			if (config.username !== undefined && config.password === undefined) refuse('Give the password too.');
			return;
		}
	}
}

/** A folder by name lies in the data folder; any other one is for whoever administers the server. */
function checkFolder(path: string, reach: Reach): void {
	if (FOLDER_NAME.test(path)) return;
	const reason = path.startsWith('/')
		? path.split('/').includes('..') || /\p{Cc}/u.test(path)
			? 'it holds ".." or control characters'
			: reach === 'public'
				? 'a folder outside the data folder is for whoever administers the server; give a name'
				: null
		: 'give a name of letters, digits, dots, hyphens and underscores, or an absolute path';
	if (reason !== null) throw new RunsteadError('invalid-path', { path, reason });
}

function secretIn(config: Config, name: SecretName): string | undefined {
	return (config as Partial<Record<SecretName, string>>)[name];
}

function needsSecret(config: Config): boolean {
	if (config.kind === 's3') return config.accessKeyId !== undefined;
	return config.kind !== 'kafka' || config.username !== undefined;
}

/** Whom the secret is shown to. A connection string says that itself. */
function placeOf(config: Config): string {
	if (config.kind === 's3') return JSON.stringify([config.endpoint ?? null, config.accessKeyId]);
	if (config.kind === 'kafka') return JSON.stringify([config.brokers, config.username, config.tls ?? false]);
	return '';
}
