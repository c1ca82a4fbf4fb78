/** The certificates of one data folder: kept, made where they are missing, and made anew before they end. */
import { X509Certificate } from 'node:crypto';
import { chmod, open, readFile, rename } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from '../make-folder.ts';
import { ifThere, storageError, syncFolder } from '../storage/durable-file.ts';
import type { KeyPair } from './issue.ts';

export interface Certificates {
	readonly authority: string;
	/** Of the server's own certificate. */
	readonly server: KeyPair;
	/** What the server's certificate is good for. */
	readonly names: readonly string[];
	readonly expiryTime: Date;
	readonly authorityExpiryTime: Date;
	/** SHA-256 of the authority's certificate, as browsers and openssl show it. */
	readonly authorityFingerprint: string;
}

const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3_650;
/** Apple's clients take no certificate that is good for more than 398 days. */
const SERVER_DAYS = 397;
/** A server's certificate is made anew this long before it ends; a running server looks once a day. */
const RENEWAL_DAYS = 30;
/** Clocks of clients may be behind ours. */
const BACKDATED_DAYS = 1;

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '::1'];

/** What the certificate is for: loopback, this machine by its name, and the names that requests may be addressed to. */
export function certificateNames(allowedHosts: readonly string[]): string[] {
	// A name with anything else in it cannot stand in a certificate, nor in a Host header.
	const isName = (name: string): boolean => /^[a-z0-9._:-]+$/.test(name);
	const names = [...LOOPBACK_NAMES, hostname(), ...allowedHosts].map((name) => name.toLowerCase().replace(/^\[|\]$/g, ''));
	return [...new Set(names.filter(isName))];
}

/** The certificates in `folder`, with a server's certificate that is good for `names` and for some time yet. */
export async function provideCertificates(folder: string, names: readonly string[], now: Date): Promise<Certificates> {
	try {
		await makeFolder(folder, { mode: 0o700 });
		const kept = await readPair(folder, 'authority');
		const authority = kept !== null && daysLeft(kept, now) > SERVER_DAYS ? kept : await makeAuthority(folder, now);
		const found = await readPair(folder, 'server');
		const server = found !== null && isGood(found, authority, names, now) ? found : await makeServer(folder, authority, names, now);
		const parsed = new X509Certificate(authority.certificate);
		return {
			authority: authority.certificate,
			server,
			names,
			expiryTime: new X509Certificate(server.certificate).validToDate,
			authorityExpiryTime: parsed.validToDate,
			authorityFingerprint: parsed.fingerprint256,
		};
	} catch (error) {
		throw storageError(error);
	}
}

async function makeAuthority(folder: string, now: Date): Promise<KeyPair> {
	const { issueAuthority } = await import('./issue.ts');
	return keep(folder, 'authority', await issueAuthority(`Runstead authority of ${hostname()}`, validity(now, AUTHORITY_DAYS)));
}

async function makeServer(folder: string, authority: KeyPair, names: readonly string[], now: Date): Promise<KeyPair> {
	const { issueServer } = await import('./issue.ts');
	return keep(folder, 'server', await issueServer(authority, names, validity(now, SERVER_DAYS)));
}

function validity(now: Date, days: number): { notBefore: Date; notAfter: Date } {
	return { notBefore: new Date(now.getTime() - BACKDATED_DAYS * DAY_MS), notAfter: new Date(now.getTime() + days * DAY_MS) };
}

function daysLeft({ certificate }: KeyPair, now: Date): number {
	return (new X509Certificate(certificate).validToDate.getTime() - now.getTime()) / DAY_MS;
}

function isGood(server: KeyPair, authority: KeyPair, names: readonly string[], now: Date): boolean {
	const certificate = new X509Certificate(server.certificate);
	const hasName = (name: string): boolean =>
		(/^[\d.]+$|:/.test(name) ? certificate.checkIP(name) : certificate.checkHost(name, { subject: 'never' })) !== undefined;
	return (
		daysLeft(server, now) > RENEWAL_DAYS && certificate.verify(new X509Certificate(authority.certificate).publicKey) && names.every(hasName)
	);
}

/** Null when it is not there, or was damaged: it is made anew then. */
async function readPair(folder: string, name: string): Promise<KeyPair | null> {
	const text = await ifThere(readFile(join(folder, `${name}.pem`), 'utf8'));
	const key = text?.match(/-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----\n/)?.[0];
	const certificate = text?.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----\n?/)?.[0];
	if (key === undefined || certificate === undefined) return null;
	try {
		return new X509Certificate(certificate).validToDate ? { key, certificate } : null;
	} catch {
		return null;
	}
}

/** Key and certificate lie in one file, so that they always belong together. */
async function keep(folder: string, name: string, pair: KeyPair): Promise<KeyPair> {
	const certificate = `${pair.certificate.trimEnd()}\n`;
	await writeWhole(join(folder, `${name}.pem`), `${pair.key}${certificate}`, 0o600);
	await syncFolder(folder);
	return { key: pair.key, certificate };
}

/** Writes a file so that whoever reads it finds the old or the new content, whole. */
export async function writeWhole(file: string, content: string, mode: number): Promise<void> {
	const handle = await open(`${file}.new`, 'w', mode);
	try {
		await handle.writeFile(content);
		await handle.sync();
	} finally {
		await handle.close();
	}
	await chmod(`${file}.new`, mode);
	await rename(`${file}.new`, file);
}
