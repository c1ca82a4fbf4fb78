import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cpusOfList, serverMachine } from '../capabilities/compute/server-machine.ts';
import type { ClusterRecord } from '../capabilities/compute/service.ts';
import { startTestApp } from '../testing/test-app.ts';
import { createNodeShares } from './node-shares.ts';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'runstead-shares-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const cluster = (vmSize: string) => ({ vm_size: vmSize, enforce_memory: 0 }) as ClusterRecord;
const shareIn = (name: string) => JSON.parse(readFileSync(join(folder, name, 'share.json'), 'utf8'));

it('lists of processors are read as Linux writes them', () => {
	expect(cpusOfList('0-2,8')).toEqual([0, 1, 2, 8]);
	expect(cpusOfList('3')).toEqual([3]);
});

it('nodes are spread over the processors, keep theirs, and give them back', () => {
	const { cpus } = serverMachine();
	const shares = createNodeShares();
	const give = (name: string, by = shares) => by.give(cluster('STANDARD_D1_V2'), name, join(folder, name));
	const names = cpus.map((cpu) => `node-${cpu}`);
	for (const name of names) give(name);
	expect(names.flatMap((name) => shareIn(name).cpus).sort((left, right) => left - right)).toEqual(
		[...cpus].sort((left, right) => left - right),
	);
	const [first] = names as [string];
	shares.takeBack(first);
	give('next');
	expect(shareIn('next').cpus).toEqual(shareIn(first).cpus);
	// Another server over the same folders goes on with what it finds.
	const before = shareIn('next');
	give('next', createNodeShares());
	expect(shareIn('next')).toEqual(before);
});

it('no node has more than the machine', () => {
	createNodeShares().give(cluster('STANDARD_ND40RS_V2'), 'large', join(folder, 'large'));
	const { cpus, memoryBytes } = serverMachine();
	expect(shareIn('large')).toMatchObject({ cores: Math.min(40, cpus.length), memoryBytes: Math.min(672 * 1024 ** 3, memoryBytes) });
});

it('a job runs on the cores of its node, and its libraries begin as many threads', async () => {
	await using app = await startTestApp();
	const { client, workspace, experiment, url } = app;
	await client.call('createCluster', { params: { workspace }, body: { name: 'one-core', vmSize: 'STANDARD_D1_V2' } });
	const script =
		'import os; print(len(os.sched_getaffinity(0)), os.environ["OMP_NUM_THREADS"], os.environ["MKL_NUM_THREADS"], os.environ.get("CUDA_VISIBLE_DEVICES"))';
	const { runId: run } = await client.call('submitJob', {
		params: { experiment },
		body: {
			definition: { command: ['python3', '-c', script], target: 'one-core', environmentVariables: { MKL_NUM_THREADS: '3' } },
		},
	});
	const stream = await fetch(`${url}/api/v1/workspaces/${workspace}/live?after=0`);
	for await (const _ of stream.body as ReadableStream<Uint8Array>)
		if (['Completed', 'Failed'].includes((await client.call('getRun', { params: { run } })).status)) break;
	const log = await fetch(`${url}/api/v1/runs/${run}/files/azureml-logs/70_driver_log.txt`);
	expect(await log.text()).toBe(`1 1 3 ${serverMachine().gpus.length === 0 ? 'None' : ''}\n`);
	const [node] = (await client.call('listNodes', { params: { workspace, compute: 'one-core' } })).nodes;
	expect(node?.share).toEqual({ vmSize: 'STANDARD_D1_V2', cores: 1, memoryBytes: 3.5 * 1024 ** 3, gpus: 0 });
});
