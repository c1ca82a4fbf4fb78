/** From the request that submits a job to the first line that its script prints, in the hands of who follows the run. */
import { setTimeout as wait } from 'node:timers/promises';
import { DRIVER_LOG, filesOf, type JobsLab, logSignals, startJobsLab } from '../harness/jobs-lab.ts';
import type { Measurement, MeasurementOptions, Row } from '../harness/measurement.ts';
import { scratchFolder } from '../harness/processes.ts';

const TARGET_MS = 300;
const JOBS = { whole: 60, quick: 5 } as const;
/** The node is idle between two jobs. */
const IDLE_MS = 300;
const LINE = 'here I am';

/** When the follower has the line, whatever else it is told before. */
async function lineIsThere({ client }: JobsLab, run: string): Promise<void> {
	const signals = logSignals(client, run);
	for (let signal = signals.next(); ; signal = signals.next()) {
		// What came before the stream was opened is not told again.
		const hasBegun = (await filesOf(client, run)).some(({ path, sizeBytes }) => path === DRIVER_LOG && sizeBytes > 0);
		if (hasBegun || (await signal).done) break;
	}
	const reply = await client.open('readRunFile', { params: { run, '*': DRIVER_LOG } });
	if (!(await reply.text()).includes(LINE)) throw new Error(`Run ${run} has no line "${LINE}".`);
	void signals.return(undefined);
}

async function measure(lab: JobsLab, definition: Parameters<JobsLab['submit']>[0], jobs: number): Promise<number[]> {
	const samples: number[] = [];
	// The first job starts the agent.
	await lab.ended(await lab.submit(definition));
	for (let job = 0; job < jobs; job++) {
		await wait(IDLE_MS);
		const startedMs = performance.now();
		const run = await lab.submit(definition);
		await lineIsThere(lab, run);
		samples.push(performance.now() - startedMs);
		await lab.ended(run);
	}
	return samples;
}

async function run({ quick, tell }: MeasurementOptions): Promise<Row[]> {
	using folder = scratchFolder();
	await using lab = await startJobsLab(folder.path);
	const jobs = quick ? JOBS.quick : JOBS.whole;
	tell('a script');
	const script = await measure(lab, await lab.scriptJob(`print(${JSON.stringify(LINE)})\n`), jobs);
	tell('a command');
	const command = await measure(lab, { command: ['echo', LINE] }, jobs);
	return [
		{ name: 'a Python script of a snapshot', unit: 'ms', samples: script, target: { atMost: TARGET_MS } },
		{ name: 'a command', unit: 'ms', samples: command },
	];
}

export const measurement: Measurement = { title: 'submission of a job to an idle node, until who follows it has its first line', run };
