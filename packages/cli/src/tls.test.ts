/** `runstead tls` as a person uses it: with a server that runs, and without one. */
import { expect, test } from 'vitest';
import { makeCliFolder } from './testing/cli-process.ts';

test('switches TLS on before the first start, says what clients need, and off again', async () => {
	await using folder = await makeCliFolder();
	const on = await folder.run('tls', '--port', '0');
	expect(on.stderr).toBe('');
	expect(on.stdout).toMatch(/TLS +on, from the next start \((npx )?runstead up\)/);
	expect(on.stdout).toContain(`export REQUESTS_CA_BUNDLE=${folder.path}/data/tls/bundle.pem`);
	expect(await folder.run('tls', '--off')).toMatchObject({ exitCode: 0, stdout: 'TLS is off. Clients use http.\n' });
	expect(JSON.parse((await folder.run('tls', '--show', '-o', 'json')).stdout)).toEqual({ isOn: false, url: null, certificate: null });
	expect((await folder.run('tls', '--off', '--show')).exitCode).toBe(2);
});
