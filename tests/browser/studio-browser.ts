/** A real browser over a real server: nothing is kept from one test to the next, and everything it complains of is. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeEach, type RunnerTask } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { type ServerProcess, startServerProcess, temporaryFolder } from '../support/server-process.ts';

/** Of one wait: below the time of a test, so that what was waited for is named, and long enough for a machine that does much else. */
const WAIT_MAX_MS = 60_000;
const SIZE = { width: 1280, height: 800 };

/** One for all tests of a file: to start and end one for each takes longer than most tests, and on a busy machine one of many never ends. */
let started: Promise<Browser> | undefined;
/** The server of the next test starts while this one waits for its page. */
let standby: Promise<StartedServer> | undefined;
let isLastTest = false;

beforeEach(({ task }) => {
	const lastOf = (tasks: readonly RunnerTask[]): RunnerTask | undefined => {
		const last = tasks.findLast(({ mode }) => mode === 'run' || mode === 'queued');
		return last?.type === 'suite' ? lastOf(last.tasks) : last;
	};
	isLastTest = lastOf(task.file.tasks) === task;
});

afterAll(async () => {
	await (await started)?.close();
	started = undefined;
	await (await standby)?.[Symbol.asyncDispose]();
	standby = undefined;
});

export interface StudioBrowser extends AsyncDisposable {
	readonly page: Page;
	readonly context: BrowserContext;
	/** Console errors and warnings (a refused style or script is one), exceptions, and requests to any other host, in words. */
	readonly complaints: readonly string[];
}

interface BrowserOptions {
	readonly colorScheme?: 'light' | 'dark';
	readonly timezoneId?: string;
}

/** Opens a browser for the studio at that address, in UTC and in light where nothing else is said. */
export async function openBrowser(url: string, options: BrowserOptions = {}): Promise<StudioBrowser> {
	started ??= launchChromium();
	const context = await (await started).newContext({
		viewport: SIZE,
		colorScheme: options.colorScheme ?? 'light',
		timezoneId: options.timezoneId ?? 'UTC',
		baseURL: url,
	});
	context.setDefaultTimeout(WAIT_MAX_MS);
	const complaints: string[] = [];
	const { host } = new URL(url);
	context.on('request', (request) => {
		const address = new URL(request.url());
		if (/^(http|ws)s?:$/.test(address.protocol) && address.host !== host) complaints.push(`request to ${request.url()}`);
	});
	context.on('console', (message) => {
		if (['error', 'warning'].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`);
	});
	context.on('weberror', (error) => complaints.push(`exception: ${error.error().message}`));
	const page = await context.newPage();
	return {
		page,
		context,
		complaints,
		async [Symbol.asyncDispose]() {
			await context.close();
		},
	};
}

interface StartedServer extends AsyncDisposable {
	readonly server: ServerProcess;
	readonly folder: string;
}

async function startServer(): Promise<StartedServer> {
	await using stack = new AsyncDisposableStack();
	const folder = stack.use(temporaryFolder('runstead-studio-'));
	const server = await startServerProcess(folder.path);
	stack.defer(() => server.stop());
	const kept = stack.move();
	return { server, folder: folder.path, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** One world for those tests of a file that leave it as it is; begun with the first of them. */
export function sharedLab(start: () => Promise<Lab>): () => Promise<Lab> {
	let lab: Promise<Lab> | undefined;
	afterAll(async () => {
		await (await lab)?.[Symbol.asyncDispose]();
	});
	return () => {
		lab ??= start();
		return lab;
	};
}

/** A server with workspace `lab` and experiment `ridge`, in a process of its own, with what `fill` puts there. */
export async function startLab(fill?: (lab: Lab) => Promise<unknown>): Promise<Lab> {
	await using stack = new AsyncDisposableStack();
	const { server, folder } = stack.use(await (standby ?? startServer()));
	standby = isLastTest ? undefined : startServer();
	// Whoever takes it hears of what went wrong.
	standby?.catch(() => undefined);
	await server.client.call('createWorkspace', { body: { name: 'lab' } });
	const experiment = await server.client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: 'ridge' } });
	const parts = { folder, server, client: server.client, url: server.url, experimentId: experiment.id };
	await fill?.({ ...parts, [Symbol.asyncDispose]: async () => undefined });
	const kept = stack.move();
	return { ...parts, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

export interface Lab extends AsyncDisposable {
	readonly folder: string;
	readonly server: ServerProcess;
	readonly client: ServerProcess['client'];
	readonly url: string;
	readonly experimentId: string;
}

/** Closes a panel by Escape. It comes a moment after its button was pressed: a key that is pressed before goes elsewhere. */
export async function closePanel(page: Page, label: string): Promise<void> {
	const panel = page.getByRole('dialog', { name: label });
	await panel.locator(':focus').waitFor();
	await page.keyboard.press('Escape');
	await panel.waitFor({ state: 'detached' });
}

/** Logs values of a scalar metric at steps that follow `firstStep`. */
export async function logValues(lab: Lab, run: string, name: string, values: readonly number[], firstStep = 0): Promise<void> {
	const nowMicros = Date.now() * 1000;
	await lab.client.call('logMetrics', {
		params: { run },
		body: {
			series: [
				{
					name,
					kind: 'scalar',
					steps: values.map((_, index) => firstStep + index),
					times: values.map((_, index) => nowMicros + index),
					columns: [{ name, values: [...values] }],
				},
			],
		},
	});
}
