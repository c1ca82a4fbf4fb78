/** Secrets of a job in what is handed on: what it was given under names of secrets, and what looks like one anywhere. */
import { Transform } from 'node:stream';

const REDACTED = '[redacted]';
const SECRET_NAME =
	/pass(word|wd|phrase)?|secret|token|credential|api_?-?key|access_?-?key|account_?-?key|private_?-?key|connection_?-?string|\bsas\b|auth/i;
/** A shorter value stands in many texts without being the secret. */
const SECRET_CHARACTERS_MIN = 4;
/** Texts are held back until their line ends, and so far at most: what looks like a secret is hardly longer. */
const HELD_BACK_CHARACTERS = 8_192;
const LINE_CHARACTERS_MAX = 65_536;

/** What looks like a secret, with what is kept of it before and after. */
const PATTERNS: readonly [RegExp, string][] = [
	[/eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, REDACTED],
	[/(\bBearer\s+)[\w.~+/=-]{8,}/gi, `$1${REDACTED}`],
	[/(:\/\/[^\s:/@]+:)[^\s@/]+(@)/g, `$1${REDACTED}$2`],
	[/((?:AccountKey|SharedAccessKey|sig)=)[\w%+/=-]{8,}/gi, `$1${REDACTED}`],
	[/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g, REDACTED],
];

export interface SecretSources {
	readonly environmentVariables?: Readonly<Record<string, string>>;
	/** Of the command line. */
	readonly words?: readonly string[];
}

export interface Redactor {
	text(text: string): string;
	/** A copy of a JSON value, its texts redacted. */
	value(value: unknown): unknown;
	/** Bytes as they come; what is no text goes through unharmed. */
	stream(): Transform;
}

/** Knows the values of a job's variables and options that are named like secrets: `DB_PASSWORD=…`, `--api-key …`. */
export function createRedactor({ environmentVariables = {}, words = [] }: SecretSources): Redactor {
	const named = Object.entries(environmentVariables).filter(([name]) => SECRET_NAME.test(name));
	const secrets = [...named.map(([, value]) => value), ...secretArguments(words)]
		.filter((value) => value.length >= SECRET_CHARACTERS_MIN)
		// One that holds another one goes first.
		.sort((left, right) => right.length - left.length);

	const redact = (text: string, values: readonly string[]): string => {
		const without = values.reduce((before, secret) => before.replaceAll(secret, REDACTED), text);
		return PATTERNS.reduce((before, [pattern, kept]) => before.replace(pattern, kept), without);
	};
	const text = (given: string): string => redact(given, secrets);
	const value = (given: unknown): unknown => {
		if (typeof given === 'string') return text(given);
		if (Array.isArray(given)) return given.map(value);
		if (given === null || typeof given !== 'object') return given;
		return Object.fromEntries(
			Object.entries(given).map(([name, inner]) => [name, SECRET_NAME.test(name) && typeof inner === 'string' ? REDACTED : value(inner)]),
		);
	};
	// Bytes are looked at one character each, so that no character is cut in two.
	const bytes = secrets.map((secret) => Buffer.from(secret).toString('latin1'));
	return { text, value, stream: () => redactingStream((held) => redact(held, bytes)) };
}

/** The values of options that are named like secrets. */
function secretArguments(words: readonly string[]): string[] {
	return words.flatMap((argument, index) => {
		const [, name = '', value] = /^--?([A-Za-z][\w.-]*)(?:=(.*))?$/s.exec(argument) ?? [];
		if (!SECRET_NAME.test(name)) return [];
		return [value ?? words[index + 1] ?? ''];
	});
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
