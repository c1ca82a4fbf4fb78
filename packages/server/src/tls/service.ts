/** TLS on or off: remembered in the data folder, the listener and its certificates, and the files that clients are told to trust. */
import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RunsteadError, type TlsState } from '@runstead/contract';
import type { FastifyInstance } from 'fastify';
import type { Check } from '../capabilities/system/service.ts';
import { makeFolder } from '../make-folder.ts';
import { ifThere, storageError } from '../storage/durable-file.ts';
import { makeBundle } from './bundle.ts';
import { type Certificates, certificateNames, provideCertificates, writeWhole } from './certificates.ts';
import { openTlsListener, type TlsListener } from './listener.ts';

const DEFAULT_TLS_PORT = 8156;
/** A certificate is looked at, and made anew before it ends, this often. */
const RENEWAL_CHECK_MS = 86_400_000;

export interface TlsOptions {
	readonly app: FastifyInstance;
	readonly dataFolder: string;
	readonly host: string;
	/** The port that was named at the start, which switches it on; null: not at the start, whatever is remembered. */
	readonly port: number | null | undefined;
	readonly basePath: string;
	readonly allowedHosts: readonly string[];
	/** Told when the address has changed while the server runs. */
	readonly onChanged: (url: string | null) => void;
	readonly onError: (error: unknown) => void;
}

interface Open {
	readonly listener: TlsListener;
	readonly certificates: Certificates;
	readonly bundle: string;
}

export type TlsService = ReturnType<typeof createTlsService>;

export function createTlsService({ app, dataFolder, host, port, basePath, allowedHosts, onChanged, onError }: TlsOptions) {
	const secrets = join(dataFolder, 'secrets', 'tls');
	const settingsFile = join(secrets, 'on.json');
	const publicFolder = join(dataFolder, 'tls');
	const authorityFile = join(publicFolder, 'authority.pem');
	const bundleFile = join(publicFolder, 'bundle.pem');
	const names = certificateNames(allowedHosts);
	let open: Open | null = null;
	let renewal: NodeJS.Timeout | undefined;
	/** One change after the other. */
	let changing: Promise<unknown> = Promise.resolve();

	const rememberedPortOrNull = async (): Promise<number | null> => {
		const text = await ifThere(readFile(settingsFile, 'utf8'));
		const remembered = text === null ? null : (JSON.parse(text) as { port?: unknown }).port;
		return typeof remembered === 'number' ? remembered : null;
	};

	/** The certificates, with the files that others read of them. */
	const provide = async (): Promise<Omit<Open, 'listener'>> => {
		const certificates = await provideCertificates(secrets, names, new Date());
		const bundle = makeBundle(certificates.authority);
		try {
			await makeFolder(publicFolder);
			await writeWhole(authorityFile, certificates.authority, 0o644);
			await writeWhole(bundleFile, bundle, 0o644);
		} catch (error) {
			throw storageError(error);
		}
		return { certificates, bundle };
	};

	const openAt = async (wanted: number): Promise<void> => {
		const provided = await provide();
		open = { ...provided, listener: await openTlsListener(app, { host, port: wanted }, provided.certificates) };
		clearInterval(renewal);
		renewal = setInterval(() => void inTurn(renew).catch(onError), RENEWAL_CHECK_MS).unref();
	};

	const renew = async (): Promise<void> => {
		if (!open) return;
		open = { ...open, ...(await provide()) };
		open.listener.replace(open.certificates);
	};

	const forget = (): Open | null => {
		clearInterval(renewal);
		const ended = open;
		open = null;
		return ended;
	};

	const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
		const done = changing.then(work);
		changing = done.catch(() => undefined);
		return done;
	};

	const url = (): string | null =>
		open && `https://${host === '127.0.0.1' ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${open.listener.port}${basePath}`;

	const state = async (): Promise<TlsState> => ({
		isOn: open !== null || (await rememberedPortOrNull()) !== null,
		url: url(),
		certificate: open && {
			names: [...names],
			expiryTime: open.certificates.expiryTime.toISOString(),
			authorityExpiryTime: open.certificates.authorityExpiryTime.toISOString(),
			authorityFingerprint: open.certificates.authorityFingerprint,
			authorityFile,
			bundleFile,
		},
	});

	const openOrNone = (): Open => {
		if (!open) throw new RunsteadError('not-found', { noun: 'certificate authority yet:', given: 'TLS is off' });
		return open;
	};

	return {
		url,
		state,

		/** For the doctor; nothing while TLS is off. */
		checks: (): Check[] =>
			open
				? [
						{ name: 'tls', ok: true, value: `${url()}, authority ${authorityFile}` },
						{
							name: 'tls certificate',
							ok: open.certificates.expiryTime.getTime() > Date.now(),
							value: `until ${open.certificates.expiryTime.toISOString().slice(0, 10)}, for ${names.join(', ')}`,
						},
					]
				: [],

		/** Opens the listener where it is on. @throws an error of the system when its port cannot be had. */
		start: (): Promise<void> =>
			inTurn(async () => {
				if (port === null) return;
				const wanted = port ?? (await rememberedPortOrNull());
				if (wanted !== null) await openAt(wanted);
			}),

		/** @throws {RunsteadError} port-taken; storage-full. */
		set: ({ isOn, port: given }: { isOn: boolean; port?: number | undefined }): Promise<TlsState> =>
			inTurn(async () => {
				if (!isOn) {
					forget()?.listener.retire();
					onChanged(null);
					await rm(settingsFile, { force: true });
					return state();
				}
				const wanted = given ?? port ?? (await rememberedPortOrNull()) ?? DEFAULT_TLS_PORT;
				if (open && (given === undefined || given === 0 || given === open.listener.port)) return state();
				const before = open;
				try {
					await openAt(wanted);
				} catch (error) {
					const { code, message } = error as NodeJS.ErrnoException;
					if (code === 'EADDRINUSE' || code === 'EACCES') throw new RunsteadError('port-taken', { port: wanted, reason: message });
					throw error;
				}
				onChanged(url());
				before?.listener.retire();
				await writeWhole(settingsFile, `${JSON.stringify({ port: open?.listener.port })}\n`, 0o600);
				return state();
			}),

		/** @throws {RunsteadError} not-found while TLS is off. */
		authority: (): string => openOrNone().certificates.authority,
		/** @throws {RunsteadError} not-found while TLS is off. */
		bundle: (): string => openOrNone().bundle,
		/** Tells one bundle from the next; null while TLS is off. */
		bundleHashOrNull: (): string | null => open && createHash('sha256').update(open.bundle).digest('hex'),

		stop: (): Promise<void> => inTurn(async () => forget()?.listener.close()),
	};
}
