/** Who gets in: this user on loopback, whoever has a token, and nobody else; and how far a run's token reaches. */
import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Client, createClient, type OperationId, type RequestError } from '@runstead/client';
import { API_ROUTES, exampleOf, type PlainSchema, type RouteDefinition } from '@runstead/contract';
import { expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../packages/server/src/testing/test-app.ts';
import { errorCodeOf, sendRaw } from '../support/raw-request.ts';

/** The user "nobody" of every Linux. */
const NOBODY = 65_534;

/** A program that becomes another user, then asks: so that it need not be able to read this Node. */
const ASK_AS_ANOTHER = `
	process.setgroups([]); process.setgid(${NOBODY}); process.setuid(${NOBODY});
	const [url, token] = process.argv.slice(1);
	const reply = await fetch(url, { headers: token ? { authorization: 'Bearer ' + token } : {} });
	process.stdout.write(JSON.stringify({ status: reply.status, body: await reply.text() }));
`;

async function askAsAnotherUser(url: string, token = ''): Promise<{ status: number; body: string }> {
	const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', ASK_AS_ANOTHER, url, token]);
	return JSON.parse(stdout) as { status: number; body: string };
}

/** Only root can become another user; in CI that is so. */
const canBecomeAnother = process.getuid?.() === 0 || process.env.CI === 'true';

it.skipIf(!canBecomeAnother)('another user of this machine needs a token', async () => {
	await using app = await startTestApp({ agent: false });
	const workspaces = `${app.url}/api/v1/workspaces`;
	const refused = await askAsAnotherUser(workspaces);
	expect([refused.status, errorCodeOf(refused)]).toEqual([401, 'unauthorized']);
	const { token } = await app.client.call('createToken', { body: { permissions: ['server.read'] } });
	expect((await askAsAnotherUser(workspaces, token)).status).toBe(200);
	expect((await askAsAnotherUser(`${app.url}/api/v1/health`)).status).toBe(200);
	expect((await sendRaw(workspaces)).status).toBe(200);
});

it('requests that are addressed to another name are refused', async () => {
	await using app = await startTestApp({ agent: false, config: { allowedHosts: ['Lab.Example.org'] } });
	const { port } = new URL(app.url);
	const ask = (host: string) => sendRaw(`${app.url}/api/v1/workspaces`, { headers: { host } });
	for (const host of [
		`127.0.0.1:${port}`,
		`localhost:${port}`,
		`LOCALHOST:${port}`,
		`[::1]:${port}`,
		'lab.example.org',
		'LAB.example.org:443',
	]) {
		expect([host, (await ask(host)).status]).toEqual([host, 200]);
	}
	for (const host of [
		'evil.example',
		`evil.example:${port}`,
		'127.0.0.1.evil.example',
		'localhost.',
		'0.0.0.0',
		'169.254.0.1',
		'lab.example.org.evil.example',
	]) {
		const reply = await ask(host);
		expect([host, reply.status, errorCodeOf(reply)]).toEqual([host, 403, 'foreign-host']);
	}
	const health = await sendRaw(`${app.url}/api/v1/health`, { headers: { host: 'evil.example' } });
	expect([health.status, errorCodeOf(health)]).toEqual([403, 'foreign-host']);
});

it('requests that a page of elsewhere makes are refused', async () => {
	await using app = await startTestApp({ agent: false, config: { allowedHosts: ['lab.example.org'] } });
	const { host, port } = new URL(app.url);
	const create = (origin: string) =>
		sendRaw(`${app.url}/api/v1/workspaces/lab/experiments`, {
			method: 'POST',
			headers: { host, origin, 'content-type': 'application/json' },
			body: JSON.stringify({ name: 'from a page', existOk: true }),
		});
	for (const origin of [app.url, 'https://lab.example.org']) expect([origin, (await create(origin)).status < 300]).toEqual([origin, true]);
	const foreign = [
		'http://evil.example',
		'null',
		'',
		`http://127.0.0.1:${Number(port) + 1}`,
		`http://localhost:${Number(port) + 1}`,
		`http://evil.example:${port}`,
		'file://',
		`${app.url}.evil.example`,
	];
	for (const origin of foreign) {
		const reply = await create(origin);
		expect([origin, reply.status, errorCodeOf(reply)]).toEqual([origin, 403, 'foreign-origin']);
	}
});

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function signed(app: TestApp, header: object, payload: object): string {
	const key = Buffer.from(readFileSync(join(app.dataFolder, 'secrets', 'signing-key'), 'utf8'), 'base64');
	const text = `${base64url(header)}.${base64url(payload)}`;
	return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
}

it('a token that is forged, altered or over is no token', async () => {
	await using app = await startTestApp({ agent: false });
	const ask = (authorization: string) => sendRaw(`${app.url}/api/v1/workspaces`, { headers: { authorization } });
	const nowSeconds = Math.floor(Date.now() / 1000);
	const all = { scope: 'server.read server.admin', sub: 'mallory', exp: nowSeconds + 600 };
	const { token } = await app.client.call('createToken', { body: { permissions: ['run.read'] } });
	const [header, , signature] = token.split('.');

	expect((await ask(`Bearer ${signed(app, { alg: 'HS256' }, all)}`)).status).toBe(200);
	const refused: Record<string, string> = {
		'no signature': `Bearer ${base64url({ alg: 'none' })}.${base64url(all)}.`,
		'the algorithm none, but signed': `Bearer ${signed(app, { alg: 'none' }, all)}`,
		'another algorithm': `Bearer ${signed(app, { alg: 'HS512' }, all)}`,
		"another's key": `Bearer ${base64url({ alg: 'HS256' })}.${base64url(all)}.${createHmac('sha256', 'guess').update('x').digest('base64url')}`,
		'another content': `Bearer ${header}.${base64url(all)}.${signature}`,
		'over since a second': `Bearer ${signed(app, { alg: 'HS256' }, { ...all, exp: nowSeconds - 1 })}`,
		'not a token': 'Bearer nonsense',
		'nothing at all': 'Bearer ',
		'a password': `Basic ${Buffer.from('root:root').toString('base64')}`,
		'two tokens': `Bearer ${token}, Bearer ${token}`,
	};
	for (const [what, authorization] of Object.entries(refused)) {
		const reply = await ask(authorization);
		expect([what, reply.status, errorCodeOf(reply)]).toEqual([what, 401, 'unauthorized']);
	}
	expect((await ask(`Bearer ${token}`)).status).toBe(403);
	expect((await ask(`Bearer ${signed(app, { alg: 'HS256' }, { sub: 'mallory', exp: nowSeconds + 600 })}`)).status).toBe(403);
});

/** A client that has the token of a running job. */
async function clientOfJob({ client, url, experiment }: TestApp): Promise<Client> {
	await client.call('submitJob', { params: { experiment }, body: { id: 'own', parentId: 'parent', definition: { command: ['true'] } } });
	const { job } = await client.call('leaseJob', { params: { agent: 'tester' }, body: { target: 'local', waitMs: 0 } });
	return createClient({ url, token: job?.runToken as string });
}

/** What an operation is answered: `ok`, or the code of the error. */
async function outcomeOf(answer: Promise<unknown>): Promise<string> {
	return answer.then(
		() => 'ok',
		(error: RequestError) => error.code,
	);
}

/** Calls any operation with names in its path and the least that its schemas ask for. */
async function callAny(client: Client, id: OperationId, params: Record<string, string>): Promise<string> {
	const route: RouteDefinition = API_ROUTES[id];
	const least = (schema: unknown): unknown => {
		const plain = schema === undefined ? {} : (JSON.parse(JSON.stringify(schema)) as PlainSchema);
		return (plain.required ?? []).length > 0 ? exampleOf(plain, {}) : {};
	};
	const body = route.requestStream ? 'bytes' : route.body ? least(route.body) : undefined;
	const anything = Object.fromEntries([...route.path.matchAll(/:(\w+)/g)].map(([, name]) => [name, 'a']));
	const call = (route.responseStream ? client.open : client.call) as (id: OperationId, request: object) => Promise<unknown>;
	return outcomeOf(
		call(id, {
			params: { ...anything, '*': 'a.txt', sha256: 'a'.repeat(64), subject: 'a'.repeat(64), ...params },
			query: least(route.query),
			body,
		}),
	);
}

it("a run's token writes its own run and what lies below it, and reads its workspace alone", async () => {
	await using app = await startTestApp({ agent: false });
	const { client, experiment } = app;
	await client.call('createWorkspace', { body: { name: 'elsewhere' } });
	const elsewhere = await client.call('createExperiment', { params: { workspace: 'elsewhere' }, body: { name: 'other' } });
	await client.call('createRun', { params: { experiment: elsewhere.id }, body: { id: 'foreign' } });
	for (const id of ['parent', 'stranger']) await client.call('createRun', { params: { experiment }, body: { id } });
	const script = await clientOfJob(app);

	for (const run of ['own', 'child', 'grandchild']) {
		expect(await outcomeOf(script.call('updateRun', { params: { run }, body: { tags: { seen: run } } }))).toBe('ok');
		const below = { own: 'child', child: 'grandchild', grandchild: 'great-grandchild' }[run] as string;
		await script.call('createChildren', { params: { run }, body: { children: [{ id: below }] } });
		await script.call('submitJob', { params: { experiment }, body: { parentId: run, definition: { command: ['true'] } } });
	}
	for (const parentId of [undefined, 'parent', 'stranger', 'foreign']) {
		const submitted = script.call('submitJob', { params: { experiment }, body: { parentId, definition: { command: ['true'] } } });
		expect([parentId, await outcomeOf(submitted)]).toEqual([parentId, 'forbidden']);
	}
	for (const [id, route] of Object.entries(API_ROUTES) as [OperationId, RouteDefinition][]) {
		const names = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name);
		if (route.permission === 'public') continue;
		if (names.includes('run')) {
			expect([id, await callAny(script, id, { run: 'foreign' })]).toEqual([id, 'forbidden']);
			if (route.permission === 'run.write')
				for (const run of ['stranger', 'parent']) expect([id, await callAny(script, id, { run })]).toEqual([id, 'forbidden']);
		}
		if (names.includes('workspace')) expect([id, await callAny(script, id, { workspace: 'elsewhere' })]).toEqual([id, 'forbidden']);
		if (names.includes('experiment')) expect([id, await callAny(script, id, { experiment: elsewhere.id })]).toEqual([id, 'forbidden']);
		const isBeyond = ['server.admin', 'workspace.write', 'job.agent', 'server.read'].includes(route.permission);
		if (isBeyond) expect([id, await callAny(script, id, { run: 'own', workspace: 'lab', experiment })]).toEqual([id, 'forbidden']);
	}
	for (const run of ['stranger', 'parent']) expect((await client.call('getRun', { params: { run } })).tags).toEqual({});
	expect((await script.call('getRun', { params: { run: 'stranger' } })).id).toBe('stranger');
	expect((await script.call('searchRuns', { params: { workspace: 'lab' }, body: {} })).runs.length).toBeGreaterThan(3);
});
