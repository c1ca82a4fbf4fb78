/** Alerts: from what happens to the webhook that tells of it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AlertCondition } from '@runstead/contract';
import { startServerProcess } from '../../tests/support/server-process.ts';
import type { Measurement, MeasurementOptions, Row } from '../harness/measurement.ts';
import { scratchFolder } from '../harness/processes.ts';

/** A rule on a metric looks once a minute. */
const PERIOD_MS = 60_000;
const TOLERANCE_MS = 2_000;
const REPETITIONS = { whole: 20, quick: 3 } as const;
const METRIC_REPETITIONS = { whole: 3, quick: 1 } as const;

/** Waits for webhooks, told apart by a word in them. */
async function startReceiver() {
	const waiting = new Map<string, () => void>();
	const server = createServer((request, reply) => {
		let text = '';
		request.setEncoding('utf8').on('data', (part: string) => {
			text += part;
		});
		request.on('end', () => {
			for (const [word, resolve] of waiting) if (text.includes(word)) resolve();
			reply.end();
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
		told: (word: string): Promise<void> => new Promise((resolve) => waiting.set(word, resolve)),
		[Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())),
	};
}

async function run({ quick, tell }: MeasurementOptions): Promise<Row[]> {
	using folder = scratchFolder();
	await using receiver = await startReceiver();
	await using server = await startServerProcess(folder.path);
	const { client } = server;
	const params = { workspace: 'lab' };
	await client.call('createWorkspace', { body: { name: 'lab' } });
	await client.call('createActionGroup', { params, body: { name: 'ops', receivers: [{ type: 'webhook', url: receiver.url }] } });
	const fail = async (experiment: string): Promise<string> => {
		const { id } = await client.call('createRun', { params: { experiment }, body: {} });
		await client.call('failRun', { params: { run: id }, body: {} });
		return id;
	};
	/** How long it takes from a failed run to the webhook that names it, or its experiment. */
	const timeEach = async (repetitions: number, by: 'run' | 'experiment'): Promise<number[]> => {
		const samples: number[] = [];
		for (let repetition = 0; repetition < repetitions; repetition++) {
			tell(`failed run ${repetition + 1} of ${repetitions}, told by ${by}`);
			const name = `${by}-${repetition}-`;
			const { id: experiment } = await client.call('createExperiment', { params, body: { name } });
			const startedMs = performance.now();
			const told = receiver.told(name);
			await fail(experiment);
			await told;
			samples.push(performance.now() - startedMs);
		}
		return samples;
	};
	const onRuns: AlertCondition = { type: 'runStatus', statuses: ['Failed'] };
	const { id: rule } = await client.call('createAlertRule', { params, body: { name: 'runs', condition: onRuns, actionGroups: ['ops'] } });
	const runSamples = await timeEach(quick ? REPETITIONS.quick : REPETITIONS.whole, 'run');
	await client.call('deleteAlertRule', { params: { ...params, rule } });
	const onMetric: AlertCondition = {
		type: 'metric',
		metric: 'Failed Runs',
		aggregation: 'total',
		operator: 'greaterThan',
		threshold: 0,
		splitBy: ['ExperimentName'],
	};
	await client.call('createAlertRule', { params, body: { name: 'metric', condition: onMetric, actionGroups: ['ops'] } });
	const metricSamples = await timeEach(quick ? METRIC_REPETITIONS.quick : METRIC_REPETITIONS.whole, 'experiment');
	return [
		{ name: 'a failed run to its webhook', unit: 'ms', samples: runSamples, target: { p99AtMost: TOLERANCE_MS } },
		{
			name: 'a failed run to the webhook of a metric rule that looks each minute',
			unit: 'ms',
			samples: metricSamples,
			target: { p99AtMost: PERIOD_MS + TOLERANCE_MS },
		},
	];
}

export const measurement: Measurement = { title: 'from what happens to the webhook of an alert', run };
