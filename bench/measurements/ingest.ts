/** Points that are acknowledged, and so synced, in a second: batches of 1,000 from 16 clients, the load on the same cores. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { startServerProcess } from '../../tests/support/server-process.ts';
import type { Measurement, MeasurementOptions, Row } from '../harness/measurement.ts';
import { freePort, outputOfProgram, programFile, scratchFolder } from '../harness/processes.ts';
import type { IngestLoad, IngestOutcome } from '../programs/ingest-load.ts';

const CLIENTS = 16;
const TARGET_POINTS_PER_SECOND = 500_000;
const REPETITIONS = { whole: 5, quick: 1 } as const;
const DURATION_MS = { whole: 4_000, quick: 600 } as const;
/** Before the clock runs: code is compiled, the log of the database has its size. */
const WARM_UP_MS = { whole: 1_500, quick: 200 } as const;

interface Shape {
	readonly name: string;
	readonly seriesPerBatch: number;
	readonly pointsPerSeries: number;
	readonly ownRuns: boolean;
}

const SHAPES: readonly Shape[] = [
	{ name: '1 series of 1,000, a run each', seriesPerBatch: 1, pointsPerSeries: 1_000, ownRuns: true },
	{ name: '1 series of 1,000, all one run', seriesPerBatch: 1, pointsPerSeries: 1_000, ownRuns: false },
	{ name: '10 series of 100, a run each', seriesPerBatch: 10, pointsPerSeries: 100, ownRuns: true },
	{ name: '1,000 series of 1, a run each', seriesPerBatch: 1_000, pointsPerSeries: 1, ownRuns: true },
];

async function offer(load: IngestLoad): Promise<IngestOutcome> {
	return JSON.parse(await outputOfProgram('ingest-load.ts', [JSON.stringify(load)])) as IngestOutcome;
}

const runsOf = ({ ownRuns }: Shape): string[] => Array.from({ length: CLIENTS }, (_, index) => (ownRuns ? `client-${index}` : 'shared'));

interface Offered {
	readonly rates: number[];
	readonly latenciesMs: number[];
}

/** Offers a load of a shape again and again; points a second, and the latency of every request. */
async function offerShape(url: string, { seriesPerBatch, pointsPerSeries, ...shape }: Shape, quick: boolean): Promise<Offered> {
	const load = { url, runs: runsOf({ seriesPerBatch, pointsPerSeries, ...shape }), seriesPerBatch, pointsPerSeries };
	await offer({ ...load, durationMs: quick ? WARM_UP_MS.quick : WARM_UP_MS.whole });
	const offered: Offered = { rates: [], latenciesMs: [] };
	for (let repetition = 0; repetition < (quick ? REPETITIONS.quick : REPETITIONS.whole); repetition++) {
		const { points, durationMs, latenciesMs } = await offer({ ...load, durationMs: quick ? DURATION_MS.quick : DURATION_MS.whole });
		offered.rates.push((points / durationMs) * 1_000);
		for (const latencyMs of latenciesMs) offered.latenciesMs.push(latencyMs);
	}
	return offered;
}

async function measureServer(shape: Shape, quick: boolean): Promise<Offered> {
	using folder = scratchFolder();
	await using server = await startServerProcess(folder.path);
	await server.client.call('createWorkspace', { body: { name: 'lab' } });
	const { id: experiment } = await server.client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: 'ingest' } });
	for (const id of new Set(runsOf(shape))) await server.client.call('createRun', { params: { experiment }, body: { id } });
	return await offerShape(server.url, shape, quick);
}

async function measureBare(shape: Shape, quick: boolean): Promise<Offered> {
	using folder = scratchFolder();
	const port = await freePort();
	const child = spawn(process.execPath, [programFile('bare-ingest.ts'), String(port), join(folder.path, 'bare.db')], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const ended = once(child, 'exit');
	await once(child.stdout, 'data');
	const offered = await offerShape(`http://127.0.0.1:${port}`, shape, quick);
	child.kill();
	await ended;
	return offered;
}

async function run({ quick, tell }: MeasurementOptions): Promise<Row[]> {
	const rows: Row[] = [];
	const target = { atLeast: TARGET_POINTS_PER_SECOND };
	for (const [index, shape] of SHAPES.entries()) {
		tell(shape.name);
		const { rates, latenciesMs } = await measureServer(shape, quick);
		const bare = await measureBare(shape, quick);
		const baseline = `bare, ${shape.name}`;
		rows.push({ name: shape.name, unit: 'points/s', samples: rates, baseline, ...(index === 0 && { target }) });
		rows.push({ name: `  latency of a batch`, unit: 'ms', samples: latenciesMs });
		rows.push({ name: baseline, unit: 'points/s', samples: bare.rates });
	}
	return rows;
}

export const measurement: Measurement = {
	title: 'acknowledged and synced points: batches of 1,000, 16 clients, load and server on the same cores',
	run,
};
