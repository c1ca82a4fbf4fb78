/**
 * Many live runs, each sending one batch a second at a moment of its own; prints how long each batch took as JSON.
 * The connections stand before the first batch, as those of live runs do. A batch is timed from when it was due, so that a server that keeps a client waiting pays for the batches behind it as well.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { BareConnection, requestOf } from './bare-request.ts';

export interface SteadyLoad {
	readonly url: string;
	readonly runs: readonly string[];
	readonly pointsPerBatch: number;
	/** Of each run, one a second. */
	readonly batches: number;
}

export interface SteadyOutcome {
	readonly latenciesMs: readonly number[];
}

const PERIOD_MS = 1_000;
const MICROS_PER_MILLI = 1_000;
const WRITER = 'bench';

function bodyOf(points: number, batch: number): string {
	const first = batch * points;
	const steps = Array.from({ length: points }, (_, index) => first + index);
	const nowMicros = Date.now() * MICROS_PER_MILLI;
	const columns = [{ name: 'loss', values: steps.map((step) => 1 / (step + 1)) }];
	const series = [{ name: 'loss', kind: 'scalar', steps, times: steps.map((_, index) => nowMicros + index), columns }];
	return JSON.stringify({ writer: WRITER, first, last: first + points, series });
}

const { url, runs, pointsPerBatch, batches } = JSON.parse(process.argv[2] as string) as SteadyLoad;
const latenciesMs: number[] = [];
const clients = runs.map((run) => ({ run, connection: new BareConnection(url) }));
await Promise.all(clients.map(({ connection }) => connection.connect()));
const beginMs = performance.now() + PERIOD_MS;

async function runClient(run: string, connection: BareConnection, phaseMs: number): Promise<void> {
	for (let batch = 0; batch < batches; batch++) {
		const dueMs = beginMs + phaseMs + batch * PERIOD_MS;
		await wait(Math.max(0, dueMs - performance.now()));
		const reply = await connection.ask(requestOf(url, run, bodyOf(pointsPerBatch, batch)));
		if (!reply.startsWith('HTTP/1.1 200')) throw new Error(`Not acknowledged:\n${reply}`);
		latenciesMs.push(performance.now() - dueMs);
	}
	connection.close();
}

await Promise.all(clients.map(({ run, connection }, index) => runClient(run, connection, (index * PERIOD_MS) / runs.length)));
process.stdout.write(JSON.stringify({ latenciesMs } satisfies SteadyOutcome));
