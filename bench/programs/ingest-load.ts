/**
 * Clients that log metrics as fast as they are acknowledged, each over one connection; prints what was acknowledged as JSON.
 * It writes prepared bytes to bare sockets, so that it takes little of the processor from the server that is measured.
 */
import { connect, type Socket } from 'node:net';

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

function requestOf(load: IngestLoad, run: string, turn: number): Buffer {
	const { host } = new URL(load.url);
	const body = bodyOf(load, turn);
	const head = `POST /api/v1/runs/${run}/metrics HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
	return Buffer.from(head + body);
}

const HEAD_END = '\r\n\r\n';

/** Sends a request and resolves with its whole reply. */
function exchange(socket: Socket, request: Buffer): Promise<string> {
	return new Promise((resolve, reject) => {
		let text = '';
		const hear = (part: Buffer): void => {
			text += part.toString('latin1');
			const end = text.indexOf(HEAD_END);
			const length = Number(/content-length: (\d+)/i.exec(text)?.[1]);
			if (end < 0 || text.length < end + HEAD_END.length + length) return;
			socket.off('data', hear);
			socket.off('error', reject);
			resolve(text);
		};
		socket.on('data', hear);
		socket.on('error', reject);
		socket.write(request);
	});
}

async function runClient(load: IngestLoad, run: string, latenciesMs: number[], isOver: () => boolean): Promise<number> {
	const { hostname, port } = new URL(load.url);
	const requests = Array.from({ length: BODIES_PER_CLIENT }, (_, turn) => requestOf(load, run, turn));
	const pointsPerBatch = load.seriesPerBatch * load.pointsPerSeries;
	const acknowledgement = `"stored":${pointsPerBatch}`;
	const socket = connect({ host: hostname, port: Number(port), noDelay: true });
	let points = 0;
	for (let turn = 0; !isOver(); turn++) {
		const startedMs = performance.now();
		const reply = await exchange(socket, requests[turn % BODIES_PER_CLIENT] as Buffer);
		if (!reply.startsWith('HTTP/1.1 200') || !reply.includes(acknowledgement)) throw new Error(`Not acknowledged:\n${reply}`);
		latenciesMs.push(performance.now() - startedMs);
		points += pointsPerBatch;
	}
	socket.destroy();
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
