/** The container of a datastore: who may read and write it, and how it is listed. */
import { expect, it } from 'vitest';
import { door } from '../../testing/azureml-door.ts';
import { startTestApp, type TestApp } from '../../testing/test-app.ts';

/** Requests to the container with the credential that the datastore is listed with. */
async function container(app: TestApp, token?: string) {
	const { workspace, send } = await door(app, token);
	const { azureStorageSection: section } = (await send('GET', `/datastore/v1.0${workspace}/default`)).body;
	const call = async (method: string, path: string, query: Record<string, string> = {}, headers: Record<string, string> = {}) => {
		const url = new URL(`${app.url}/${section.containerName}${path}?${section.sasToken}`);
		for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
		const reply = await fetch(url, { method, headers, ...(method === 'PUT' && { body: 'abc' }) });
		return { status: reply.status, headers: reply.headers, text: await reply.text() };
	};
	return { section, call };
}

it('is listed page by page, and read as what was written', async () => {
	await using app = await startTestApp({ agent: false });
	const { section, call } = await container(app);
	expect(section).toMatchObject({ accountName: 'aml', credentialType: 'Sas', endpoint: expect.stringMatching(/^x@/) });
	for (const path of ['/a/1.txt', '/a/2%20%26%3C.txt', '/b.txt']) expect((await call('PUT', path)).status).toBe(201);
	const listed: string[] = [];
	for (let marker = '', isFirst = true; isFirst || marker !== ''; isFirst = false) {
		const { text } = await call('GET', '', { comp: 'list', restype: 'container', prefix: 'a/', maxresults: '1', marker });
		listed.push(...[...text.matchAll(/<Name>(.*?)<\/Name>/g)].map(([, name = '']) => name));
		marker = /<NextMarker>(.*?)<\/NextMarker>/.exec(text)?.[1] ?? '';
	}
	expect(listed).toEqual(['a/1.txt', 'a/2 &amp;&lt;.txt']);
	const part = await call('GET', '/a/1.txt', {}, { 'x-ms-range': 'bytes=1-5' });
	expect([part.status, part.text, part.headers.get('content-range'), part.headers.get('x-ms-blob-type')]).toEqual([
		...[206, 'bc', 'bytes 1-2/3', 'BlockBlob'],
	]);
});

it('is listed level by level, a folder once', async () => {
	await using app = await startTestApp({ agent: false });
	const { call } = await container(app);
	for (const path of ['/a.txt', '/a/1.txt', '/a/2.txt', '/a/deep/3.txt', '/b/4.txt', '/c.txt']) await call('PUT', path);
	const listed = async (query: Record<string, string>) => {
		const { text } = await call('GET', '', { comp: 'list', delimiter: '/', ...query });
		const names = (kind: string) => [...text.matchAll(new RegExp(`<${kind}><Name>(.*?)</Name>`, 'g'))].map(([, name = '']) => name);
		return { files: names('Blob'), folders: names('BlobPrefix'), marker: /<NextMarker>(.*?)<\/NextMarker>/.exec(text)?.[1] ?? '' };
	};
	expect(await listed({})).toEqual({ files: ['a.txt', 'c.txt'], folders: ['a/', 'b/'], marker: '' });
	expect(await listed({ prefix: 'a/' })).toEqual({ files: ['a/1.txt', 'a/2.txt'], folders: ['a/deep/'], marker: '' });
	const paged: string[] = [];
	for (let marker = '', isFirst = true; isFirst || marker !== ''; isFirst = false) {
		const page = await listed({ maxresults: '1', marker });
		paged.push(...page.files, ...page.folders);
		marker = page.marker;
	}
	expect(paged).toEqual(['a.txt', 'a/', 'b/', 'c.txt']);
});

it('refuses what is not there, what is there already, and what it does not do', async () => {
	await using app = await startTestApp({ agent: false });
	const { call } = await container(app);
	const absent = await call('HEAD', '/a.txt');
	expect([absent.status, absent.headers.get('x-ms-error-code')]).toEqual([404, 'BlobNotFound']);
	expect((await call('PUT', '/a.txt', {}, { 'if-none-match': '*' })).status).toBe(201);
	// The same once more is what a client does that lost the reply.
	expect((await call('PUT', '/a.txt', {}, { 'if-none-match': '*' })).status).toBe(201);
	const path = '/b.txt';
	await call('PUT', path, { comp: 'block', blockid: 'MQ==' });
	const unknown = await call('PUT', path, { comp: 'lease' });
	const appended = await call('PUT', path, {}, { 'x-ms-blob-type': 'AppendBlob' });
	const other = await call('GET', '', { comp: 'metadata' });
	const cursor = await call('GET', '', { comp: 'list', marker: 'nonsense' });
	const outside = await call('PUT', '/a%2F..%2Fb');
	expect([unknown, appended, other, cursor, outside].map(({ status }) => status)).toEqual([400, 400, 400, 400, 400]);
	expect((await call('GET', path)).status).toBe(404);
});

it('a job reads it; nobody reaches that of another workspace', async () => {
	await using app = await startTestApp({ agent: false });
	const owner = await door(app);
	await owner.send('PATCH', `${owner.history}/runs/r1`, { runId: 'r1' });
	const { token } = (await owner.send('GET', `${owner.history}/runs/r1/token`)).body;
	const { section, call } = await container(app);
	expect((await call('PUT', '/a.txt')).status).toBe(201);
	const job = await container(app, token);
	expect((await job.call('GET', '/a.txt')).text).toBe('abc');
	const refused = await job.call('PUT', '/a.txt');
	expect([refused.status, JSON.parse(refused.text).error.code]).toEqual([403, 'AuthorizationFailed']);

	const { id } = await app.client.call('createWorkspace', { body: { name: 'other' } });
	for (const path of [
		`/azureml-blobstore-${id}/a.txt?${section.sasToken}`,
		`/${section.containerName}/a.txt?sig=nonsense`,
		`/${section.containerName}/a.txt`,
	])
		expect((await fetch(app.url + path)).status).toBe(401);
	// Nor is it an address of another file.
	expect((await fetch(`${app.url}/run-files/datastores/${section.containerName}/?${section.sasToken}`)).status).toBe(401);
});
