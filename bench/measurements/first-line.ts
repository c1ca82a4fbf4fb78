/** From the request that submits a job to the first line that its script prints, in the hands of who follows the run. */
import { execFileSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import type { JobDefinition } from '@runstead/contract';
import { DRIVER_LOG, filesOf, type JobsLab, logSignals, startJobsLab } from '../harness/jobs-lab.ts';
import type { Measurement, MeasurementOptions, Row } from '../harness/measurement.ts';
import { scratchFolder } from '../harness/processes.ts';

const TARGET_MS = 300;
/** Of an environment that lies ready in the cache of the node. */
const ADDED_TARGET_MS = 50;
const BUILT_WITHIN_MS = 300_000;
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

/** Jobs of each definition, one after the other in turn, so that a busier moment of the machine meets all of them. */
async function measure(lab: JobsLab, definitions: readonly JobDefinition[], jobs: number): Promise<number[][]> {
	const samples = definitions.map((): number[] => []);
	// The first job starts the agent, and builds the environment.
	for (const definition of definitions) await lab.ended(await lab.submit(definition), BUILT_WITHIN_MS);
	for (let job = 0; job < jobs; job++)
		for (const [index, definition] of definitions.entries()) {
			await wait(IDLE_MS);
			const startedMs = performance.now();
			const run = await lab.submit(definition);
			await lineIsThere(lab, run);
			samples[index]?.push(performance.now() - startedMs);
			await lab.ended(run);
		}
	return samples;
}

/** An environment that needs no package index: the Python of this machine, built for it. */
function bareEnvironment(): NonNullable<JobDefinition['environment']> {
	const said = execFileSync('python3', ['-c', 'import platform; print(platform.python_version())'], { encoding: 'utf8' });
	return { name: 'bare', specification: { pythonVersion: said.trim().split('.').slice(0, 2).join('.') } };
}

async function run({ quick, tell }: MeasurementOptions): Promise<Row[]> {
	using folder = scratchFolder();
	await using lab = await startJobsLab(folder.path);
	const jobs = quick ? JOBS.quick : JOBS.whole;
	const job = await lab.scriptJob(`print(${JSON.stringify(LINE)})\n`);
	tell('a script, with and without an environment, and a command');
	const definitions = [job, { ...job, environment: bareEnvironment() }, { command: ['echo', LINE] }];
	const [script = [], inEnvironment = [], command = []] = await measure(lab, definitions, jobs);
	const added = inEnvironment.map((sample, index) => sample - (script[index] as number));
	return [
		{ name: 'a Python script of a snapshot', unit: 'ms', samples: script, target: { atMost: TARGET_MS } },
		{ name: 'the same in an environment that the node has built before', unit: 'ms', samples: inEnvironment },
		{ name: '  what the environment adds', unit: 'ms', samples: added, target: { atMost: ADDED_TARGET_MS } },
		{ name: 'a command', unit: 'ms', samples: command },
	];
}

export const measurement: Measurement = { title: 'submission of a job to an idle node, until who follows it has its first line', run };
