/** One file with the usual certificate authorities and ours: what Python's requests and its kin want in REQUESTS_CA_BUNDLE. */
import { readFileSync } from 'node:fs';
import { getCACertificates } from 'node:tls';

/** Variables by which a company's own authorities are commonly named. */
const VARIABLES = ['REQUESTS_CA_BUNDLE', 'SSL_CERT_FILE', 'CURL_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'];

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** Ours first, then those of the system, of Mozilla, and those that this server's own variables name; each once. */
export function makeBundle(authority: string, environment: NodeJS.ProcessEnv = process.env): string {
	const named = VARIABLES.map((variable) => environment[variable]).filter((file) => file !== undefined && file !== '');
	const texts = [authority, ...getCACertificates('system'), ...getCACertificates('bundled'), ...named.map((file) => read(file as string))];
	const found = texts.flatMap((text) => text.match(CERTIFICATE) ?? []).map((certificate) => certificate.replaceAll('\r', ''));
	return `${[...new Set(found)].join('\n')}\n`;
}

/** A variable that names a file that is not there says nothing. */
function read(file: string): string {
	try {
		return readFileSync(file, 'utf8');
	} catch {
		return '';
	}
}
