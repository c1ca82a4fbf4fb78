/** What scripts and notebooks with the real azureml-core wait for: logging, children, lists of runs, metrics read back. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request as forward, type Server } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../scripts/run-program.ts';
import { startServerProcess } from '../../tests/support/server-process.ts';
import type { Measurement, MeasurementOptions, Row } from '../harness/measurement.ts';
import { programFile, scratchFolder } from '../harness/processes.ts';

const run = promisify(execFile);

const SIZES = {
	whole: { calls: 2_000, children: 500, runs: 10_000, series: 500, points: 1_000, repetitions: 5 },
	quick: { calls: 100, children: 50, runs: 500, series: 20, points: 100, repetitions: 1 },
} as const;
/** As the client has it: 50 metrics a batch. */
const RUNS_PER_BATCH = 500;
/** How many requests the client has under way when it reads metrics. */
const READS_AT_ONCE = 8;
const CHILDREN_MS_MAX = 2_000;
const FIRST_PAGE_MS_MAX = 200;
const METRICS_MS_MAX = 1_000;

/** A server that answers batches of metrics with nothing done, and hands all else on to another. */
async function startNoOpServer(target: string): Promise<Server> {
	const server = createServer((incoming, reply) => {
		if (incoming.method === 'POST' && /^\/metric\/.*\/batch$/.test(incoming.url ?? '')) {
			incoming.resume().on('end', () => reply.setHeader('content-type', 'application/json').end('{}'));
			return;
		}
		const { host } = new URL(target);
		const passed = forward(target + (incoming.url ?? ''), { method: incoming.method, headers: { ...incoming.headers, host } }, (answer) => {
			reply.writeHead(answer.statusCode ?? 502, answer.headers);
			answer.pipe(reply);
		});
		incoming.pipe(passed);
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');
	return server;
}

function urlOf(server: Server): string {
	const address = server.address();
	return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}

async function measure({ quick, tell }: MeasurementOptions): Promise<Row[]> {
	const sizes = quick ? SIZES.quick : SIZES.whole;
	tell('the environment of azureml-core');
	const { stdout } = await run('python3', [join(ROOT, 'scripts', 'client_environment.py'), 'make', 'azureml']);
	const python = stdout.trim();
	using folder = scratchFolder();
	await using server = await startServerProcess(join(folder.path, 'data'));
	const { subscriptionId, resourceGroup } = await server.client.call('createWorkspace', { body: { name: 'lab' } });
	const workspace = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.MachineLearningServices/workspaces/lab`;
	const history = `/history/v1.0${workspace}/experiments/bench`;
	const bytesOf = async (method: string, path: string, body?: unknown): Promise<Buffer> => {
		const reply = await fetch(server.url + path, {
			method,
			...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
		});
		const bytes = Buffer.from(await reply.arrayBuffer());
		if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${bytes}`);
		return bytes;
	};
	const send = async (method: string, path: string, body?: unknown): Promise<unknown> => {
		const bytes = await bytesOf(method, path, body);
		return bytes.length === 0 ? null : JSON.parse(bytes.toString());
	};
	const { experimentId } = (await send('POST', history)) as { experimentId: string };

	/** A fresh run with the variables of its job. */
	const runVariables = async (id: string, url: string): Promise<NodeJS.ProcessEnv> => {
		await send('PATCH', `${history}/runs/${id}`, { runId: id, status: 'Running' });
		const { token } = (await send('GET', `${history}/runs/${id}/token`)) as { token: string };
		return {
			...process.env,
			HOME: folder.path,
			AZUREML_RUN_ID: id,
			AZUREML_RUN_TOKEN: token,
			AZUREML_ARM_SUBSCRIPTION: subscriptionId,
			AZUREML_ARM_RESOURCEGROUP: resourceGroup,
			AZUREML_ARM_WORKSPACE_NAME: 'lab',
			AZUREML_ARM_PROJECT_NAME: 'bench',
			AZUREML_EXPERIMENT_ID: experimentId,
			AZUREML_SERVICE_ENDPOINT: url,
			AZUREML_DISCOVERY_SERVICE_ENDPOINT: `${server.url}/discovery`,
		};
	};
	const call = async (env: NodeJS.ProcessEnv, ...args: string[]): Promise<number> => {
		const done = await run(python, ['-W', 'ignore', programFile('azureml_calls.py'), ...args], { env, cwd: folder.path });
		return Number(done.stdout.trim().split('\n').at(-1));
	};

	const noOp = await startNoOpServer(server.url);
	const samples = { log: [] as number[], noOp: [] as number[], children: [] as number[], page: [] as number[], metrics: [] as number[] };
	try {
		for (let repetition = 0; repetition < sizes.repetitions; repetition++) {
			tell(`logging and children, ${repetition + 1} of ${sizes.repetitions}`);
			samples.noOp.push(await call(await runVariables(`noop-${repetition}`, urlOf(noOp)), 'log', String(sizes.calls)));
			const variables = await runVariables(`log-${repetition}`, server.url);
			samples.log.push(await call(variables, 'log', String(sizes.calls)));
			samples.children.push(await call(variables, 'children', String(sizes.children)));
		}
	} finally {
		noOp.close();
	}

	tell(`${sizes.runs} runs`);
	for (let at = 0; at < sizes.runs; at += RUNS_PER_BATCH)
		await send('PATCH', `${history}/batch/runs`, {
			runs: Array.from({ length: Math.min(RUNS_PER_BATCH, sizes.runs - at) }, (_, index) => ({
				runId: `many-${at + index}`,
				parentRunId: 'log-0',
				tags: { fold: String(index) },
			})),
		});
	tell(`${sizes.series} series of ${sizes.points} points`);
	const names = Array.from({ length: sizes.series }, (_, index) => `metric ${index}`);
	const times = Array.from({ length: sizes.points }, (_, index) => 1_790_000_000_000_000 + index * 1_000);
	for (const [index, name] of names.entries())
		await server.client.call('logMetrics', {
			params: { run: 'log-0' },
			body: {
				writer: 'bench',
				first: index,
				last: index + 1,
				series: [{ name, kind: 'scalar', times, columns: [{ name, values: times.map((_, point) => point / 7) }] }],
			},
		});
	for (let repetition = 0; repetition < sizes.repetitions; repetition++) {
		const beforePage = performance.now();
		await send('POST', `${history}/runs:query`, { orderby: 'StartTimeUtc desc', top: 500 });
		samples.page.push(performance.now() - beforePage);
		const metric = `/metric/v2.0${workspace}/runs/log-0`;
		const beforeMetrics = performance.now();
		await send('POST', `${metric}/list`, {});
		const waiting = [...names];
		const readOn = async (): Promise<void> => {
			// What the client makes of the bytes is not the server's time.
			for (let name = waiting.pop(); name !== undefined; name = waiting.pop())
				await bytesOf('POST', `${metric}/full`, { metricName: name });
		};
		await Promise.all(Array.from({ length: READS_AT_ONCE }, readOn));
		samples.metrics.push(performance.now() - beforeMetrics);
	}

	const baseline = 'the same against a server that keeps no metric';
	return [
		// "No slower by more than 10 %" is "at least 1 / 1.1 times as good".
		{
			name: `${sizes.calls} run.log and flush, inside a job`,
			unit: 'ms',
			samples: samples.log,
			baseline,
			target: { timesBetter: 1 / 1.1 },
		},
		{ name: baseline, unit: 'ms', samples: samples.noOp },
		{
			name: `${sizes.children} children by create_children, 100 a call`,
			unit: 'ms',
			samples: samples.children,
			target: { atMost: CHILDREN_MS_MAX },
		},
		{ name: `first page of get_runs, of ${sizes.runs} runs`, unit: 'ms', samples: samples.page, target: { atMost: FIRST_PAGE_MS_MAX } },
		{
			name: `get_metrics of ${sizes.series} series of ${sizes.points} points, the requests of it`,
			unit: 'ms',
			samples: samples.metrics,
			target: { atMost: METRICS_MS_MAX },
		},
	];
}

export const measurement: Measurement = { title: 'azureml-core, as it is installed: logging, children, lists and metrics', run: measure };
