import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { startTestApp } from '../testing/test-app.ts';
import { VERSION } from '../version.ts';

const run = promisify(execFile);
/** What RunDetails needs to be a widget is asked for by name alone. */
const WIDGETS = `RunDetails ["anywidget >=0.9 ; extra == 'notebook'", "ipywidgets >=8 ; extra == 'notebook'"]\n[True, True]\n`;
const WHEELS = [`runstead-${VERSION}-py3-none-any.whl`, `runstead_azureml-${VERSION}-py3-none-any.whl`];

async function temporaryFolder(): Promise<AsyncDisposable & { path: string }> {
	const path = await mkdtemp(join(tmpdir(), 'runstead-packages-'));
	return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

it('a page links each package with its hash, and the same source gives the same bytes', async () => {
	await using app = await startTestApp();
	const page = await (await fetch(`${app.url}/python/`)).text();
	const links = [...page.matchAll(/<a href="([^"#]+)#sha256=([0-9a-f]{64})" data-requires-python="&gt;=3.9">([^<]+)<\/a>/g)];
	expect(links.map(([, href, , name]) => [href, name])).toEqual([...WHEELS, 'runstead.pyz'].map((name) => [name, name]));
	for (const [, href, sha256] of links) {
		const reply = await fetch(`${app.url}/python/${href}`);
		expect(
			createHash('sha256')
				.update(Buffer.from(await reply.arrayBuffer()))
				.digest('hex'),
		).toBe(sha256);
		const again = await fetch(`${app.url}/python/${href}`, { headers: { 'if-none-match': reply.headers.get('etag') as string } });
		expect(again.status).toBe(304);
	}
	await using other = await startTestApp();
	expect(await (await fetch(`${other.url}/python/`)).text()).toBe(page);
	expect(await (await fetch(`${app.url}/python`)).text()).toBe(page);
	const missing = await fetch(`${app.url}/python/numpy-1.0-py3-none-any.whl`);
	expect([missing.status, ((await missing.json()) as { error: { code: string } }).error.code]).toEqual([404, 'not-found']);
});

it('pip installs both packages from there alone, with sound records', async () => {
	await using app = await startTestApp();
	await using folder = await temporaryFolder();
	const python = join(folder.path, 'venv', 'bin', 'python');
	await run('python3', ['-m', 'venv', join(folder.path, 'venv')]);
	const options = ['--no-index', '--find-links', `${app.url}/python/`, '--disable-pip-version-check', '--no-cache-dir', '--quiet'];
	await run(python, ['-I', '-m', 'pip', 'install', ...options, 'runstead-azureml'], { cwd: folder.path });
	const program = `
import base64, hashlib, importlib.metadata as metadata, azureml.core, runstead, runstead.version
for name in ("runstead", "runstead-azureml"):
    files = metadata.files(name)
    assert len(files) > 10, name
    for file in files:
        if file.hash is None:
            continue
        digest = base64.urlsafe_b64encode(hashlib.new(file.hash.mode, file.locate().read_bytes()).digest()).rstrip(b"=").decode()
        assert digest == file.hash.value and file.size == file.locate().stat().st_size, file
print(metadata.version("runstead"), metadata.requires("runstead-azureml"), runstead.version.VERSION, metadata.metadata("runstead")["Requires-Python"])
print(azureml.core.Workspace.__name__)
import pkgutil, azureml.widgets
print(azureml.widgets.RunDetails.__name__, metadata.requires("runstead"))
print([len(pkgutil.get_data("runstead.widgets", name)) > 1000 for name in ("run_details.mjs", "run_details.css")])
`;
	const { stdout } = await run(python, ['-I', '-c', program], { cwd: folder.path });
	expect(stdout).toBe(`${VERSION} ['runstead ==${VERSION}'] ${VERSION} >=3.9\nWorkspace\n${WIDGETS}`);
}, 60_000);

it('the zip file runs with Python alone, and is unpacked once', async () => {
	await using app = await startTestApp();
	await using folder = await temporaryFolder();
	const file = join(folder.path, 'runstead.pyz');
	await writeFile(file, Buffer.from(await (await fetch(`${app.url}/python/runstead.pyz`)).arrayBuffer()));
	const env = { PATH: process.env.PATH, HOME: folder.path };
	for (let round = 0; round < 2; round++) {
		const { stdout } = await run('python3', [file, '--version'], { cwd: folder.path, env });
		expect(stdout).toBe(`runstead ${VERSION}\n`);
	}
	const { stdout } = await run('python3', [file, 'agent', '--help'], { cwd: folder.path, env });
	expect(stdout).toContain('usage: python -m runstead.agent');
	const unpacked = await run('ls', [join(folder.path, '.local', 'state', 'runstead', 'package')]);
	expect(unpacked.stdout.trim().split('\n')).toHaveLength(1);
	const refused = run('python3', [file, '--version'], { cwd: folder.path, env: { ...env, XDG_STATE_HOME: '/proc/nowhere' } });
	await expect(refused).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be unpacked in /proc/nowhere') });
});
