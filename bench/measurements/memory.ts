/** Memory of a server that has nothing to do, and of the agent that a job left beside it for a minute. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '@runstead/client';
import { startServerProcess } from '../../tests/support/server-process.ts';
import type { Measurement, MeasurementOptions, Row } from '../harness/measurement.ts';
import { descendantsOf, freePort, memoryOf, programFile, scratchFolder } from '../harness/processes.ts';

const TARGET_MIB = 150;
const REPETITIONS = { whole: 2, quick: 1 } as const;
/** Requests that a studio and a script would make in a minute. */
const REQUESTS = 300;
/** What is collected in idle time is collected by then. */
const IDLE_MS = { whole: 15_000, quick: 1_500 } as const;
const RUN_ENDS_WITHIN_MS = 20_000;
/** An agent without work leaves after a minute, and so does the thread that reads for searches. */
const AGENT_LEAVES_MS = 65_000;

/** Runs a small job to its end, so that the agent has been started and waits for another. */
async function runJob(client: Client, experiment: string): Promise<void> {
	const { runId } = await client.call('submitJob', { params: { experiment }, body: { definition: { command: ['true'] } } });
	const deadline = performance.now() + RUN_ENDS_WITHIN_MS;
	for (;;) {
		const { status, error } = await client.call('getRun', { params: { run: runId } });
		if (status === 'Completed') return;
		if (status === 'Failed' || performance.now() > deadline) throw new Error(`The job is ${status}: ${JSON.stringify(error)}`);
		await wait(50);
	}
}

async function useALittle(client: Client, experiment: string): Promise<void> {
	const { id: run } = await client.call('createRun', { params: { experiment }, body: {} });
	for (let request = 0; request < REQUESTS; request += 3) {
		const series = [{ name: 'loss', kind: 'scalar' as const, times: [request], columns: [{ name: 'loss', values: [request] }] }];
		await client.call('logMetrics', { params: { run }, body: { series } });
		await client.call('searchRuns', { params: { workspace: 'lab' }, body: { filter: 'metrics.loss > 1' } });
		await client.call('getMetricChart', { params: { run }, query: { name: 'loss' } });
	}
}

async function run({ quick, tell }: MeasurementOptions): Promise<Row[]> {
	const samples = {
		started: [] as number[],
		used: [] as number[],
		withAgent: [] as number[],
		agent: [] as number[],
		idle: [] as number[],
		idleShared: [] as number[],
	};
	const bare: number[] = [];
	for (let repetition = 0; repetition < (quick ? REPETITIONS.quick : REPETITIONS.whole); repetition++) {
		using folder = scratchFolder();
		// What it compiled is there at every start but the first.
		await (await startServerProcess(folder.path)).stop();
		await using server = await startServerProcess(folder.path);
		const { client, pid } = server;
		const idleMs = quick ? IDLE_MS.quick : IDLE_MS.whole;
		tell('just started');
		await wait(idleMs);
		samples.started.push(memoryOf(pid).residentMiB);
		await client.call('createWorkspace', { body: { name: 'lab' } });
		const { id: experiment } = await client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: 'memory' } });
		await useALittle(client, experiment);
		tell('used a little');
		await wait(idleMs);
		samples.used.push(memoryOf(pid).residentMiB);
		await runJob(client, experiment);
		tell('a job was run');
		await wait(idleMs);
		const agentMiB = residentMiB(descendantsOf(pid));
		samples.agent.push(agentMiB);
		samples.withAgent.push(residentMiB([pid]) + agentMiB);
		if (!quick) {
			tell('the agent leaves');
			await wait(AGENT_LEAVES_MS);
		}
		const all = [pid, ...descendantsOf(pid)];
		samples.idle.push(residentMiB(all));
		samples.idleShared.push(all.reduce((sum, one) => sum + memoryOf(one).proportionalMiB, 0));
		bare.push(await bareMemoryMiB());
	}
	const unit = 'MiB';
	const target = { atMost: TARGET_MIB };
	return [
		{ name: 'server, just started', unit, samples: samples.started, baseline: 'bare Node' },
		{ name: 'server, after 300 requests', unit, samples: samples.used, baseline: 'bare Node' },
		{ name: 'agent, waiting for another job', unit, samples: samples.agent },
		{ name: 'server and agent, after a job', unit, samples: samples.withAgent },
		{ name: 'all of it, a minute later', unit, samples: samples.idle, target, baseline: 'bare Node' },
		{ name: '  shared pages divided', unit, samples: samples.idleShared },
		{ name: 'bare Node', unit, samples: bare },
	];
}

function residentMiB(pids: readonly number[]): number {
	return pids.reduce((sum, pid) => sum + memoryOf(pid).residentMiB, 0);
}

async function bareMemoryMiB(): Promise<number> {
	const child = spawn(process.execPath, [programFile('bare-server.cjs'), String(await freePort())], { stdio: 'ignore' });
	await wait(500);
	const { residentMiB } = memoryOf(child.pid as number);
	child.kill();
	await once(child, 'exit');
	return residentMiB;
}

export const measurement: Measurement = { title: 'resident memory when idle', run };
