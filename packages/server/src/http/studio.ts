/** The studio: the files that were built for it, and one page for every address of its own. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Fluent's styles are rules that a script adds to empty style elements; this hash is that of nothing, so an element with rules written in it is refused. */
const EMPTY_STYLE_HASH = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

/** Nothing is fetched from elsewhere, nothing written in a page is run. */
const CONTENT_SECURITY_POLICY = [
	"default-src 'none'",
	"script-src 'self'",
	"worker-src 'self'",
	`style-src 'self' ${EMPTY_STYLE_HASH}`,
	"img-src 'self' data: blob:",
	"font-src 'self'",
	"connect-src 'self'",
	"frame-src 'self'",
	"base-uri 'self'",
	"form-action 'none'",
	"frame-ancestors 'none'",
].join('; ');

/** Built files carry a hash in their name and never change. */
const ASSET_MAX_AGE_MS = 365 * 86_400_000;

const NOT_BUILT = `<!doctype html><title>Runstead</title><p>The studio has not been built yet. Run <code>npm start</code> (or <code>node scripts/prepare.mjs</code>) in the folder of Runstead.`;

/**
 * @param markLive names the moment at which a page is sent, from which its live stream begins: what the page reads, it reads after.
 * @param basePath where a proxy shows the server, without a slash at its end: every address in the studio's page is relative to it.
 */
export async function serveStudio(app: FastifyInstance, folder: string, markLive: () => string, basePath = ''): Promise<void> {
	const index = join(folder, 'index.html');
	const pages = join(folder, 'pages.json');
	const page = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
		reply.header('content-security-policy', CONTENT_SECURITY_POLICY).header('cache-control', 'no-cache').type('text/html; charset=utf-8');
		if (!existsSync(index)) return reply.code(503).send(NOT_BUILT);
		const html = await readFile(index, 'utf8');
		const mark = `<meta name="runstead-live" content="${markLive()}" />`;
		const { reads, scripts } = preloadsOf(existsSync(pages) ? JSON.parse(await readFile(pages, 'utf8')) : [], request.url);
		const based = html.replace('<base href="/"', `${mark}<base href="${basePath}/"`);
		// What the server works at is asked for before the files that it only sends.
		return reply.send(based.replace('<script', `${reads}<script`).replace('</head>', `${scripts}</head>`));
	};
	await app.register(fastifyStatic, { root: folder, serve: false, maxAge: ASSET_MAX_AGE_MS, immutable: true });
	app.get('/', (request, reply) => page(request, reply));
	app.get('/w/*', (request, reply) => page(request, reply));
	app.get('/assets/*', (request, reply) =>
		reply.header('content-security-policy', CONTENT_SECURITY_POLICY).sendFile(`assets/${(request.params as { '*': string })['*']}`),
	);
	// An address that leads nowhere, gone to by a person: the studio says so, with the way back.
	app.addHook('preHandler', async (request, reply) => {
		if (request.is404 && isOfPerson(request)) return page(request, reply.code(404));
	});
	app.get('/favicon.svg', (_request, reply) => reply.sendFile('favicon.svg', { maxAge: 86_400_000, immutable: false }));
}

/** As the build of the studio says it: what a page of such an address begins with, beside what every page does. */
interface PageStart {
	readonly path: string;
	/** Asked for in the address; `''` where none is, null for any. */
	readonly tab: string | null;
	/** Scripts. */
	readonly files: readonly string[];
	/** Addresses of the API, with the groups of `path` as `$1`, `$2`. */
	readonly reads: readonly string[];
}

/** They come with the first script, not after it has run and asked for them. */
function preloadsOf(pages: readonly PageStart[], address: string): { readonly reads: string; readonly scripts: string } {
	// Encoded as it is: no quote and no bracket is left in it.
	const { pathname, searchParams } = new URL(address, 'http://studio');
	const tab = searchParams.get('tab') ?? '';
	const asked = pages.filter((page) => new RegExp(page.path).test(pathname) && (page.tab === null || page.tab === tab));
	const files = new Set(asked.flatMap((page) => page.files));
	const reads = asked.flatMap((page) => page.reads.map((read) => pathname.replace(new RegExp(page.path), read)));
	return {
		reads: reads
			.map((read) => `<link rel="preload" as="fetch" crossorigin="anonymous" href="./${read.replaceAll('&', '&amp;')}" />`)
			.join(''),
		scripts: [...files].map((file) => `<link rel="modulepreload" crossorigin href="./${file}" />`).join(''),
	};
}

/** Browsers say when what they ask for is to be a page; addresses below `/api` are answered as the API does. */
function isOfPerson(request: FastifyRequest): boolean {
	return request.method === 'GET' && request.headers['sec-fetch-dest'] === 'document' && !request.url.startsWith('/api/');
}
