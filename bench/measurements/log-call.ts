/** What one `run.log` costs a training script, while the SDK sends in the background. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../../scripts/run-program.ts';
import { startServerProcess } from '../../tests/support/server-process.ts';
import type { Measurement, MeasurementOptions, Row } from '../harness/measurement.ts';
import { outputOf, programFile, scratchFolder } from '../harness/processes.ts';

const TARGET_MICROS = 20;
const CALLS = { whole: 50_000, quick: 2_000 } as const;
const REPETITIONS = { whole: 3, quick: 1 } as const;
const NANOS_PER_MICRO = 1_000;

interface Durations {
	readonly log: readonly number[];
	readonly write: readonly number[];
}

async function run({ quick, tell }: MeasurementOptions): Promise<Row[]> {
	using folder = scratchFolder();
	await using server = await startServerProcess(join(folder.path, 'data'));
	await server.client.call('createWorkspace', { body: { name: 'lab' } });
	const environment = {
		...process.env,
		PYTHONPATH: join(ROOT, 'python'),
		PYTHONDONTWRITEBYTECODE: '1',
		RUNSTEAD_URL: server.url,
		RUNSTEAD_WORKSPACE: 'lab',
		XDG_STATE_HOME: join(folder.path, 'state'),
	};
	const samples = { log: [] as number[], write: [] as number[] };
	for (let repetition = 0; repetition < (quick ? REPETITIONS.quick : REPETITIONS.whole); repetition++) {
		tell(`script ${repetition + 1}`);
		const args = [programFile('log_calls.py'), String(quick ? CALLS.quick : CALLS.whole)];
		const output = await outputOf(spawn('python3', args, { env: environment, cwd: folder.path, stdio: ['ignore', 'pipe', 'inherit'] }));
		const durations = JSON.parse(output) as Durations;
		for (const nanos of durations.log) samples.log.push(nanos / NANOS_PER_MICRO);
		for (const nanos of durations.write) samples.write.push(nanos / NANOS_PER_MICRO);
	}
	const baseline = 'a bare write of such a line';
	return [
		{ name: 'run.log(name, number)', unit: 'µs', samples: samples.log, target: { atMost: TARGET_MICROS }, baseline },
		{ name: baseline, unit: 'µs', samples: samples.write },
	];
}

export const measurement: Measurement = { title: 'one call of run.log in Python, while a thread of the SDK sends', run };
