/** Events on their way to the log tables: how many a second the query engine takes over, with what memory, and how soon a query sees one. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createQueryEngine } from '../../packages/server/src/engines/query-engine/query-engine.ts';
import { startServerProcess } from '../../tests/support/server-process.ts';
import { watchEngineMemory } from '../harness/engine-memory.ts';
import type { Measurement, MeasurementOptions, Row } from '../harness/measurement.ts';
import { scratchFolder } from '../harness/processes.ts';
import { seedOutbox } from '../harness/seeded-logs.ts';

const EVENTS = { whole: 1_000_000, quick: 20_000 } as const;
const REPETITIONS = { whole: 20, quick: 3 } as const;
const TAKE_OVERS = { whole: 5, quick: 1 } as const;
const EVENTS_PER_SECOND = 100_000;
const MEMORY_MIB = 400;
const QUERYABLE_MS = 2_000;

async function run({ quick, tell }: MeasurementOptions): Promise<Row[]> {
	using folder = scratchFolder();
	const server = await startServerProcess(folder.path);
	await server.client.call('createWorkspace', { body: { name: 'lab' } });
	const { id: experiment } = await server.client.call('createExperiment', { params: { workspace: 'lab' }, body: { name: 'seen' } });
	const queryable: number[] = [];
	for (let repetition = 0; repetition <= (quick ? REPETITIONS.quick : REPETITIONS.whole); repetition++) {
		const { id } = await server.client.call('createRun', { params: { experiment }, body: {} });
		const startedMs = performance.now();
		for (;;) {
			const body = { query: `AmlRunEvent | where RunId == "${id}" | count` };
			const { rows } = await server.client.call('queryWorkspace', { params: { workspace: 'lab' }, body });
			if (Number((rows as unknown[][])[0]?.[0]) > 0) break;
		}
		// The first starts the engine.
		if (repetition > 0) queryable.push(performance.now() - startedMs);
	}
	await server.stop();
	const events = quick ? EVENTS.quick : EVENTS.whole;
	tell(`${events} events wait in the outbox`);
	seedOutbox(join(folder.path, 'runstead.db'), 'lab', events);
	const rates: number[] = [];
	const memoryMiB: number[] = [];
	for (let repetition = 0; repetition < (quick ? TAKE_OVERS.quick : TAKE_OVERS.whole); repetition++) {
		const taken = await takeOver(folder.path, events);
		rates.push(taken.rate);
		memoryMiB.push(taken.memoryMiB);
	}
	return [
		{ name: 'events taken over', unit: 'events/s', samples: rates, target: { atLeast: EVENTS_PER_SECOND } },
		{ name: 'most memory of the engine meanwhile', unit: 'MiB', samples: memoryMiB, target: { atMost: MEMORY_MIB } },
		{ name: 'from an event to a query that sees it', unit: 'ms', samples: queryable, target: { p99AtMost: QUERYABLE_MS } },
	];
}

/** The engine begins with empty tables: it takes all events of the outbox. */
async function takeOver(dataFolder: string, events: number): Promise<{ rate: number; memoryMiB: number }> {
	const folder = join(dataFolder, 'query-engine');
	rmSync(folder, { recursive: true, force: true });
	const engine = createQueryEngine({
		folder,
		logFolder: join(dataFolder, 'logs'),
		database: { engine: 'sqlite', file: join(dataFolder, 'runstead.db') },
	});
	const { signal } = new AbortController();
	// Starts it, and takes over nothing.
	await engine.remarks('RunsteadAudit', signal);
	using memory = watchEngineMemory();
	const startedMs = performance.now();
	for (;;) {
		const { rows } = await engine.query(
			{
				...{ query: 'RunsteadAudit | count', workspaceKeys: null, period: null, parameters: {}, dynamicAs: 'text' },
				limits: { rows: 1, bytes: 1_000, seconds: 60 },
			},
			signal,
		);
		if (Number((JSON.parse(rows) as number[][])[0]?.[0]) >= events) break;
	}
	const rate = (events / (performance.now() - startedMs)) * 1_000;
	await engine.stop();
	return { rate, memoryMiB: memory.mostMiB() };
}

export const measurement: Measurement = { title: 'events to the log tables, each a record or two', run };
