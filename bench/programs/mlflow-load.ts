/**
 * Clients that speak MLflow's protocol over bare sockets, one request after another each; prints what came of it as JSON.
 * It takes little of the processor from the server that is measured, and treats every server alike.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { BareConnection } from './bare-request.ts';

export interface MlflowLoad {
	readonly url: string;
	readonly experiment: string;
	readonly kind: 'log-batch' | 'log-metric' | 'run-pairs' | 'whole-runs' | 'requests';
	readonly clients: number;
	readonly durationMs: number;
	/** Of a batch; keys and points are 1,000 together. */
	readonly keys?: number;
	/** Of `requests`: method and path with query, and a body. */
	readonly request?: { readonly method: string; readonly path: string; readonly body?: object };
	/** Of `requests` and `whole-runs`: how many in all, in place of a duration. */
	readonly count?: number;
}

export interface MlflowOutcome {
	/** Points, calls, pairs or runs. */
	readonly done: number;
	readonly durationMs: number;
	readonly latenciesMs: readonly number[];
}

const POINTS_PER_BATCH = 1_000;
const BUSY_MS_MAX = 120_000;
const RETRY_MS = 50;
const API = '/api/2.0/mlflow/';

const load = JSON.parse(process.argv[2] as string) as MlflowLoad;
const { host } = new URL(load.url);

function requestBytes(method: string, path: string, body?: string): Buffer {
	const head = `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n`;
	return Buffer.from(body === undefined ? `${head}\r\n` : `${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

const post = (call: string, body: object): Buffer => requestBytes('POST', API + call, JSON.stringify(body));

/** `mlflow server` over PostgreSQL answers 400 when it has waited half a minute for one of its own connections. */
const isBusy = (reply: string): boolean => reply.startsWith('HTTP/1.1 503') || reply.includes('QueuePool limit');

async function ask(connection: BareConnection, request: Buffer): Promise<string> {
	const deadlineMs = performance.now() + BUSY_MS_MAX;
	let reply = await connection.ask(request);
	// A server that says it is busy is asked again, as clients of MLflow do; that is time as well.
	while (isBusy(reply) && performance.now() < deadlineMs) {
		await wait(RETRY_MS);
		reply = await connection.ask(request);
	}
	if (!reply.startsWith('HTTP/1.1 200')) throw new Error(`Refused:\n${reply.slice(0, 2_000)}`);
	return reply.slice(reply.indexOf('\r\n\r\n') + 4);
}

let lastStart = Date.now();
async function createRun(connection: BareConnection): Promise<string> {
	const made = await ask(
		connection,
		post('runs/create', { experiment_id: load.experiment, run_name: 'bench', start_time: ++lastStart, tags: [] }),
	);
	return (JSON.parse(made) as { run: { info: { run_id: string } } }).run.info.run_id;
}

/** A batch whose points are made anew by writing other digits over the old ones: none is ever sent twice. */
class FreshBatch {
	readonly #request: Buffer;
	readonly #places: number[] = [];
	#batch = 0;
	static readonly #digits = 7;

	constructor(run: string, keys: number) {
		const metrics = Array.from({ length: POINTS_PER_BATCH }, (_, index) => {
			const place = String(index).padStart(3, '0');
			// The zeros between are the number of the batch.
			return `{"key": "metric ${index % keys}", "value": ${Math.random()}, "timestamp": 170${'0'.repeat(FreshBatch.#digits)}${place}, "step": 1${'0'.repeat(FreshBatch.#digits)}${place}}`;
		});
		this.#request = requestBytes('POST', `${API}runs/log-batch`, `{"run_id": "${run}", "metrics": [${metrics.join(', ')}]}`);
		const text = this.#request.toString('latin1');
		for (const match of text.matchAll(/"timestamp": 170|"step": 1/g)) this.#places.push(match.index + match[0].length);
	}

	next(): Buffer {
		const digits = Buffer.from(String(this.#batch++).padStart(FreshBatch.#digits, '0'));
		for (const place of this.#places) digits.copy(this.#request, place);
		return this.#request;
	}
}

type Step = () => Promise<number>;

async function stepOf(connection: BareConnection): Promise<Step> {
	switch (load.kind) {
		case 'log-batch': {
			const batch = new FreshBatch(await createRun(connection), load.keys ?? 10);
			return async () => {
				await ask(connection, batch.next());
				return POINTS_PER_BATCH;
			};
		}
		case 'log-metric': {
			const run = await createRun(connection);
			let step = 0;
			return async () => {
				step++;
				await ask(
					connection,
					post('runs/log-metric', { run_id: run, key: 'loss', value: 1 / step, timestamp: 1_700_000_000_000 + step, step }),
				);
				return 1;
			};
		}
		case 'run-pairs':
			return async () => {
				const run = await createRun(connection);
				await ask(connection, post('runs/update', { run_id: run, status: 'FINISHED', end_time: Date.now() }));
				return 1;
			};
		case 'whole-runs':
			return async () => {
				const run = await createRun(connection);
				const numbered = (count: number, entry: (index: number) => object) => Array.from({ length: count }, (_, index) => entry(index));
				await ask(
					connection,
					post('runs/log-batch', {
						run_id: run,
						metrics: numbered(10, (index) => ({ key: `metric_${index}`, value: Math.random(), timestamp: Date.now(), step: 0 })),
						params: numbered(10, (index) => ({ key: `param_${index}`, value: String(Math.floor(Math.random() * 10)) })),
						tags: numbered(5, (index) => ({ key: `tag_${index}`, value: 'value' })),
					}),
				);
				await ask(connection, post('runs/update', { run_id: run, status: 'FINISHED', end_time: Date.now() }));
				return 1;
			};
		case 'requests': {
			const { method = 'GET', path = '/', body } = load.request ?? {};
			const request = requestBytes(method, path, body && JSON.stringify(body));
			return async () => {
				await ask(connection, request);
				return 1;
			};
		}
	}
}

const latenciesMs: number[] = [];
let done = 0;
let startedMs = 0;
const connections = Array.from({ length: load.clients }, () => new BareConnection(load.url));
const steps = await Promise.all(connections.map(stepOf));
startedMs = performance.now();
let begun = 0;
const isOver = (): boolean => (load.count === undefined ? performance.now() - startedMs >= load.durationMs : begun >= load.count);
await Promise.all(
	steps.map(async (step) => {
		while (!isOver()) {
			begun++;
			const beganMs = performance.now();
			const count = await step();
			// Added at once: other clients add to it meanwhile.
			done += count;
			latenciesMs.push(performance.now() - beganMs);
		}
	}),
);
const outcome: MlflowOutcome = { done, durationMs: performance.now() - startedMs, latenciesMs };
for (const connection of connections) connection.close();
process.stdout.write(JSON.stringify(outcome));
