/** `runstead azureml login` as a person uses it: what it writes, what it says, and what it leaves alone. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeServerFolder } from './testing/server-folder.ts';

test('writes config.json, switches https on and names the variables; a config.json that says otherwise stays', async () => {
	await using folder = await makeServerFolder();
	const login = (...more: string[]) => folder.run('azureml', 'login', '-w', 'lab', '--port', '0', ...more);
	const done = await login('-o', 'json');
	expect(done.stderr).toBe('');
	const { variables, workspace, ...answer } = JSON.parse(done.stdout);
	expect(workspace).toBe('lab');
	expect(variables).toEqual({
		ARM_CLOUD_METADATA_URL: `${folder.url}/metadata/endpoints`,
		AZUREML_CURRENT_CLOUD: 'AzureCloud',
		MSI_ENDPOINT: `${folder.url}/msi/token`,
		REQUESTS_CA_BUNDLE: join(folder.path, 'data', 'tls', 'bundle.pem'),
		SSL_CERT_FILE: join(folder.path, 'data', 'tls', 'bundle.pem'),
	});
	expect(answer.export).toMatch(/^export ARM_CLOUD_METADATA_URL='http:[^\n]*REQUESTS_CA_BUNDLE='[^\n]*' SSL_CERT_FILE='[^\n]*'$/);
	const config = JSON.parse(await readFile(join(folder.path, 'config.json'), 'utf8'));
	expect(config).toMatchObject({ workspace_name: 'lab', resource_group: 'myresourcegroup', runstead_url: folder.url });
	expect((await folder.client.call('getTls')).isOn).toBe(true);
	expect(await login()).toMatchObject({ exitCode: 0 });

	await folder.write({ 'config.json': '{"workspace_name": "other"}' });
	const refused = await login();
	expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining('--force')]);
	expect(await readFile(join(folder.path, 'config.json'), 'utf8')).toBe('{"workspace_name": "other"}');
	expect((await login('--force')).exitCode).toBe(0);
	expect((await login('--path', 'nowhere')).exitCode).toBe(1);
	expect((await login('--port', 'many')).exitCode).toBe(2);
});
