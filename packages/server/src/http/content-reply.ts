/** Replies that are files: whole or a range of them, cached by their hash, and harmless when a browser shows them. */
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { RunsteadError } from '@runstead/contract';
import type { FastifyReply } from 'fastify';
import type { ByteRange } from '../storage/blobs.ts';
import { rangeOf } from './byte-range.ts';

export interface ContentHead {
	readonly path: string;
	readonly contentType: string;
	/** To be saved, not shown. */
	readonly isAttachment: boolean;
}

export interface Content extends ContentHead {
	readonly sizeBytes: number;
	/** Null while it grows. */
	readonly sha256: string | null;
}

/** Sends a file as its reader wants it: HEAD, If-None-Match, Range with If-Range. @throws {RunsteadError} range-not-satisfiable. */
export function sendContent(
	request: IncomingMessage,
	reply: FastifyReply,
	content: Content,
	read: (range: ByteRange) => Readable,
): FastifyReply {
	const { sizeBytes, sha256, path } = content;
	const tag = sha256 === null ? null : `"${sha256}"`;
	const headers = { ...headersOf(content), 'accept-ranges': 'bytes', ...(tag !== null && { etag: tag }) };
	if (tag !== null && isKnown(request.headers['if-none-match'], tag)) return reply.code(304).headers(headers).send();

	const ifRange = request.headers['if-range'];
	const range = ifRange === undefined || ifRange === tag ? rangeOf(request.headers.range, sizeBytes) : null;
	if (range === 'unsatisfiable') {
		reply.header('content-range', `bytes */${sizeBytes}`);
		throw new RunsteadError('range-not-satisfiable', { range: request.headers.range ?? '', size: sizeBytes, path });
	}
	if (range) reply.code(206).header('content-range', `bytes ${range.first}-${range.last}/${sizeBytes}`);
	const { first, last } = range ?? { first: 0, last: sizeBytes - 1 };
	reply.headers(headers).header('content-length', last - first + 1);
	return reply.send(request.method === 'HEAD' || last < first ? Readable.from([]) : read({ first, last }));
}

/** Takes back what was said of a content, when it turns out that it cannot be read: an error is answered in its place. */
export function dropContentHeaders(reply: FastifyReply): void {
	// That of a range which cannot be had belongs to the error.
	if (!String(reply.getHeader('content-range') ?? '').startsWith('bytes */')) reply.removeHeader('content-range');
	for (const name of CONTENT_HEADERS) reply.removeHeader(name);
}

const CONTENT_HEADERS = [
	'accept-ranges',
	'cache-control',
	'content-disposition',
	'content-length',
	'content-security-policy',
	'content-type',
	'etag',
];

/** The last byte of what has no end yet, as RFC 8673 (live content) has it: a very large number. */
const OPEN_END = Number.MAX_SAFE_INTEGER;

/** Sends what comes for as long as it comes; `bytes` is told when the reader has gone. */
export function sendGrowing(
	reply: FastifyReply,
	head: ContentHead & { readonly first: number; readonly isPartial: boolean },
	bytes: (gone: AbortSignal) => AsyncIterable<Uint8Array>,
): FastifyReply {
	reply.hijack();
	const { raw } = reply;
	const gone = new AbortController();
	raw.once('close', () => gone.abort());
	raw.writeHead(head.isPartial ? 206 : 200, {
		...headersOf(head),
		'x-content-type-options': 'nosniff',
		'x-accel-buffering': 'no',
		...(head.isPartial && { 'content-range': `bytes ${head.first}-${OPEN_END}/*` }),
	});
	raw.flushHeaders();
	pipeline(Readable.from(bytes(gone.signal), { objectMode: false }), raw).catch(() => raw.destroy());
	return reply;
}

/** Sends JSON documents as they come, one a line. */
export function sendLines(reply: FastifyReply, documents: AsyncIterable<unknown>): FastifyReply {
	const lines = async function* () {
		for await (const document of documents) yield `${JSON.stringify(document)}\n`;
	};
	return reply
		.header('x-accel-buffering', 'no')
		.header('cache-control', 'no-store')
		.type('application/x-ndjson')
		.send(Readable.from(lines()));
}

function headersOf({ path, contentType, isAttachment }: ContentHead): Record<string, string> {
	return {
		'content-type': isText(contentType) && !isAttachment ? `${contentType}; charset=utf-8` : contentType,
		'content-disposition': disposition(path.slice(path.lastIndexOf('/') + 1), isAttachment),
		'cache-control': 'private, no-cache',
		...(isInert(contentType) ? {} : { 'content-security-policy': SANDBOX }),
	};
}

/**
 * A page that was uploaded may run its own scripts and show what it carries, in an origin of its own: it reaches neither
 * the studio, nor the API, nor any other address.
 */
const SANDBOX =
	"sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' blob: data:; style-src 'unsafe-inline' data:; img-src blob: data:; font-src data:; media-src blob: data:; frame-ancestors 'self'";

const INERT_TYPES = new Set([
	'application/json',
	'application/jsonl',
	'application/yaml',
	'application/toml',
	'application/pdf',
	'application/octet-stream',
	'text/plain',
	'text/csv',
	'text/markdown',
	'text/tab-separated-values',
]);
const INERT_KINDS = /^(image\/(?!svg)|audio\/|video\/|font\/)/;

/** Whether a browser that shows it runs nothing of it. */
function isInert(contentType: string): boolean {
	return INERT_TYPES.has(contentType) || INERT_KINDS.test(contentType);
}

function isText(contentType: string): boolean {
	return (
		contentType.startsWith('text/') ||
		contentType === 'application/json' ||
		contentType === 'application/jsonl' ||
		contentType === 'application/yaml' ||
		contentType === 'application/toml'
	);
}

/** A name that needs no quotes in a header (a token of RFC 9110). */
const TOKEN = /^[\w!#$&+.^`|~-]+$/;

function disposition(name: string, isAttachment: boolean): string {
	const kind = isAttachment ? 'attachment' : 'inline';
	if (TOKEN.test(name)) return `${kind}; filename=${name}`;
	const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
	const encoded = encodeURIComponent(name).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
	return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

function isKnown(header: string | undefined, tag: string): boolean {
	if (header === undefined) return false;
	return header.trim() === '*' || header.split(',').some((given) => given.trim().replace(/^W\//, '') === tag);
}
