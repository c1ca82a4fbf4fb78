/** Makes certificates: an authority of our own, and what it signs. Loaded only when one is to be made, a few times a year. */
import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
	AuthorityKeyIdentifierExtension,
	BasicConstraintsExtension,
	ExtendedKeyUsage,
	ExtendedKeyUsageExtension,
	type Extension,
	KeyUsageFlags,
	KeyUsagesExtension,
	SubjectAlternativeNameExtension,
	SubjectKeyIdentifierExtension,
	X509Certificate,
	X509CertificateGenerator,
} from '@peculiar/x509';

/** A private key and its certificate, both as PEM. */
export interface KeyPair {
	readonly key: string;
	readonly certificate: string;
}

export interface Validity {
	readonly notBefore: Date;
	readonly notAfter: Date;
}

/** P-256 is the curve that every TLS client of the last ten years takes, and quick to make. */
const KEY = { name: 'ECDSA', namedCurve: 'P-256' };
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' };
/** A serial number is positive and has at most 20 bytes (RFC 5280, 4.1.2.2). */
const SERIAL_BYTES = 16;

/** An authority that signs servers' certificates and no other authorities. What RFC 5280 asks of one is all there: Python 3.13 checks it. */
export async function issueAuthority(name: string, validity: Validity): Promise<KeyPair> {
	const keys = await webcrypto.subtle.generateKey(KEY, true, ['sign', 'verify']);
	const certificate = await X509CertificateGenerator.createSelfSigned({
		...validity,
		serialNumber: serialNumber(),
		name: [{ CN: [name] }, { O: ['Runstead'] }],
		keys,
		signingAlgorithm: SIGNING,
		extensions: [
			new BasicConstraintsExtension(true, 0, true),
			new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
			await SubjectKeyIdentifierExtension.create(keys.publicKey),
		],
	});
	return { key: await pemOf(keys.privateKey), certificate: certificate.toString('pem') };
}

/** A server's certificate for `names` (host names and IP addresses), signed by the authority. */
export async function issueServer(authority: KeyPair, names: readonly string[], validity: Validity): Promise<KeyPair> {
	const issuer = new X509Certificate(authority.certificate);
	const signingKey = await webcrypto.subtle.importKey('pkcs8', derOf(authority.key), KEY, false, ['sign']);
	const keys = await webcrypto.subtle.generateKey(KEY, true, ['sign', 'verify']);
	const extensions: Extension[] = [
		new BasicConstraintsExtension(false, undefined, true),
		new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
		new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
		new SubjectAlternativeNameExtension(names.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value }))),
		await SubjectKeyIdentifierExtension.create(keys.publicKey),
		await AuthorityKeyIdentifierExtension.create(issuer),
	];
	const certificate = await X509CertificateGenerator.create({
		...validity,
		serialNumber: serialNumber(),
		subject: [{ CN: ['Runstead server'] }],
		issuer: issuer.subjectName,
		publicKey: keys.publicKey,
		signingKey,
		signingAlgorithm: SIGNING,
		extensions,
	});
	return { key: await pemOf(keys.privateKey), certificate: certificate.toString('pem') };
}

function serialNumber(): string {
	const bytes = randomBytes(SERIAL_BYTES);
	// Positive, and of full length.
	bytes[0] = ((bytes[0] as number) & 0x7f) | 0x40;
	return bytes.toString('hex');
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
	const text = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64');
	return `-----BEGIN PRIVATE KEY-----\n${text.replace(/.{64}(?=.)/g, '$&\n')}\n-----END PRIVATE KEY-----\n`;
}

function derOf(pem: string): Uint8Array<ArrayBuffer> {
	return Uint8Array.from(Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64'));
}
