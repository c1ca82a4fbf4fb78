/** How a server is set up. */

export interface ServerConfig {
	/** Address to listen on; only loopback until accounts exist. */
	readonly host: string;
	/** 0 takes a free one. */
	readonly port: number;
	/** Port of the TLS listener, which is switched on so; if absent, that of last time, where it was on; null: none at the start. */
	readonly tlsPort?: number | null;
	/** Everything that is kept lies here, unless `database` says otherwise for the tables. */
	readonly dataFolder: string;
	/** `postgres://user@host:5432/name`; if absent, the one that the data folder was used with, or else SQLite in it. */
	readonly database?: string;
	/** Takes the keys of the data folder, though the database was used with others: what was sealed with those is lost. */
	readonly newKeys?: boolean;
	/** Path under which a proxy shows the server, such as `/runstead`. */
	readonly basePath?: string;
	/** Host names, beside loopback's own, that requests may be addressed to. */
	readonly allowedHosts?: readonly string[];
	/** The server that takes mail: `smtp://user:password@host:port`, or `smtps://…`; without it no mail is sent. */
	readonly smtpUrl?: string;
	/** Whom mail comes from. */
	readonly mailSender?: string;
	/** Python for jobs on this machine; `python3` if absent. */
	readonly python?: string;
	/** Folder of the built studio; that of this repository if absent. */
	readonly studioFolder?: string;
}

export const DEFAULT_HOST = '127.0.0.1';
export const DEFAULT_PORT = 8155;

const LOOPBACK_HOSTS = ['127.0.0.1', 'localhost', '::1'];

/** A setting that cannot be: found at start, never at request time. */
export class ConfigError extends Error {
	override readonly name = 'ConfigError';
}

/** @throws {ConfigError} naming the setting, what was given and what is possible. */
export function checkConfig(config: ServerConfig): void {
	if (!LOOPBACK_HOSTS.includes(config.host)) {
		throw new ConfigError(
			`--host ${config.host}: without accounts the server listens on this machine only (${LOOPBACK_HOSTS.join(', ')}).`,
		);
	}
	if (!Number.isInteger(config.port) || config.port < 0 || config.port > 65_535)
		throw new ConfigError(`--port ${config.port}: a port is a whole number from 0 to 65535.`);
	const { tlsPort } = config;
	if (typeof tlsPort === 'number' && (!Number.isInteger(tlsPort) || tlsPort < 0 || tlsPort > 65_535))
		throw new ConfigError(`--tls-port ${tlsPort}: a port is a whole number from 0 to 65535.`);
	if (config.database !== undefined && !/^postgres(ql)?:\/\//.test(config.database)) {
		throw new ConfigError(
			`--database ${config.database}: give a PostgreSQL address such as postgres://user@host:5432/runstead, or leave it out for SQLite.`,
		);
	}
	if (config.smtpUrl !== undefined && !/^smtps?:$/.test(URL.parse(config.smtpUrl)?.protocol ?? '')) {
		throw new ConfigError(
			'--smtp: give an address such as smtp://user:password@mail.example.org:587, or smtps://… for TLS from the start.',
		);
	}
	if (config.basePath !== undefined && !/^(\/[A-Za-z0-9._~-]+)+$/.test(config.basePath)) {
		throw new ConfigError(`--base-path ${config.basePath}: it begins with / and does not end with one, such as /runstead.`);
	}
}

/** How mail is sent; null: it is not. */
export function mailSettingsOrNull({ smtpUrl, mailSender }: ServerConfig): { smtpUrl: string; sender?: string } | null {
	return smtpUrl === undefined ? null : { smtpUrl, ...(mailSender !== undefined && { sender: mailSender }) };
}
