/** A server with a workspace and an experiment to submit jobs to, and what a measurement asks of it again and again. */
import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '@runstead/client';
import type { JobDefinition, LiveSignal, RunFile } from '@runstead/contract';
import { type ServerProcess, startServerProcess } from '../../tests/support/server-process.ts';

export const DRIVER_LOG = 'azureml-logs/70_driver_log.txt';
export const WORKSPACE = 'lab';
const SUBMITTERS = 16;

export interface JobsLab extends AsyncDisposable {
	readonly server: ServerProcess;
	readonly client: Client;
	readonly experiment: string;
	submit(definition: JobDefinition, id?: string): Promise<string>;
	/** Submits the same job many times, several at once; how long each request took. */
	submitMany(definition: JobDefinition, ids: readonly string[]): Promise<number[]>;
	/** Uploads a script; the definition of a job that runs it. */
	scriptJob(code: string): Promise<JobDefinition>;
	ended(run: string, withinMs?: number): Promise<void>;
}

export async function startJobsLab(dataFolder: string): Promise<JobsLab> {
	const server = await startServerProcess(dataFolder);
	const { client } = server;
	await client.call('createWorkspace', { body: { name: WORKSPACE } });
	const { id: experiment } = await client.call('createExperiment', { params: { workspace: WORKSPACE }, body: { name: 'jobs' } });
	const submit = async (definition: JobDefinition, id?: string): Promise<string> =>
		(await client.call('submitJob', { params: { experiment }, body: { definition, ...(id !== undefined && { id }) } })).runId;
	return {
		server,
		client,
		experiment,
		submit,
		async submitMany(definition, ids) {
			const latenciesMs: number[] = [];
			const left = [...ids];
			const submitter = async (): Promise<void> => {
				for (let id = left.pop(); id !== undefined; id = left.pop()) {
					const startedMs = performance.now();
					await submit(definition, id);
					latenciesMs.push(performance.now() - startedMs);
				}
			};
			await Promise.all(Array.from({ length: SUBMITTERS }, submitter));
			return latenciesMs;
		},
		async scriptJob(code) {
			const body = new TextEncoder().encode(code);
			const sha256 = createHash('sha256').update(body).digest('hex');
			await client.call('uploadSnapshotContent', { params: { workspace: WORKSPACE, sha256 }, body });
			const files = [{ path: 'script.py', sizeBytes: body.length, sha256 }];
			const { id } = await client.call('createSnapshot', { params: { workspace: WORKSPACE }, body: { files } });
			return { script: 'script.py', snapshotId: id };
		},
		ended: (run, withinMs = 30_000) => until(`the end of run ${run}`, withinMs, () => hasCompleted(client, run)),
		[Symbol.asyncDispose]: () => server.stop(),
	};
}

async function hasCompleted(client: Client, run: string): Promise<boolean> {
	const { status, error } = await client.call('getRun', { params: { run } });
	if (status === 'Failed' || status === 'Canceled') throw new Error(`Run ${run} is ${status}: ${JSON.stringify(error)}`);
	return status === 'Completed';
}

/** Looks often whether something is so. @throws {Error} when it is not in time. */
export async function until(what: string, withinMs: number, isSo: () => Promise<boolean> | boolean, everyMs = 20): Promise<void> {
	const deadlineMs = performance.now() + withinMs;
	while (!(await isSo())) {
		if (performance.now() > deadlineMs) throw new Error(`In ${withinMs} ms this did not come: ${what}.`);
		await wait(everyMs);
	}
}

export async function filesOf(client: Client, run: string): Promise<readonly RunFile[]> {
	return (await client.call('listRunFiles', { params: { run }, query: { limit: 1_000 } })).files;
}

type LogSignal = NonNullable<LiveSignal['logs']>[number];

/** Signals that a log of a run grew, until it is sealed. */
export async function* logSignals(client: Client, run: string, log = DRIVER_LOG): AsyncGenerator<LogSignal> {
	const reply = await client.open('streamRun', { params: { run } });
	const decoder = new TextDecoder();
	let text = '';
	for await (const part of reply.body as ReadableStream<Uint8Array>) {
		const blocks = (text + decoder.decode(part, { stream: true })).split('\n\n');
		text = blocks.pop() as string;
		for (const block of blocks) {
			const data = /^event: signal\ndata: (.*)$/m.exec(block)?.[1];
			const logs = data === undefined ? [] : ((JSON.parse(data) as LiveSignal).logs ?? []);
			const grown = logs.find(({ path }) => path === log);
			if (grown) yield grown;
			if (grown?.sealed) return;
		}
	}
}
