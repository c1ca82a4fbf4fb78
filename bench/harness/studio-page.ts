/** The studio in a real Chromium, to be measured. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium } from '../../tests/support/chromium.ts';
import type { Row } from './measurement.ts';

/** A page that has come does what is left to do. The stream of what changes never ends, so that no silence says it. */
export const SETTLE_MS = 2_000;

/** A browser stands still when its processes used less than this in so many looks, one after the other. */
const STILL_MS = 20;
const STILL_LOOKS = 3;
const LOOK_MS = 250;

/** Longer than anything that is measured may take. */
const SEEN_MAX_MS = 30_000;

const SIZE = { width: 1440, height: 900 };

export interface StudioPage extends AsyncDisposable {
	readonly page: Page;
	readonly context: BrowserContext;
}

/** A page in a browser of its own that has started, so that nothing is in its cache. */
export async function openPage(url: string): Promise<StudioPage> {
	const browser = await launchChromium();
	const context = await browser.newContext({ viewport: SIZE, baseURL: url });
	const page = await context.newPage();
	await untilStarted(browser);
	return {
		page,
		context,
		async [Symbol.asyncDispose]() {
			await browser.close();
		},
	};
}

/** A browser that has just come loads pages of its own, behind the first one: a second of a processor that is not the studio's. */
async function untilStarted(browser: Browser): Promise<void> {
	const debuggee = await browser.newBrowserCDPSession();
	const usedMs = async (): Promise<number> => {
		const { processInfo } = await debuggee.send('SystemInfo.getProcessInfo');
		return 1_000 * processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
	};
	let before = await usedMs();
	for (let stillLooks = 0; stillLooks < STILL_LOOKS; ) {
		await sleep(LOOK_MS);
		const now = await usedMs();
		stillLooks = now - before < STILL_MS ? stillLooks + 1 : 0;
		before = now;
	}
	await debuggee.detach();
}

interface Seen {
	readonly count?: number;
	/** A regular expression of what the elements say. */
	readonly text?: string;
	readonly timeout?: number;
}

/** Waits for elements, looking with each frame that the page draws: a locator's own waiting looks after 20, 70, 170, 270, and then each 500 ms. */
export async function untilSeen(page: Page, selector: string, { count = 1, text = '', timeout = SEEN_MAX_MS }: Seen = {}): Promise<void> {
	const [sought, said] = [JSON.stringify(selector), JSON.stringify(text)];
	await page.evaluate(`new Promise((resolve, reject) => {
		setTimeout(() => reject(new Error('Never seen: ' + ${sought} + ' ' + ${said})), ${timeout});
		const said = new RegExp(${said});
		const isSeen = () => [...document.querySelectorAll(${sought})].filter(({ textContent }) => said.test(textContent)).length >= ${count};
		const look = () => (isSeen() ? resolve() : requestAnimationFrame(look));
		look();
	})`);
}

/** Milliseconds that something takes. */
export async function timed(act: () => Promise<unknown>): Promise<number> {
	const startedMs = performance.now();
	await act();
	return performance.now() - startedMs;
}

/** How much of a time the main thread of a page was at work, in percent of a processor; a sample a second. Time that others took from it is not counted. */
export async function mainThreadBusyPercent({ page, context }: StudioPage, seconds: number): Promise<number[]> {
	const debuggee = await context.newCDPSession(page);
	await debuggee.send('Performance.enable', { timeDomain: 'threadTicks' });
	const read = async () => {
		const { metrics } = await debuggee.send('Performance.getMetrics');
		const busySeconds = metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
		return { busySeconds, atMs: performance.now() };
	};
	const samples: number[] = [];
	let before = await read();
	for (let second = 0; second < seconds; second++) {
		await page.waitForTimeout(1_000);
		const after = await read();
		samples.push((100_000 * (after.busySeconds - before.busySeconds)) / (after.atMs - before.atMs));
		before = after;
	}
	await debuggee.detach();
	return samples;
}

/** The mean of samples as a row of its own: a second in which nothing came says little. */
export function meanOf(name: string, row: Row, atMost: number): Row {
	const mean = row.samples.reduce((sum, sample) => sum + sample, 0) / row.samples.length;
	return { name, unit: row.unit, samples: [mean], target: { atMost } };
}
