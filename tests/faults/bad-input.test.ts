/** Whatever is sent to whatever route: an answer of the catalogue, never a defect, and a server that goes on. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { DEFAULT_DATASTORE, ERRORS, type ErrorCode } from '@runstead/contract';
import { describe, expect, it } from 'vitest';
import { ENGINES, startTestApp, type TestApp } from '../../packages/server/src/testing/test-app.ts';
import { badRequests, goodRequests, type KnownParams, type RawRequest } from './bad-requests.ts';

const REQUESTS_AT_ONCE = 8;
/** Thousands of requests, some ten a route. */
const LONG_TEST_MS = 600_000;
/** The heads of replies are enough where these go on for ever. */
const REPLY_BYTES_MAX = 1_000_000;

interface Reply {
	readonly status: number;
	readonly text: string;
}

/** Sends a request as it stands: the address is not made right first, as `fetch` would. */
function send(app: TestApp, agent: Agent, { method, path, headers, body }: RawRequest): Promise<Reply> {
	return new Promise((resolve, reject) => {
		const { hostname, port } = new URL(app.url);
		const sent = request(
			{ agent, hostname, port, method, path, headers: { ...headers, ...(body && { 'content-length': String(body.length) }) } },
			(reply) => {
				const status = reply.statusCode as number;
				let text = '';
				const isEndless = reply.headers['content-type']?.startsWith('text/event-stream') ?? false;
				reply.setEncoding('utf8').on('data', (part: string) => {
					text += part;
					if (isEndless || text.length > REPLY_BYTES_MAX) {
						reply.destroy();
						resolve({ status, text });
					}
				});
				reply.on('end', () => resolve({ status, text }));
				reply.on('error', reject);
			},
		);
		sent.on('error', reject);
		sent.end(body ?? undefined);
	});
}

/** What is wrong with a reply; null if it is one of the catalogue's errors, or a success. */
function faultOf({ status, text }: Reply): string | null {
	if (status < 400) return null;
	const fault = `${status} ${text.slice(0, 300)}`;
	if (status >= 500) return fault;
	try {
		const { error } = JSON.parse(text) as { error: { code: ErrorCode; message: string; hint: string; details: object } };
		const isWhole =
			typeof error.message === 'string' && error.message !== '' && typeof error.hint === 'string' && typeof error.details === 'object';
		return ERRORS[error.code]?.status === status && isWhole && !/\{[a-z]+\}|undefined/i.test(error.message) ? null : fault;
	} catch {
		return fault;
	}
}

/** Sends all, some at a time; what each was answered. */
async function sendAll(app: TestApp, requests: Iterable<RawRequest>, take: (request: RawRequest, reply: Reply) => void): Promise<void> {
	const agent = new Agent({ keepAlive: true, maxSockets: REQUESTS_AT_ONCE });
	const left = requests[Symbol.iterator]();
	const work = async (): Promise<void> => {
		for (let next = left.next(); !next.done; next = left.next()) {
			const reply = await send(app, agent, next.value).catch((error: Error) => ({ status: 599, text: error.message }));
			take(next.value, reply);
		}
	};
	await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, work));
	agent.destroy();
}

/** Announces more than it sends, then closes its end; what it is answered before the connection is closed. */
function sendHalf(app: TestApp, { method, path, headers }: RawRequest): Promise<string> {
	return new Promise((resolve, reject) => {
		const { hostname, port, host } = new URL(app.url);
		const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
		const head = Object.entries({ host, 'content-length': '1000', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
		socket.end(`${method} ${path} HTTP/1.1\r\n${head.join('')}\r\n{"name": "ha`);
		let text = '';
		socket.setEncoding('utf8').on('data', (part: string) => {
			text += part;
		});
		socket.on('close', () => resolve(text));
		socket.on('error', reject);
	});
}

async function fill({ client, experiment }: TestApp): Promise<KnownParams> {
	const content = 'print("hello")\n';
	const sha256 = createHash('sha256').update(content).digest('hex');
	const params = { workspace: 'lab' };
	await client.call('createRun', { params: { experiment }, body: { id: 'known', tags: { quality: 'good' } } });
	await client.call('logMetrics', {
		params: { run: 'known' },
		body: { series: [{ name: 'loss', kind: 'scalar', times: [1], columns: [{ name: 'loss', values: [1] }] }] },
	});
	await client.call('writeRunFile', { params: { run: 'known', '*': 'outputs/a.txt' }, body: 'a' });
	await client.call('uploadSnapshotContent', { params: { ...params, sha256 }, body: content });
	const snapshot = await client.call('createSnapshot', {
		params,
		body: { files: [{ path: 'train.py', sizeBytes: content.length, sha256 }] },
	});
	const { upload } = await client.call('startUpload', {
		params: { run: 'known' },
		body: { path: 'outputs/b.bin', sizeBytes: 1_000, sha256: 'b'.repeat(64) },
	});
	await client.call('registerModel', { params: { ...params, model: 'known' }, body: { source: { upload: true } } });
	return {
		workspace: 'lab',
		experiment,
		run: 'known',
		writer: 'w',
		agent: 'tester',
		datastore: DEFAULT_DATASTORE,
		snapshot: snapshot.id,
		upload: upload?.id ?? '',
		sha256,
		model: 'known',
		version: '1',
		alias: 'champion',
		'*': 'outputs/a.txt',
	};
}

describe.each(ENGINES)('bad input on %s', (engine) => {
	it(
		'is answered as the catalogue says at every route, and does no harm',
		async () => {
			await using app = await startTestApp({ engine, agent: false });
			const known = await fill(app);
			const refused: string[] = [];
			await sendAll(app, goodRequests(known), ({ label }, reply) => {
				const fault = faultOf(reply);
				if (fault) refused.push(`${label}: ${fault}`);
			});
			expect(refused).toEqual([]);

			const faults: string[] = [];
			let sentCount = 0;
			await sendAll(app, badRequests(known), ({ label }, reply) => {
				sentCount++;
				const fault = faultOf(reply);
				if (fault) faults.push(`${label}: ${fault}`);
			});
			expect(faults).toEqual([]);
			expect(sentCount).toBeGreaterThan(3_000);

			expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
			const { id } = await app.client.call('createRun', { params: { experiment: app.experiment }, body: {} });
			expect((await app.client.call('getRun', { params: { run: id } })).status).toBe('Running');
			const errors = readFileSync(join(app.dataFolder, 'server.log'), 'utf8')
				.split('\n')
				.filter((line) => line.includes('"level":50'));
			expect(errors).toEqual([]);
		},
		LONG_TEST_MS,
	);
});

it('a body that breaks off is answered as that, at every route that takes one', async () => {
	await using app = await startTestApp({ agent: false });
	const known = await fill(app);
	for (const good of goodRequests(known)) {
		// What a job leaves is read where there is a job.
		if (good.body === null || /^(write|append)JobData/.test(good.label)) continue;
		const reply = await sendHalf(app, good);
		const [, status, code] = /^HTTP\/1\.1 (\d+) .*"code":"([a-z-]+)"/s.exec(reply) ?? [];
		expect([good.label, status, code]).toEqual([good.label, '400', 'body-truncated']);
	}
	expect((await app.client.call('getHealth')).status).toBe('OK');
	expect((await app.client.call('listRunFiles', { params: { run: 'known' } })).files.map(({ path, version }) => [path, version])).toEqual([
		['outputs/a.txt', 1],
	]);
});
