/** Queries over log tables of many events: right after the query engine starts, and when it is warm. */
import { join } from 'node:path';
import { createQueryEngine, type QueryEngine, type QueryResult } from '../../packages/server/src/engines/query-engine/query-engine.ts';
import { startServerProcess } from '../../tests/support/server-process.ts';
import { watchEngineMemory } from '../harness/engine-memory.ts';
import type { Measurement, MeasurementOptions, Row, Target } from '../harness/measurement.ts';
import { scratchFolder } from '../harness/processes.ts';
import { seedLogTables } from '../harness/seeded-logs.ts';

/** In each of the three tables that are asked. */
const EVENTS = { whole: 10_000_000, quick: 100_000 } as const;
const REPETITIONS = { whole: 10, quick: 2 } as const;
const STARTS = { whole: 3, quick: 1 } as const;
const COMPILE_TARGET_MS = 20;
const MEMORY_MIB = 400;

interface MeasuredQuery {
	readonly name: string;
	readonly query: string;
	readonly target: Target;
}

const COUNT = 'AmlComputeClusterEvent | where TimeGenerated > ago(8d) | summarize count() by bin(TimeGenerated, 1h), ClusterName';

const QUERIES: readonly MeasuredQuery[] = [
	{ name: 'count by hour and cluster over 8 days', query: COUNT, target: { atMost: 300 } },
	{
		name: 'has, over all events',
		query: 'AmlComputeJobEvent | where JobErrorMessage has "memory" and JobErrorMessage has "137" | count',
		target: { atMost: 1_500 },
	},
	// The sample queries that Azure publishes for these tables.
	{
		name: 'sample: failed jobs of five days',
		query:
			'AmlComputeJobEvent | where TimeGenerated > ago(5d) and EventType == "JobFailed" | project TimeGenerated, ClusterId, EventType, ExecutionState, ToolType | limit 1000',
		target: { atMost: 200 },
	},
	{
		name: 'sample: records of a job',
		query:
			'AmlComputeJobEvent | where JobName == "automl_4711_setup" | project TimeGenerated, ClusterId, EventType, ExecutionState, ToolType',
		target: { atMost: 200 },
	},
	{
		name: 'sample: events of clusters of a size',
		query:
			'AmlComputeClusterEvent | where TimeGenerated > ago(4d) and VmSize == "STANDARD_D1_V2" | project ClusterName, InitialNodeCount, MaximumNodeCount, QuotaAllocated, QuotaUtilized | limit 1000',
		target: { atMost: 200 },
	},
	{
		name: 'sample: nodes allocated in eight days',
		query: 'AmlComputeClusterNodeEvent | where TimeGenerated > ago(8d) and NodeAllocationTime > ago(8d) | distinct NodeId',
		target: { atMost: 200 },
	},
];

const ask = (engine: QueryEngine, query: string): Promise<QueryResult> =>
	engine.query(
		{
			query,
			workspaceKeys: [1],
			period: null,
			parameters: {},
			dynamicAs: 'text',
			limits: { rows: 30_000, bytes: 50_000_000, seconds: 180 },
		},
		new AbortController().signal,
	);

async function run({ quick, tell }: MeasurementOptions): Promise<Row[]> {
	using folder = scratchFolder();
	const server = await startServerProcess(folder.path);
	await server.stop();
	const events = quick ? EVENTS.quick : EVENTS.whole;
	tell(`${events} events in each of three tables`);
	await seedLogTables(join(folder.path, 'query-engine', 'logs.duckdb'), events);
	const setup = {
		folder: join(folder.path, 'query-engine'),
		logFolder: join(folder.path, 'logs'),
		database: { engine: 'sqlite' as const, file: join(folder.path, 'runstead.db') },
	};
	const first: number[] = [];
	for (let start = 0; start < (quick ? STARTS.quick : STARTS.whole); start++) {
		const engine = createQueryEngine(setup);
		const startedMs = performance.now();
		await ask(engine, COUNT);
		first.push(performance.now() - startedMs);
		await engine.stop();
	}
	using memory = watchEngineMemory();
	const engine = createQueryEngine(setup);
	const compiles: number[] = [];
	const rows: Row[] = [];
	for (const { name, query, target } of QUERIES) {
		const samples: number[] = [];
		await ask(engine, query);
		for (let repetition = 0; repetition < (quick ? REPETITIONS.quick : REPETITIONS.whole); repetition++) {
			const startedMs = performance.now();
			const { translateMs } = await ask(engine, query);
			samples.push(performance.now() - startedMs);
			compiles.push(translateMs);
		}
		rows.push({ name, unit: 'ms', samples, target });
	}
	await engine.stop();
	return [
		{ name: 'first query after a start of the engine', unit: 'ms', samples: first, target: { atMost: 2_000 } },
		...rows,
		{ name: 'reading and translating a query', unit: 'ms', samples: compiles, target: { atMost: COMPILE_TARGET_MS } },
		{ name: 'most memory of the engine meanwhile', unit: 'MiB', samples: [memory.mostMiB()], target: { atMost: MEMORY_MIB } },
	];
}

export const measurement: Measurement = { title: 'queries of the log tables, with 10,000,000 events in each', run };
