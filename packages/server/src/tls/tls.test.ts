/** The TLS listener as real clients meet it: Python's requests, urllib, Node and openssl, with the authority that the server made. */
import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, rootCertificates } from 'node:tls';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readServerFileOrNull } from '../server-file.ts';
import { startTestApp, type TestApp } from '../testing/test-app.ts';
import { makeBundle } from './bundle.ts';
import { certificateNames, provideCertificates } from './certificates.ts';

const run = promisify(execFile);
const DAY_MS = 86_400_000;

const switchOn = (app: TestApp, port = 0) => app.client.call('setTls', { body: { isOn: true, port } });

/** What a GET over TLS answers, trusting the authority alone. */
function get(url: string, ca: string, headers: Record<string, string> = {}): Promise<{ status: number; body: string }> {
	return new Promise((resolve, reject) => {
		request(url, { ca, headers, servername: 'localhost', agent: false }, (response) => {
			let body = '';
			response.setEncoding('utf8');
			response.on('data', (text: string) => (body += text));
			response.on('end', () => resolve({ status: response.statusCode as number, body }));
		})
			.on('error', reject)
			.end();
	});
}

/** Python with the packages that its system has; null where `requests` is not among them. */
async function pythonOrNull(script: string, env: Record<string, string>): Promise<string | null> {
	const { stdout } = await run(
		'python3',
		['-c', `try:\n import requests\nexcept ImportError:\n print('absent'); raise SystemExit\n${script}`],
		{
			env: { PATH: process.env.PATH, ...env },
		},
	);
	return stdout.trim() === 'absent' ? null : stdout.trim();
}

async function makeFolder(): Promise<AsyncDisposable & { path: string }> {
	const path = await mkdtemp(join(tmpdir(), 'runstead-tls-'));
	return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

describe('tls', () => {
	it('is off at first, is switched on while the server runs, is on after a restart, and off again', async () => {
		await using app = await startTestApp({ agent: false });
		expect(await app.client.call('getTls')).toEqual({ isOn: false, url: null, certificate: null });
		await expect(app.client.open('readTlsBundle')).rejects.toMatchObject({ code: 'not-found' });

		const on = await switchOn(app);
		expect(on).toMatchObject({ isOn: true, url: expect.stringMatching(/^https:\/\/localhost:\d+$/) });
		expect(on.certificate?.names).toEqual([...new Set(['localhost', '127.0.0.1', '::1', hostname().toLowerCase()])]);
		expect(readServerFileOrNull(app.dataFolder)?.httpsUrl).toBe(on.url);
		expect(app.server.httpsUrl()).toBe(on.url);
		const authority = await readFile(on.certificate?.authorityFile as string, 'utf8');
		expect(await (await app.client.open('readTlsAuthority')).text()).toBe(authority);
		for (const name of ['localhost', '127.0.0.1']) {
			const url = (on.url as string).replace('localhost', name);
			expect(await get(`${url}/health`, authority)).toEqual({ status: 200, body: 'OK' });
		}
		const checks = (await app.client.call('diagnose')).checks.filter(({ name }) => name.startsWith('tls'));
		expect(checks.map(({ name, ok }) => [name, ok])).toEqual([
			['tls', true],
			['tls certificate', true],
		]);

		const again = await app.restart();
		expect(await again.client.call('getTls')).toEqual(on);
		// The answer comes before the listener that carries it goes.
		const overTls = await new Promise<number>((resolve, reject) => {
			const body = JSON.stringify({ isOn: false });
			const headers = { 'content-type': 'application/json', 'content-length': body.length };
			request(`${on.url}/api/v1/tls`, { ca: authority, method: 'PUT', headers, agent: false }, ({ statusCode }) => resolve(statusCode ?? 0))
				.on('error', reject)
				.end(body);
		});
		expect(overTls).toBe(200);
		await expect(get(`${on.url}/health`, authority)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
		expect(readServerFileOrNull(app.dataFolder)?.httpsUrl).toBeNull();
		expect(await (await again.restart()).client.call('getTls')).toEqual({ isOn: false, url: null, certificate: null });
	});

	it('guards as http does, and refuses what is too old or no TLS at all', async () => {
		await using app = await startTestApp({ agent: false, config: { allowedHosts: ['ws.example.org'] } });
		const { url, certificate } = await switchOn(app);
		const authority = await readFile(certificate?.authorityFile as string, 'utf8');
		expect(certificate?.names).toContain('ws.example.org');
		const refused = async (headers: Record<string, string>) => JSON.parse((await get(`${url}/api/v1/workspaces`, authority, headers)).body);
		expect((await refused({ host: 'evil.example' })).error.code).toBe('foreign-host');
		expect((await refused({ origin: 'https://evil.example' })).error.code).toBe('foreign-origin');
		expect((await refused({ authorization: 'Bearer nonsense' })).error.code).toBe('unauthorized');
		expect((await get(`${url}/api/v1/workspaces`, authority)).status).toBe(200);
		// Without the authority nobody connects.
		await expect(get(`${url}/health`, rootCertificates[0] as string)).rejects.toThrow(/certificate/);
		const port = Number(new URL(url as string).port);
		const old = connect({ port, host: 'localhost', ca: authority, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' });
		await expect(new Promise((resolve, reject) => old.once('secureConnect', resolve).once('error', reject))).rejects.toThrow();
		await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow();
		expect((await get(`${url}/health`, authority)).body).toBe('OK');
	});

	it('a port that is taken is said, when it is switched on and at a start', async () => {
		await using app = await startTestApp({ agent: false });
		const other = createServer().listen(0, '127.0.0.1');
		await new Promise((resolve) => other.once('listening', resolve));
		const { port } = other.address() as { port: number };
		await expect(switchOn(app, port)).rejects.toMatchObject({ code: 'port-taken', status: 409 });
		expect(await app.client.call('getTls')).toMatchObject({ isOn: false });
		await app.server.stop();
		await expect(startTestApp({ agent: false, config: { tlsPort: port } })).rejects.toMatchObject({ code: 'EADDRINUSE', port });
		other.close();
	});

	it("Python's requests and urllib, Node and openssl trust it by the variables that are named", async ({ skip }) => {
		await using app = await startTestApp({ agent: false });
		const { url, certificate } = await switchOn(app);
		const { authorityFile, bundleFile } = certificate as NonNullable<typeof certificate>;
		const environment = { PATH: process.env.PATH };
		const urllib = `import urllib.request as u; print(u.urlopen('${url}/health').read().decode())`;
		expect((await run('python3', ['-c', urllib], { env: { ...environment, SSL_CERT_FILE: bundleFile } })).stdout).toBe('OK\n');
		const node = `fetch('${url}/health').then((r) => r.text()).then(console.log)`;
		expect((await run(process.execPath, ['-e', node], { env: { ...environment, NODE_EXTRA_CA_CERTS: authorityFile } })).stdout).toBe(
			'OK\n',
		);
		await expect(run(process.execPath, ['-e', node], { env: environment })).rejects.toThrow();
		const port = new URL(url as string).port;
		const strict = [
			's_client',
			'-connect',
			`localhost:${port}`,
			'-CAfile',
			authorityFile,
			'-verify_return_error',
			'-x509_strict',
			'-brief',
		];
		const openssl = run('openssl', strict, { env: environment });
		openssl.child.stdin?.end();
		expect((await openssl).stderr).toContain('Verification: OK');
		const script = `print(requests.get('${url}/health').text)`;
		const python = await pythonOrNull(script, { REQUESTS_CA_BUNDLE: bundleFile });
		if (python === null) skip("Python's requests is not installed");
		expect(python).toBe('OK');
	});

	it('keeps keys to its owner, and renews what ends, has other names or was damaged', async () => {
		await using folder = await makeFolder();
		const now = new Date();
		const names = certificateNames(['ws.example.org', '*bad name*', '[::1]']);
		expect(names.includes('*bad name*')).toBe(false);
		const made = await provideCertificates(folder.path, names, now);
		expect(await provideCertificates(folder.path, names, now)).toEqual(made);
		for (const name of ['authority', 'server']) expect((await stat(join(folder.path, `${name}.pem`))).mode & 0o777).toBe(0o600);

		const after = async (days: number, wanted = names) => provideCertificates(folder.path, wanted, new Date(now.getTime() + days * DAY_MS));
		expect((await after(300)).server).toEqual(made.server);
		const renewed = await after(380);
		expect(renewed.server).not.toEqual(made.server);
		expect(renewed.authority).toBe(made.authority);
		const wider = await after(380, [...names, 'other.example.org']);
		expect(new X509Certificate(wider.server.certificate).checkHost('other.example.org')).toBe('other.example.org');
		await writeFile(join(folder.path, 'server.pem'), '-----BEGIN PRIVATE KEY-----\n');
		expect((await after(380)).authority).toBe(made.authority);
		await chmod(join(folder.path, 'authority.pem'), 0o600);
		const late = await after(3_500);
		expect(late.authority).not.toBe(made.authority);
		expect(new X509Certificate(late.server.certificate).verify(new X509Certificate(late.authority).publicKey)).toBe(true);
	});

	it('the bundle holds ours, the usual ones and those of a company, each once', async () => {
		await using folder = await makeFolder();
		const { authority } = await provideCertificates(join(folder.path, 'a'), ['localhost'], new Date());
		const company = (await provideCertificates(join(folder.path, 'b'), ['localhost'], new Date())).authority;
		await writeFile(join(folder.path, 'company.pem'), `# ours\n${company}`);
		const named = { REQUESTS_CA_BUNDLE: join(folder.path, 'company.pem'), SSL_CERT_FILE: join(folder.path, 'absent.pem') };
		const bundle = makeBundle(authority, named);
		const held = bundle.match(/-----BEGIN CERTIFICATE-----/g)?.length as number;
		expect(bundle.startsWith(authority)).toBe(true);
		expect(bundle).toContain(company.trimEnd());
		expect(held).toBeGreaterThanOrEqual(rootCertificates.length + 2);
		expect(makeBundle(bundle, named)).toBe(bundle);
	});

	it('a job is told whom to trust', async () => {
		await using app = await startTestApp();
		const { url } = await switchOn(app);
		const script = `import os, urllib.request as u; print(u.urlopen('${url}/health').read().decode(), os.environ['REQUESTS_CA_BUNDLE'] == os.environ['SSL_CERT_FILE'] == os.environ['NODE_EXTRA_CA_CERTS'])`;
		const definition = { command: ['python3', '-c', script] };
		const { runId } = await app.client.call('submitJob', { params: { experiment: app.experiment }, body: { definition } });
		await expect
			.poll(async () => (await app.client.call('getRun', { params: { run: runId } })).status, { timeout: 30_000 })
			.toBe('Completed');
		const log = await app.client.open('readRunFile', { params: { run: runId, '*': 'azureml-logs/70_driver_log.txt' } });
		expect(await log.text()).toContain('OK True');
	});
});
