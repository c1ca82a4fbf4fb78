/** The studio: the files that were built for it, and one page for every address of its own. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** Nothing is fetched from elsewhere, nothing written in a page is run; styles are made by script (Fluent's Griffel). */
const CONTENT_SECURITY_POLICY = [
	"default-src 'none'",
	"script-src 'self'",
	"worker-src 'self'",
	"style-src 'self' 'unsafe-inline'",
	"img-src 'self' data: blob:",
	"font-src 'self'",
	"connect-src 'self'",
	"frame-src 'self'",
	"base-uri 'none'",
	"form-action 'none'",
	"frame-ancestors 'none'",
].join('; ');

/** Built files carry a hash in their name and never change. */
const ASSET_MAX_AGE_MS = 365 * 86_400_000;

const NOT_BUILT = `<!doctype html><title>Runstead</title><p>The studio has not been built yet. Run <code>npm start</code> (or <code>node scripts/prepare.mjs</code>) in the folder of Runstead.`;

export async function serveStudio(app: FastifyInstance, folder: string): Promise<void> {
	const page = (reply: FastifyReply): FastifyReply => {
		reply.header('content-security-policy', CONTENT_SECURITY_POLICY).header('cache-control', 'no-cache');
		if (!existsSync(join(folder, 'index.html'))) return reply.code(503).type('text/html; charset=utf-8').send(NOT_BUILT);
		return reply.sendFile('index.html', { maxAge: 0, immutable: false, cacheControl: false });
	};
	await app.register(fastifyStatic, { root: folder, serve: false, maxAge: ASSET_MAX_AGE_MS, immutable: true });
	app.get('/', (_request, reply) => page(reply));
	app.get('/w/*', (_request, reply) => page(reply));
	app.get('/assets/*', (request, reply) => reply.header('content-security-policy', CONTENT_SECURITY_POLICY).sendFile(`assets/${(request.params as { '*': string })['*']}`));
	app.get('/favicon.svg', (_request, reply) => reply.sendFile('favicon.svg', { maxAge: 86_400_000, immutable: false }));
}
