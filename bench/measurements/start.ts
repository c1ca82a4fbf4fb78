/** From the start of the process to the first answered request. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { ROOT } from '../../scripts/run-program.ts';
import type { Measurement, MeasurementOptions, Row } from '../harness/measurement.ts';
import { freePort, programFile, scratchFolder } from '../harness/processes.ts';

const TARGET_MS = 1_000;
const REPETITIONS = { whole: 15, quick: 3 } as const;
const ASK_AGAIN_MS = 2;
const COMMAND = join(ROOT, 'packages', 'cli', 'src', 'runstead.mjs');

function isAnswered(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		get({ host: '127.0.0.1', port, path: '/health', agent: false }, (reply) => {
			reply.resume();
			reply.on('end', () => resolve(reply.statusCode === 200));
		}).on('error', () => resolve(false));
	});
}

/** Starts a server and ends it; how long it took until it answered, in milliseconds. */
async function timeStart(start: (port: number) => ChildProcess): Promise<number> {
	const port = await freePort();
	const startedMs = performance.now();
	const child = start(port);
	const ended = once(child, 'exit');
	while (!(await isAnswered(port))) {
		if (child.exitCode !== null) throw new Error(`${child.spawnargs.join(' ')} ended with ${child.exitCode}.`);
		await new Promise((wake) => setTimeout(wake, ASK_AGAIN_MS));
	}
	const durationMs = performance.now() - startedMs;
	child.kill('SIGTERM');
	await ended;
	return durationMs;
}

async function run({ quick, tell }: MeasurementOptions): Promise<Row[]> {
	const repetitions = quick ? REPETITIONS.quick : REPETITIONS.whole;
	using folder = scratchFolder();
	const up = (data: string, cache: string) => (port: number) =>
		spawn(process.execPath, [COMMAND, 'up', '--port', String(port), '--data', join(folder.path, data)], {
			stdio: 'ignore',
			env: { ...process.env, XDG_CACHE_HOME: join(folder.path, cache) },
		});
	const bare = (port: number) => spawn(process.execPath, [programFile('bare-server.cjs'), String(port)], { stdio: 'ignore' });
	// The data of a server that ran before, and what it compiled.
	await timeStart(up('used', 'compiled'));
	const samples = { first: [] as number[], again: [] as number[], bare: [] as number[] };
	for (let repetition = 0; repetition < repetitions; repetition++) {
		tell(`start ${repetition + 1} of ${repetitions}`);
		samples.first.push(await timeStart(up(`fresh-${repetition}`, `cache-${repetition}`)));
		cpSync(join(folder.path, 'used'), join(folder.path, `used-${repetition}`), { recursive: true });
		samples.again.push(await timeStart(up(`used-${repetition}`, 'compiled')));
		samples.bare.push(await timeStart(bare));
	}
	const [unit, baseline, target] = ['ms', 'bare Node', { atMost: TARGET_MS }] as const;
	return [
		{ name: 'first start: no data, nothing compiled', unit, samples: samples.first, target, baseline },
		{ name: 'every later start', unit, samples: samples.again, target, baseline },
		{ name: baseline, unit, samples: samples.bare },
	];
}

export const measurement: Measurement = { title: 'process start to first answered request, disk warm', run };
