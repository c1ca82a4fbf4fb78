/**
 * Clients that log metrics as fast as they are acknowledged, each over one connection; prints what was acknowledged as JSON.
 * It writes prepared bytes to bare sockets, so that it takes little of the processor from the server that is measured.
 */
import { BareConnection, requestOf } from './bare-request.ts';

export interface IngestLoad {
	readonly url: string;
	/** One client each; the same run twice is two clients on it. */
	readonly runs: readonly string[];
	readonly seriesPerBatch: number;
	readonly pointsPerSeries: number;
	readonly durationMs: number;
}

export interface IngestOutcome {
	readonly points: number;
	readonly durationMs: number;
	/** Of each request. */
	readonly latenciesMs: readonly number[];
}

/** Different bodies that a client sends in turn. */
const BODIES_PER_CLIENT = 8;
const MICROS_PER_STEP = 1_000;
const START_MICROS = 1_795_248_331_000_000;

function bodyOf({ seriesPerBatch, pointsPerSeries }: IngestLoad, turn: number): string {
	const first = turn * pointsPerSeries;
	const steps = Array.from({ length: pointsPerSeries }, (_, index) => first + index);
	const series = Array.from({ length: seriesPerBatch }, (_, index) => {
		const name = `metric ${index}`;
		const times = steps.map((step) => START_MICROS + step * MICROS_PER_STEP);
		return { name, kind: 'scalar', steps, times, columns: [{ name, values: steps.map(() => Math.random()) }] };
	});
	return JSON.stringify({ series });
}

async function runClient(load: IngestLoad, run: string, latenciesMs: number[], isOver: () => boolean): Promise<number> {
	const requests = Array.from({ length: BODIES_PER_CLIENT }, (_, turn) => requestOf(load.url, run, bodyOf(load, turn)));
	const pointsPerBatch = load.seriesPerBatch * load.pointsPerSeries;
	const acknowledgement = `"stored":${pointsPerBatch}`;
	const connection = new BareConnection(load.url);
	let points = 0;
	for (let turn = 0; !isOver(); turn++) {
		const startedMs = performance.now();
		const reply = await connection.ask(requests[turn % BODIES_PER_CLIENT] as Buffer);
		if (!reply.startsWith('HTTP/1.1 200') || !reply.includes(acknowledgement)) throw new Error(`Not acknowledged:\n${reply}`);
		latenciesMs.push(performance.now() - startedMs);
		points += pointsPerBatch;
	}
	connection.close();
	return points;
}

const load = JSON.parse(process.argv[2] as string) as IngestLoad;
const latenciesMs: number[] = [];
const startedMs = performance.now();
const isOver = (): boolean => performance.now() - startedMs >= load.durationMs;
const points = await Promise.all(load.runs.map((run) => runClient(load, run, latenciesMs, isOver)));
const outcome: IngestOutcome = {
	points: points.reduce((sum, count) => sum + count, 0),
	durationMs: performance.now() - startedMs,
	latenciesMs,
};
process.stdout.write(JSON.stringify(outcome));
