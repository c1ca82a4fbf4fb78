/** The page on which VS Code's Jupyter extension draws widgets, of the extension's own parts: made once, before the first test, and kept. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const SOURCE = fileURLToPath(new URL('./vscode-page', import.meta.url));
const CACHE = fileURLToPath(new URL('../../.cache/vscode-page', import.meta.url));
const VITE = fileURLToPath(new URL('../../node_modules/.bin/vite', import.meta.url));
/** What it was made of; absent while it is made. */
const MADE = join(CACHE, 'packages.txt');
/** What the extension draws widgets with. One file; what it is made of, which npm would bring too, is in it. */
const MANAGER = '@vscode/jupyter-ipywidgets8@1.0.9';
const PACKAGES = ['@jupyterlab/services@7.6.6', 'requirejs@2.3.8'];

/** Where the page is, when it is made: `index.html` and all that it loads. */
export const PAGE_FOLDER = join(CACHE, 'dist');

/** Vitest calls this before the tests. */
export async function setup(): Promise<void> {
	const wanted = [MANAGER, ...PACKAGES, ...['index.html', 'outputs.mjs'].map((file) => readFileSync(join(SOURCE, file), 'utf8'))].join(
		'\n',
	);
	if (existsSync(MADE) && readFileSync(MADE, 'utf8') === wanted) return;
	rmSync(CACHE, { recursive: true, force: true });
	const shown = join(CACHE, 'public');
	mkdirSync(shown, { recursive: true });
	cpSync(SOURCE, CACHE, { recursive: true });
	writeFileSync(join(CACHE, 'package.json'), '{ "private": true }');
	const options = { cwd: CACHE };
	await run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--ignore-scripts', ...PACKAGES], options);
	const { stdout: archive } = await run('npm', ['pack', '--silent', MANAGER], options);
	await run('tar', ['-xzf', archive.trim()], options);
	cpSync(join(CACHE, 'package', 'dist', 'ipywidgets.js'), join(shown, 'ipywidgets.js'));
	cpSync(join(CACHE, 'node_modules', 'requirejs', 'require.js'), join(shown, 'require.js'));
	await run(VITE, ['build', '--base', './', '--target', 'esnext', '--logLevel', 'warn'], options);
	writeFileSync(MADE, wanted);
}
