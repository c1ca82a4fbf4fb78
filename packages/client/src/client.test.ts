/** The client against a real HTTP server that records what came. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { RunsteadError } from '@runstead/contract';
import { afterEach, expect, test } from 'vitest';
import { createClient, RequestError } from './index.ts';

interface Recorded {
	method: string;
	path: string;
	authorization: string | undefined;
	contentType: string | undefined;
	body: string;
}

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const close of open.splice(0)) await close();
});

async function serve(answer: (reply: ServerResponse, request: IncomingMessage) => void): Promise<{ url: string; requests: Recorded[] }> {
	const requests: Recorded[] = [];
	const server = createServer(async (request, reply) => {
		requests.push({
			method: request.method!,
			path: request.url!,
			authorization: request.headers.authorization,
			contentType: request.headers['content-type'],
			body: await text(request),
		});
		answer(reply, request);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	open.push(() => new Promise((resolve) => server.close(() => resolve())));
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

const json = (reply: ServerResponse, status: number, body: unknown) => {
	reply.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(body));
};

test('sends method, path, query, body and token as the contract describes the operation', async () => {
	const { url, requests } = await serve((reply) => json(reply, 200, { experiments: [], nextCursor: null }));
	const client = createClient({ url: `${url}/base/`, token: 'secret' });
	expect(await client.call('listExperiments', { params: { workspace: 'team a/b' }, query: { limit: 5, name: 'ä&b' } })).toEqual({
		experiments: [],
		nextCursor: null,
	});
	await client.call('createExperiment', { params: { workspace: 'quickstart' }, body: { name: 'first', existOk: true } });
	expect(requests).toEqual([
		{
			method: 'GET',
			path: '/base/api/v1/workspaces/team%20a%2Fb/experiments?limit=5&name=%C3%A4%26b',
			authorization: 'Bearer secret',
			contentType: undefined,
			body: '',
		},
		{
			method: 'POST',
			path: '/base/api/v1/workspaces/quickstart/experiments',
			authorization: 'Bearer secret',
			contentType: 'application/json',
			body: '{"name":"first","existOk":true}',
		},
	]);
});

test('keeps the folders of a path and quotes what is special in each', async () => {
	const { url, requests } = await serve((reply) => json(reply, 200, {}));
	const bytes = new TextEncoder().encode('content');
	await createClient({ url }).call('writeRunFile', { params: { run: 'r_1', '*': 'outputs/a b/50%.txt' }, body: bytes });
	expect(requests).toEqual([
		{
			method: 'PUT',
			path: '/api/v1/runs/r_1/files/outputs/a%20b/50%25.txt',
			authorization: undefined,
			contentType: 'application/octet-stream',
			body: 'content',
		},
	]);
});

test('streams a body in and a reply out', async () => {
	const { url, requests } = await serve((reply) => reply.writeHead(200, { connection: 'close' }).end('line 1\nline 2\n'));
	const client = createClient({ url });
	const body = new ReadableStream({
		start(controller) {
			for (const part of ['one ', 'two']) controller.enqueue(new TextEncoder().encode(part));
			controller.close();
		},
	});
	await client.call('appendLog', { params: { run: 'r_1', '*': 'logs/x.txt' }, query: { offset: 7 }, body }).catch(() => undefined);
	const reply = await client.open('readRunFile', { params: { run: 'r_1', '*': 'logs/x.txt' }, query: { follow: true } });
	expect(await reply.text()).toBe('line 1\nline 2\n');
	expect(requests.map(({ path, body: sent }) => [path, sent])).toEqual([
		['/api/v1/runs/r_1/logs/logs/x.txt?offset=7', 'one two'],
		['/api/v1/runs/r_1/files/logs/x.txt?follow=true', ''],
	]);
});

test('an operation without an answer gives undefined', async () => {
	const { url } = await serve((reply) => reply.writeHead(204, { connection: 'close' }).end());
	expect(await createClient({ url }).call('deleteRunFile', { params: { run: 'r_1', '*': 'a.txt' } })).toBeUndefined();
});

test('throws the error of the catalogue as the server worded it', async () => {
	const original = new RunsteadError('not-found', { noun: 'run', given: 'r_404' });
	const { url } = await serve((reply) => json(reply, 404, original));
	const error = await createClient({ url })
		.call('getRun', { params: { run: 'r_404' } })
		.catch((thrown: unknown) => thrown);
	expect(error).toBeInstanceOf(RequestError);
	expect({ ...(error as RequestError), message: (error as RequestError).message }).toEqual({
		name: 'RequestError',
		code: 'not-found',
		status: 404,
		message: 'There is no run r_404.',
		hint: 'Check the spelling, or list what there is.',
		details: { noun: 'run', given: 'r_404' },
	});
});

test('says so when what answers is not a Runstead server', async () => {
	const { url } = await serve((reply) => reply.writeHead(502, { connection: 'close' }).end('<html>Bad gateway</html>'));
	const error: RequestError = await createClient({ url })
		.call('getHealth')
		.then(
			() => expect.unreachable(),
			(thrown) => thrown,
		);
	expect([error.code, error.status, error.message, error.details]).toEqual([
		'unreadable',
		502,
		`${url}/api/v1/health answered 502 Bad Gateway, not in the way of a Runstead server.`,
		{ body: '<html>Bad gateway</html>' },
	]);
});

test('says which address did not answer', async () => {
	const { url } = await serve(() => undefined);
	for (const close of open.splice(0)) await close();
	const error: RequestError = await createClient({ url })
		.call('getHealth')
		.then(
			() => expect.unreachable(),
			(thrown) => thrown,
		);
	expect([error.code, error.status, error.details]).toEqual(['unreachable', 0, { address: url }]);
	expect(error.message).toBe(`No answer from ${url}: connect ECONNREFUSED ${url.slice('http://'.length)}.`);
});

test('says so when the port is one that web clients refuse', async () => {
	const error: RequestError = await createClient({ url: 'http://127.0.0.1:1' })
		.call('getHealth')
		.then(
			() => expect.unreachable(),
			(thrown) => thrown,
		);
	expect([error.code, error.status, error.message, error.hint]).toEqual([
		'unreachable',
		0,
		'http://127.0.0.1:1 was not asked: its port is of another protocol, and browsers and other web clients refuse to use it.',
		'Check the port in the address; a server that does listen there needs another one.',
	]);
});

test('an aborted request throws what aborted it', async () => {
	const { url } = await serve(() => undefined);
	const abort = new AbortController();
	const reason = new Error('enough');
	abort.abort(reason);
	await expect(createClient({ url }).call('getHealth', { signal: abort.signal })).rejects.toBe(reason);
});

test('gives the address of an operation for links', () => {
	const client = createClient({ url: 'http://127.0.0.1:8155' });
	expect(client.address('streamRun', { params: { run: 'r 1' }, query: { after: 3 } })).toBe(
		'http://127.0.0.1:8155/api/v1/runs/r%201/live?after=3',
	);
});
