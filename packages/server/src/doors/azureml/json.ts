/**
 * JSON as Python writes it: NaN and infinities stand bare in it, and whole numbers have any length. They become what the native wire
 * has for them, `{"number": "NaN"}` and `{"integer": "9007199254740993"}`.
 */
import { RunsteadError } from '@runstead/contract';
import type { FastifyInstance } from 'fastify';
import { holdsNul, nulError } from '../../http/app.ts';

const NEEDS_CARE = /NaN|Infinity|\d{16}/;
/** The name as it stands, or a part of it escaped: to look at every key takes several times as long as to read the text. */
const MAY_NAME_PROTOTYPE = /__proto__|\\u00(?:5f|7\d|6\d)/i;
const TOKEN = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const LONG_INTEGER = /^-?\d{16,}$/;

/** @throws {RunsteadError} invalid-json; invalid-request for the NUL character in a text. */
export function parsePythonJson(text: string): unknown {
	if (holdsNul(text)) throw nulError();
	try {
		return JSON.parse(
			NEEDS_CARE.test(text) ? text.replace(TOKEN, careful) : text,
			MAY_NAME_PROTOTYPE.test(text) ? withoutPrototype : undefined,
		);
	} catch (error) {
		throw new RunsteadError('invalid-json', { reason: error instanceof Error ? error.message : 'it cannot be read' });
	}
}

function careful(token: string): string {
	if (token.startsWith('"')) return token;
	if (token.endsWith('NaN') || token.endsWith('Infinity')) return `{"number":"${token}"}`;
	return LONG_INTEGER.test(token) && !Number.isSafeInteger(Number(token)) ? `{"integer":"${token}"}` : token;
}

/** A key `__proto__` would be another object's prototype. */
function withoutPrototype(key: string, value: unknown): unknown {
	if (key === '__proto__') throw new SyntaxError('Object contains forbidden prototype property');
	return value;
}

/** What the clients of this door send: JSON under two names, forms, and nothing at all under either. */
export function setAzureParsers(app: FastifyInstance): void {
	app.removeContentTypeParser('application/json');
	app.addContentTypeParser(
		['application/json', 'application/json-patch+json'],
		{ parseAs: 'string' },
		(_request, body, done: (error: Error | null, body?: unknown) => void) => {
			try {
				done(null, body === '' ? undefined : parsePythonJson(body as string));
			} catch (error) {
				done(error as Error);
			}
		},
	);
	app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
		done(null, Object.fromEntries(new URLSearchParams(body as string))),
	);
}
