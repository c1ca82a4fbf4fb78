/** Where an AMQP stream goes: an event hub by its connection string, or any broker by its address. */
import { RunsteadError } from '@runstead/contract';

export interface AmqpPlace {
	readonly host: string;
	readonly port: number;
	readonly tls: boolean;
	readonly username: string | undefined;
	readonly password: string | undefined;
	/** The event hub, queue or topic. */
	readonly address: string;
}

const AMQP_PORT = 5672;
const AMQPS_PORT = 5671;

/** The parts of `Key=Value;Key=Value`; null for text that is not so. */
export function partsOrNull(connectionString: string): ReadonlyMap<string, string> | null {
	const parts = connectionString
		.split(';')
		.filter((part) => part.trim() !== '')
		.map((part) => [part.slice(0, part.indexOf('=')).trim(), part.slice(part.indexOf('=') + 1).trim()] as const);
	return parts.length > 0 && parts.every(([key]) => /^[A-Za-z]+$/.test(key)) ? new Map(parts) : null;
}

/** @throws {RunsteadError} invalid-request, without the secret in it. */
export function amqpPlace(connectionString: string, address: string | undefined): AmqpPlace {
	const parts = /^amqps?:\/\//i.test(connectionString) ? null : partsOrNull(connectionString);
	const endpoint = URL.parse(parts ? (parts.get('Endpoint') ?? '') : connectionString);
	if (!endpoint || endpoint.hostname === '' || !/^(sb|amqps?):$/.test(endpoint.protocol)) {
		throw new RunsteadError('invalid-request', {
			what: 'The connection string is neither one of an event hub (Endpoint=sb://…;SharedAccessKeyName=…;SharedAccessKey=…) nor an amqp:// or amqps:// address.',
		});
	}
	const target = address ?? parts?.get('EntityPath') ?? decodeURIComponent(endpoint.pathname.slice(1));
	if (target === '')
		throw new RunsteadError('invalid-request', { what: 'No event hub, queue or topic is named: give its address, or EntityPath.' });
	// Microsoft's emulator, and servers like it, speak AMQP without TLS.
	const tls = parts ? parts.get('UseDevelopmentEmulator')?.toLowerCase() !== 'true' : endpoint.protocol === 'amqps:';
	return {
		host: endpoint.hostname,
		port: endpoint.port === '' ? (tls ? AMQPS_PORT : AMQP_PORT) : Number(endpoint.port),
		tls,
		username: parts ? parts.get('SharedAccessKeyName') : decodeURIComponent(endpoint.username) || undefined,
		password: parts ? parts.get('SharedAccessKey') : decodeURIComponent(endpoint.password) || undefined,
		address: target,
	};
}
