/** A real browser over a real server: a new profile each time, and everything it complains of is kept. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { startServerProcess, temporaryFolder } from '../support/server-process.ts';

const PROGRAM = process.env.RUNSTEAD_TEST_CHROMIUM ?? '/usr/bin/chromium';
const PROGRAM_OPTIONS = [
	'--headless',
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];
/** Of one wait: well below the time of a test, so that what was waited for is named. */
const WAIT_MAX_MS = 10_000;
const SIZE = { width: 1280, height: 800 };

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
	const profile = mkdtempSync(join(tmpdir(), 'runstead-browser-'));
	const context = await chromium.launchPersistentContext(profile, {
		executablePath: PROGRAM,
		args: PROGRAM_OPTIONS,
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
	const [page = await context.newPage()] = context.pages();
	return {
		page,
		context,
		complaints,
		async [Symbol.asyncDispose]() {
			await context.close();
			rmSync(profile, { recursive: true, force: true });
		},
	};
}

/** A server with workspace `lab` and experiment `ridge`, in a process of its own. */
export async function startLab() {
	const folder = temporaryFolder('runstead-studio-');
	const server = await startServerProcess(folder.path);
	await server.client.call('createWorkspace', { body: { name: 'lab' } });
	const experiment = await server.client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: 'ridge' } });
	return {
		folder: folder.path,
		server,
		client: server.client,
		url: server.url,
		experimentId: experiment.id,
		async [Symbol.asyncDispose]() {
			await server.stop();
			folder[Symbol.dispose]();
		},
	};
}

export type Lab = Awaited<ReturnType<typeof startLab>>;

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
