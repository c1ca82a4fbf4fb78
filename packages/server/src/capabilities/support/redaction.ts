/** Secrets of a job in what is handed on: what it was given under names of secrets, and what looks like one anywhere. */

import { Transform } from 'node:stream';
import { COVERED, isSecretName } from '@runstead/contract';

/** Texts are held back until their line ends, and so far at most: what looks like a secret is hardly longer. */
const HELD_BACK_CHARACTERS = 8_192;
const LINE_CHARACTERS_MAX = 65_536;

/** What looks like a secret, with what is kept of it before and after. */
const PATTERNS: readonly [RegExp, string][] = [
	[/eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, COVERED],
	[/(\bBearer\s+)[\w.~+/=-]{8,}/gi, `$1${COVERED}`],
	[/(:\/\/[^\s:/@]+:)[^\s@/]+(@)/g, `$1${COVERED}$2`],
	[/((?:AccountKey|SharedAccessKey|sig)=)[\w%+/=-]{8,}/gi, `$1${COVERED}`],
	[/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g, COVERED],
];

export interface Redactor {
	text(text: string): string;
	/** A copy of a JSON value, its texts redacted. */
	value(value: unknown): unknown;
	/** Bytes as they come; what is no text goes through unharmed. */
	stream(): Transform;
}

/** `values` are those of secrets; what looks like one is known anyway. */
export function createRedactor(values: readonly string[]): Redactor {
	// One that holds another one goes first.
	const secrets = [...values].sort((left, right) => right.length - left.length);

	const redact = (text: string, values: readonly string[]): string => {
		const without = values.reduce((before, secret) => before.replaceAll(secret, COVERED), text);
		return PATTERNS.reduce((before, [pattern, kept]) => before.replace(pattern, kept), without);
	};
	const text = (given: string): string => redact(given, secrets);
	const value = (given: unknown): unknown => {
		if (typeof given === 'string') return text(given);
		if (Array.isArray(given)) return given.map(value);
		if (given === null || typeof given !== 'object') return given;
		return Object.fromEntries(
			Object.entries(given).map(([name, inner]) => [name, isSecretName(name) && typeof inner === 'string' ? COVERED : value(inner)]),
		);
	};
	// Bytes are looked at one character each, so that no character is cut in two.
	const bytes = secrets.map((secret) => Buffer.from(secret).toString('latin1'));
	return { text, value, stream: () => redactingStream((held) => redact(held, bytes)) };
}

function redactingStream(redact: (text: string) => string): Transform {
	let held = '';
	return new Transform({
		transform(chunk: Buffer, _encoding, done) {
			held += chunk.toString('latin1');
			const lineEnd = held.lastIndexOf('\n') + 1;
			if (held.length - lineEnd > LINE_CHARACTERS_MAX) {
				const clean = redact(held);
				const cut = Math.max(0, clean.length - HELD_BACK_CHARACTERS);
				held = clean.slice(cut);
				return done(null, Buffer.from(clean.slice(0, cut), 'latin1'));
			}
			const whole = held.slice(0, lineEnd);
			held = held.slice(lineEnd);
			return done(null, Buffer.from(redact(whole), 'latin1'));
		},
		flush(done) {
			done(null, Buffer.from(redact(held), 'latin1'));
		},
	});
}
