/** From a print in a job to whoever follows its log: the open reply, and the studio's way (a live signal, then a read of what is new). */
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '@runstead/client';
import { startServerProcess } from '../../tests/support/server-process.ts';
import { DRIVER_LOG, logSignals } from '../harness/jobs-lab.ts';
import type { Measurement, MeasurementOptions, Row } from '../harness/measurement.ts';
import { scratchFolder } from '../harness/processes.ts';

const TARGET_MS = 100;
const LINES = { whole: 600, quick: 60 } as const;
/** Not a multiple of anything that the product waits for. */
const SECONDS_BETWEEN_LINES = 0.037;
const LOG_BEGINS_WITHIN_MS = 20_000;
const NANOS_PER_MILLI = 1_000_000;

/** The clock that Python's monotonic_ns and this one share, on Linux. */
const nowNanos = (): number => Number(process.hrtime.bigint());

const scriptOf = (lines: number): string =>
	`import time\nfor _ in range(${lines}):\n    print(time.monotonic_ns(), flush=True)\n    time.sleep(${SECONDS_BETWEEN_LINES})\n`;

/** Takes bytes as they come; how late each line was, of those printed after this began. */
class LineTimer {
	readonly latenciesMs: number[] = [];
	readonly #sinceNanos = nowNanos();
	#text = '';

	take(text: string): void {
		const lines = (this.#text + text).split('\n');
		this.#text = lines.pop() as string;
		for (const line of lines) {
			const printedNanos = Number(line);
			if (printedNanos > this.#sinceNanos) this.latenciesMs.push((nowNanos() - printedNanos) / NANOS_PER_MILLI);
		}
	}
}

async function logBegins(client: Client, run: string): Promise<void> {
	const deadlineMs = performance.now() + LOG_BEGINS_WITHIN_MS;
	while (performance.now() < deadlineMs) {
		const { files } = await client.call('listRunFiles', { params: { run } });
		if (files.some(({ path, sizeBytes }) => path === DRIVER_LOG && sizeBytes > 0)) return;
		await wait(20);
	}
	throw new Error(`Run ${run} has no ${DRIVER_LOG}.`);
}

async function followReply(client: Client, run: string): Promise<number[]> {
	const timer = new LineTimer();
	const reply = await client.open('readRunFile', { params: { run, '*': DRIVER_LOG }, query: { follow: true } });
	const decoder = new TextDecoder();
	for await (const part of reply.body as ReadableStream<Uint8Array>) timer.take(decoder.decode(part, { stream: true }));
	return timer.latenciesMs;
}

async function followSignals(client: Client, run: string): Promise<number[]> {
	const timer = new LineTimer();
	let readBytes = 0;
	for await (const _ of logSignals(client, run)) {
		const reply = await client
			.open('readRunFile', { params: { run, '*': DRIVER_LOG }, headers: { range: `bytes=${readBytes}-` } })
			// Nothing new since the last read, which was ahead of its signal.
			.catch(() => null);
		const bytes = new Uint8Array((await reply?.arrayBuffer()) ?? []);
		readBytes += bytes.length;
		timer.take(new TextDecoder().decode(bytes));
	}
	return timer.latenciesMs;
}

async function run({ quick, tell }: MeasurementOptions): Promise<Row[]> {
	using folder = scratchFolder();
	await using server = await startServerProcess(folder.path);
	const { client } = server;
	await client.call('createWorkspace', { body: { name: 'lab' } });
	const { id: experiment } = await client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: 'follow' } });
	const command = ['python3', '-c', scriptOf(quick ? LINES.quick : LINES.whole)];
	tell('a job prints a line every 37 ms');
	const { runId } = await client.call('submitJob', { params: { experiment }, body: { definition: { command } } });
	await logBegins(client, runId);
	const [reply, signals] = await Promise.all([followReply(client, runId), followSignals(client, runId)]);
	await server.stop();
	const target = { atMost: TARGET_MS };
	return [
		{ name: 'GET with follow', unit: 'ms', samples: reply, target },
		{ name: 'live signal, then read', unit: 'ms', samples: signals, target },
	];
}

export const measurement: Measurement = { title: 'a line that a job prints, until who follows its log has it', run };
