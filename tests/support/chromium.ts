/** The Chromium of tests and measurements: the system's own, that asks nobody on the network for anything. */
import { type Browser, chromium } from 'playwright-core';

const PROGRAM = process.env.RUNSTEAD_TEST_CHROMIUM ?? '/usr/bin/chromium';
const OPTIONS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

export function launchChromium(): Promise<Browser> {
	return chromium.launch({ executablePath: PROGRAM, args: OPTIONS });
}
