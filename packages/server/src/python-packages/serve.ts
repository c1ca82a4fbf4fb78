/** /python/: a page of links that `pip install --find-links` reads, and the files behind them. Whoever reaches the server may have them. */
import { createHash } from 'node:crypto';
import { RunsteadError } from '@runstead/contract';
import type { FastifyInstance } from 'fastify';
import { makePythonPackages, type PythonPackage } from './packages.ts';
import { REQUIRES_PYTHON } from './wheel.ts';

interface Served extends PythonPackage {
	readonly sha256: string;
}

/** @param folder of the Python source; it is read at the first request, and does not change while the server runs. */
export function servePythonPackages(app: FastifyInstance, folder: string, version: string): void {
	let made: Promise<Served[]> | null = null;
	const packages = (): Promise<Served[]> => {
		made ??= makePythonPackages(folder, version)
			.then((all) => all.map((one) => ({ ...one, sha256: createHash('sha256').update(one.content).digest('hex') })))
			.catch((error: unknown) => {
				made = null;
				throw error;
			});
		return made;
	};

	// Relative: a proxy may show the server under a path.
	app.get('/python', (_request, reply) => reply.redirect('python/', 301));
	app.get('/python/', async (_request, reply) =>
		reply
			.header('content-security-policy', "default-src 'none'")
			.type('text/html; charset=utf-8')
			.send(indexPage(await packages())),
	);
	app.get('/python/:file', async (request, reply) => {
		const { file } = request.params as { file: string };
		const found = (await packages()).find(({ fileName }) => fileName === file);
		if (!found) throw new RunsteadError('not-found', { noun: 'Python package', given: `${file} (GET /python/ lists them)` });
		const tag = `"${found.sha256}"`;
		reply.headers({ etag: tag, 'cache-control': 'no-cache' });
		if (request.headers['if-none-match'] === tag) return reply.code(304).send();
		return reply.type('application/octet-stream').send(found.content);
	});
}

/** As PEP 503 has the page of a project: the hash after the address, and which Python it is for. */
function indexPage(packages: readonly Served[]): string {
	const python = REQUIRES_PYTHON.replace('>', '&gt;');
	const links = packages.map(
		({ fileName, sha256 }) => `<a href="${fileName}#sha256=${sha256}" data-requires-python="${python}">${fileName}</a><br>`,
	);
	return `<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>Python packages of this server</title></head>\n<body>\n${links.join('\n')}\n</body>\n</html>\n`;
}
