/** A real JupyterLab, and Notebook 7 beside it: its environment is kept, its settings and state are new each time. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryFolder } from '../support/server-process.ts';
import { PROGRAMS, SHARED } from './jupyter-environment.ts';
import { PAGE_FOLDER } from './vscode-environment.ts';

const run = promisify(execFile);

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PYTHON_ROOTS = ['python', 'python/azureml_compat/core', 'python/azureml_compat/widgets'].map((folder) => join(ROOT, folder));
const START_MS = 60_000;
const END_MS = 10_000;
/** Its server listens on this machine alone, for as long as a test. */
const TOKEN = 'test';

export interface JupyterLab extends AsyncDisposable {
	readonly url: string;
	/** The page of a notebook, in a workspace of its own: a workspace that is restored would open what was open before. */
	pageOf(notebook: string): string;
	/** The same notebook as Notebook 7 shows it. */
	pageInNotebook7Of(notebook: string): string;
	/** A page that draws outputs as VS Code does, with a kernel of its own. */
	readonly pageAsInVsCode: string;
	/** Where its notebooks lie. */
	readonly folder: string;
	/** Asks its REST interface, as `GET /api/sessions`. */
	request(method: string, path: string, body?: unknown): Promise<unknown>;
	/** Runs a notebook of the folder from beginning to end without any browser, and saves it with its outputs. */
	execute(notebook: string): Promise<void>;
}

/** Starts JupyterLab on an empty folder; its kernels know the server as `variables` say. */
export async function startJupyterLab(variables: Readonly<Record<string, string>>): Promise<JupyterLab> {
	const temporary = temporaryFolder('runstead-jupyter-');
	const [folder, runtime] = [join(temporary.path, 'notebooks'), join(temporary.path, 'runtime')];
	for (const path of [folder, runtime]) mkdirSync(path);
	const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('RUNSTEAD_') && name !== 'NODE_OPTIONS');
	const env = {
		...Object.fromEntries(inherited),
		...variables,
		PATH: [PROGRAMS, process.env.PATH].join(delimiter),
		PYTHONPATH: PYTHON_ROOTS.join(delimiter),
		HOME: temporary.path,
		XDG_STATE_HOME: join(temporary.path, 'state'),
		IPYTHONDIR: join(temporary.path, 'ipython'),
		JUPYTER_CONFIG_DIR: join(temporary.path, 'config'),
		JUPYTER_DATA_DIR: join(temporary.path, 'data'),
		JUPYTER_RUNTIME_DIR: runtime,
	};
	const shown = [PAGE_FOLDER, SHARED].map((path) => `extra_static_paths=${path}`);
	const settings = ['port=0', 'ip=127.0.0.1', 'open_browser=False', 'allow_root=True', `root_dir=${folder}`, ...shown].map(
		(one) => `--ServerApp.${one}`,
	);
	const child = spawn(join(PROGRAMS, 'jupyter'), ['lab', ...settings, `--IdentityProvider.token=${TOKEN}`, '--LabApp.news_url=None'], {
		env,
		stdio: ['ignore', 'ignore', 'pipe'],
	});
	const ended = once(child, 'close');
	let said = '';
	child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
	const url = await addressOf(
		runtime,
		() => child.exitCode === null,
		() => said,
	);
	let pages = 0;
	return {
		url,
		pageOf: (notebook) => `${url}lab/workspaces/w${++pages}/tree/${notebook}?token=${TOKEN}`,
		pageInNotebook7Of: (notebook) => `${url}notebooks/${notebook}?token=${TOKEN}`,
		pageAsInVsCode: `${url}static/index.html?token=${TOKEN}`,
		folder,
		request: async (method, path, body) => {
			const reply = await fetch(new URL(path, url), {
				method,
				headers: { authorization: `token ${TOKEN}` },
				...(body === undefined ? {} : { body: JSON.stringify(body) }),
			});
			if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`);
			return reply.status === 204 ? null : reply.json();
		},
		execute: async (notebook) => {
			const options = ['--to', 'notebook', '--execute', '--inplace', notebook];
			await run(join(PROGRAMS, 'jupyter'), ['nbconvert', ...options], { env, cwd: folder, maxBuffer: 1 << 26 });
		},
		async [Symbol.asyncDispose]() {
			child.kill('SIGTERM');
			// When its kernels have ended, a thread of its own may keep it from ending.
			const late = setTimeout(() => child.kill('SIGKILL'), END_MS);
			await ended;
			clearTimeout(late);
			temporary[Symbol.dispose]();
		},
	};
}

/** The address that it writes into its runtime folder when it listens. */
async function addressOf(runtime: string, isAlive: () => boolean, said: () => string): Promise<string> {
	const giveUp = Date.now() + START_MS;
	while (isAlive() && Date.now() < giveUp) {
		const file = readdirSync(runtime).find((name) => /^jpserver-\d+\.json$/.test(name));
		const url = file === undefined ? null : urlOrNull(join(runtime, file));
		if (
			url !== null &&
			(await fetch(new URL('api', url)).then(
				(reply) => reply.ok,
				() => false,
			))
		)
			return url;
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	throw new Error(`JupyterLab did not start:\n${said()}`);
}

function urlOrNull(path: string): string | null {
	try {
		return (JSON.parse(readFileSync(path, 'utf8')) as { url: string }).url;
	} catch {
		// It is being written.
		return null;
	}
}
