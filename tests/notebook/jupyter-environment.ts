/** The virtual environment with JupyterLab, Notebook 7, ipywidgets and anywidget: made once, before the first test, and kept. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const CACHE = fileURLToPath(new URL('../../.cache/jupyterlab', import.meta.url));
const VENV = join(CACHE, 'venv');
/** What it was made of; absent while it is made. */
const MADE = join(CACHE, 'packages.txt');
const PACKAGES = ['jupyterlab>=4,<5', 'notebook>=7,<8', 'ipywidgets>=8,<9', 'anywidget>=0.9'];

/** Where its programs are. */
export const PROGRAMS = join(VENV, 'bin');
/** Where packages put what browsers load of them, in `nbextensions` as in `labextensions`. */
export const SHARED = join(VENV, 'share', 'jupyter');

/** Vitest calls this before the tests, whose time does not run meanwhile; the packages may take minutes to come. */
export async function setup(): Promise<void> {
	const wanted = PACKAGES.join('\n');
	if (existsSync(MADE) && readFileSync(MADE, 'utf8') === wanted) return;
	rmSync(CACHE, { recursive: true, force: true });
	mkdirSync(CACHE, { recursive: true });
	await run('python3', ['-m', 'venv', VENV]);
	await run(join(PROGRAMS, 'python'), ['-m', 'pip', 'install', '--quiet', ...PACKAGES], { maxBuffer: 1 << 26 });
	writeFileSync(MADE, wanted);
}
