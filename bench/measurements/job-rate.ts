/** Many short jobs on four nodes, through their whole life: prepared, run, released, every log sent and closed. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesOf, type JobsLab, startJobsLab, until, WORKSPACE } from '../harness/jobs-lab.ts';
import type { Measurement, MeasurementOptions, Row } from '../harness/measurement.ts';
import { cpuMsOf, descendantsOf, scratchFolder } from '../harness/processes.ts';

const TARGET_JOBS_PER_SECOND = 20;
const NODES = 4;
const JOBS = { whole: 1_000, quick: 40 } as const;
const REPETITIONS = { whole: 3, quick: 1 } as const;
const CLUSTER = 'cpu-cluster';
const ALL_WITHIN_MS = 900_000;
/** What every run of a job leaves: the agent's logs, the two process files, and the driver log. */
const FILES_PER_RUN = 11;
/** Each holds a node until a file is there. */
const HOLD = 'until [ -e "$RUNSTEAD_BENCH_GATE" ]; do sleep 0.05; done';

interface Taken {
	readonly seconds: number;
	readonly serverCpuMs: number;
	readonly agentsCpuMs: number;
}

/** Whether no node has a job at hand: everything of those that ended is sent. */
function areNodesClear(dataFolder: string): boolean {
	const nodes = join(dataFolder, 'nodes');
	return readdirSync(nodes, { recursive: true, encoding: 'utf8' }).every((name) => !/\/jobs\/[^/]+$/.test(name));
}

async function checkRun({ client }: JobsLab, run: string): Promise<void> {
	const { status, error } = await client.call('getRun', { params: { run } });
	if (status !== 'Completed') throw new Error(`Run ${run} is ${status}: ${JSON.stringify(error)}`);
	const files = await filesOf(client, run);
	const open = files.filter(({ kind, sealed }) => kind === 'log' && !sealed);
	if (files.length < FILES_PER_RUN || open.length > 0)
		throw new Error(
			`Run ${run} has ${files.map(({ path }) => path).join(', ')}; open: ${open.map(({ path }) => path).join(', ') || 'none'}.`,
		);
}

async function runAll(lab: JobsLab, dataFolder: string, repetition: number, jobs: number): Promise<Taken> {
	const gate = join(dataFolder, `gate-${repetition}`);
	const hold = { command: ['sh', '-c', HOLD], environmentVariables: { RUNSTEAD_BENCH_GATE: gate }, target: CLUSTER, priority: 1 };
	const activeRuns = async (): Promise<number> =>
		(await lab.client.call('getCluster', { params: { workspace: WORKSPACE, compute: CLUSTER } })).activeRuns;
	for (let node = 0; node < NODES; node++) await lab.submit(hold);
	await until('every node held', 60_000, async () => (await activeRuns()) === NODES);
	const runs = Array.from({ length: jobs }, (_, job) => `job-${repetition}-${job}`);
	await lab.submitMany({ command: ['true'], target: CLUSTER }, runs);
	const cpuOfAgents = (): number => descendantsOf(lab.server.pid).reduce((sum, pid) => sum + cpuMsOf(pid), 0);
	const before = { server: cpuMsOf(lab.server.pid), agents: cpuOfAgents() };
	writeFileSync(gate, '');
	const startedMs = performance.now();
	const isOver = async (): Promise<boolean> => {
		const { queuedRuns, activeRuns: active } = await lab.client.call('getCluster', { params: { workspace: WORKSPACE, compute: CLUSTER } });
		return queuedRuns + active === 0 && areNodesClear(dataFolder);
	};
	await until(`the end of ${jobs} jobs`, ALL_WITHIN_MS, isOver, 100);
	const seconds = (performance.now() - startedMs) / 1_000;
	const serverCpuMs = cpuMsOf(lab.server.pid) - before.server;
	const agentsCpuMs = cpuOfAgents() - before.agents;
	for (const run of runs) await checkRun(lab, run);
	return { seconds, serverCpuMs, agentsCpuMs };
}

async function run({ quick, tell }: MeasurementOptions): Promise<Row[]> {
	using folder = scratchFolder();
	await using lab = await startJobsLab(folder.path);
	const jobs = quick ? JOBS.quick : JOBS.whole;
	await lab.client.call('createCluster', {
		params: { workspace: WORKSPACE },
		body: { name: CLUSTER, vmSize: 'STANDARD_D2_V2', minNodes: NODES, maxNodes: NODES },
	});
	const taken: Taken[] = [];
	for (let repetition = 0; repetition < (quick ? REPETITIONS.quick : REPETITIONS.whole); repetition++) {
		tell(`${jobs} jobs, ${repetition + 1}`);
		taken.push(await runAll(lab, folder.path, repetition, jobs));
	}
	await lab.client.call('deleteCluster', { params: { workspace: WORKSPACE, compute: CLUSTER } });
	await until('the end of the nodes', 30_000, () => !existsSync(join(folder.path, 'nodes')) || descendantsOf(lab.server.pid).length === 0);
	return [
		{
			name: `${jobs} jobs of \`true\` on ${NODES} nodes`,
			unit: 'jobs/s',
			samples: taken.map(({ seconds }) => jobs / seconds),
			target: { atLeast: TARGET_JOBS_PER_SECOND },
		},
		{ name: '  processor time of the server, a job', unit: 'ms', samples: taken.map(({ serverCpuMs }) => serverCpuMs / jobs) },
		{ name: '  of agents, supervisors and jobs, a job', unit: 'ms', samples: taken.map(({ agentsCpuMs }) => agentsCpuMs / jobs) },
	];
}

export const measurement: Measurement = { title: 'jobs a second through prepare, run and release, with all their logs', run };
