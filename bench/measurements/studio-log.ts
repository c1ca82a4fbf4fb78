/** A log of a gibibyte in a real Chromium: until its last line is seen, and until a search shows what it finds. */
import type { Client } from '@runstead/client';
import { startServerProcess } from '../../tests/support/server-process.ts';
import type { Measurement, MeasurementOptions, Row } from '../harness/measurement.ts';
import { scratchFolder } from '../harness/processes.ts';
import { openPage, SETTLE_MS, timed, untilSeen } from '../harness/studio-page.ts';

const SIZE_MIB = { whole: 1_024, quick: 32 } as const;
const REPETITIONS = { whole: 3, quick: 2 } as const;
const LOG = 'logs/driver.txt';
const MIB = 1024 * 1024;
const APPEND_MIB = 4;
const LAST_LINE = 'and this is the last of it';
const SOUGHT = 'the needle';
const LINES = 'section [data-index]';
/** A search of all of it. */
const SEARCH_MAX_MS = 120_000;

/** What is sought stands in the first lines and in the last ones. */
async function writeLog(client: Client, run: string, sizeMiB: number): Promise<void> {
	const lines: string[] = [];
	for (let bytes = 0, line = 0; bytes < APPEND_MIB * MIB; line++) {
		const text = `2026-11-21 10:00:00,000 INFO trainer: step ${line} loss ${(1 / (line + 1)).toFixed(6)} took 0.041 s\n`;
		lines.push(text);
		bytes += text.length;
	}
	const middle = Buffer.from(lines.join(''));
	let offset = 0;
	const append = async (body: string | Buffer): Promise<void> => {
		await client.call('appendLog', { params: { run, '*': LOG }, query: { offset }, body });
		offset += body.length;
	};
	await append(`first ${SOUGHT}\n`);
	while (offset < sizeMiB * MIB) await append(middle);
	await append(`last ${SOUGHT}\n${LAST_LINE}\n`);
}

async function run({ quick, tell }: MeasurementOptions): Promise<Row[]> {
	const [sizeMiB, repetitions] = quick ? [SIZE_MIB.quick, REPETITIONS.quick] : [SIZE_MIB.whole, REPETITIONS.whole];
	using folder = scratchFolder();
	await using server = await startServerProcess(folder.path);
	const { client, url } = server;
	await client.call('createWorkspace', { body: { name: 'lab' } });
	const { id: experiment } = await client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: 'talk' } });
	await client.call('createRun', { params: { experiment }, body: { id: 'talker' } });
	tell(`writing ${sizeMiB} MiB`);
	await writeLog(client, 'talker', sizeMiB);
	const samples = { cold: [] as number[], tab: [] as number[], firstHit: [] as number[], allHits: [] as number[] };
	for (let repetition = 0; repetition < repetitions; repetition++) {
		await using browser = await openPage(url);
		const { page } = browser;
		samples.cold.push(
			await timed(async () => {
				await page.goto('/w/lab/runs/talker?tab=files', { waitUntil: 'commit' });
				await untilSeen(page, LINES, { text: LAST_LINE });
			}),
		);
		await page.goto('/w/lab/runs/talker?tab=details');
		await page.getByRole('tab', { name: 'Details', selected: true }).waitFor();
		await page.waitForTimeout(SETTLE_MS);
		samples.tab.push(
			await timed(async () => {
				await page.getByRole('tab', { name: 'Outputs + logs' }).click();
				await untilSeen(page, LINES, { text: LAST_LINE });
			}),
		);
		const startedMs = performance.now();
		await page.getByLabel('Search in the text').fill(SOUGHT);
		await untilSeen(page, 'span', { text: '^[12]\\+? found$', timeout: SEARCH_MAX_MS });
		samples.firstHit.push(performance.now() - startedMs);
		await untilSeen(page, 'span', { text: '^2 found$', timeout: SEARCH_MAX_MS });
		samples.allHits.push(performance.now() - startedMs);
	}
	await server.stop();
	return [
		{ name: 'its end, by a press on the tab', unit: 'ms', samples: samples.tab, target: { atMost: 500 } },
		{ name: 'its end, by its address, nothing in the cache', unit: 'ms', samples: samples.cold },
		{ name: 'the first hit of a search, in its first line', unit: 'ms', samples: samples.firstHit, target: { atMost: 1_000 } },
		{ name: 'all hits, to its last line', unit: 'ms', samples: samples.allHits },
	];
}

export const measurement: Measurement = { title: `The studio's view of a log of ${SIZE_MIB.whole} MiB, in Chromium`, run };
