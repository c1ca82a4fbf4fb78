/** Log tables and an outbox that are filled without a server, for measurements of the query engine alone. */
import { DatabaseSync } from 'node:sqlite';
import { LOG_TABLES, type LogColumnType, type LogTableName } from '@runstead/contract';
import { openLogStore } from '../../packages/server/src/engines/query-engine/log-store.ts';
import { openTableColumns, storedTable } from '../../packages/server/src/engines/query-engine/table-columns.ts';

const ROWS_PER_INSERT = 500_000;
const CLUSTERS = 50;
const DAYS = 30;
const SIZES = "['STANDARD_D1_V2', 'STANDARD_D3_V2', 'STANDARD_NC6', 'STANDARD_NC24']";
const EPOCH_TICKS = 621_355_968_000_000_000n;

/** What differs from row to row, by column, as SQL of its number `i`. All else is empty. */
const TABLES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
	AmlComputeClusterEvent: {
		ClusterName: `'cluster-' || (hash(i) % ${CLUSTERS})`,
		EventType: "CASE WHEN hash(i + 1) % 5 = 0 THEN 'Resized' ELSE 'Changed' END",
		VmSize: `${SIZES}[1 + CAST(hash(i) % 4 AS INTEGER)]`,
		VmPriority: "CASE WHEN hash(i) % 3 = 0 THEN 'LowPriority' ELSE 'Dedicated' END",
		InitialNodeCount: '0',
		MaximumNodeCount: '20',
		CurrentNodeCount: 'CAST(hash(i + 2) % 20 AS INTEGER)',
		TargetNodeCount: 'CAST(hash(i + 3) % 20 AS INTEGER)',
		QuotaAllocated: "'400'",
		QuotaUtilized: 'CAST(hash(i + 4) % 400 AS VARCHAR)',
	},
	AmlComputeJobEvent: {
		ClusterName: `'cluster-' || (hash(i) % ${CLUSTERS})`,
		ClusterId: `'/clusters/' || (hash(i) % ${CLUSTERS})`,
		JobName: "'automl_' || (i // 4) || '_setup'",
		EventType: "['JobSubmitted', 'JobRunning', 'JobSucceeded', 'JobFailed'][1 + CAST(hash(i + 5) % 4 AS INTEGER)]",
		ExecutionState: "['Queued', 'Running', 'Succeeded', 'Failed'][1 + CAST(hash(i + 5) % 4 AS INTEGER)]",
		ToolType: "'python'",
		JobErrorMessage: `CASE WHEN hash(i + 5) % 4 = 3 THEN 'Process ended with exit code ' || (hash(i + 6) % 256) || ' on node '
			|| (hash(i + 7) % 1000) || ': ' || ['out of memory', 'no space left', 'connection reset', 'segmentation fault'][1 + CAST(hash(i + 8) % 4 AS INTEGER)] ELSE '' END`,
	},
	AmlComputeClusterNodeEvent: {
		ClusterName: `'cluster-' || (hash(i) % ${CLUSTERS})`,
		NodeId: "'node-' || (hash(i + 9) % 2000)",
		VmSize: `${SIZES}[1 + CAST(hash(i) % 4 AS INTEGER)]`,
		NodeAllocationTime: '"TimeGenerated" - CAST(hash(i) % 600 AS BIGINT) * 10000000',
	},
};

/** Puts so many rows of the last 30 days into each of three tables, which nobody has open. */
export async function seedLogTables(file: string, rows: number): Promise<void> {
	const store = await openLogStore(file);
	await store.read(async (connection) => {
		const widths = await openTableColumns(connection);
		const now = BigInt(Date.now()) * 10_000n + EPOCH_TICKS;
		const span = BigInt(DAYS) * 864_000_000_000n;
		for (const [table, columns] of Object.entries(TABLES) as [LogTableName, Record<string, string>][]) {
			const types = new Map(LOG_TABLES.get(table)?.columns.map(({ name, type }) => [name, { type }]));
			const filled = ['TimeGenerated', ...Object.keys(columns)];
			await widths.widen(
				table,
				filled.map((name) => [name, types.get(name) as { type: LogColumnType }]),
			);
			const names = ['_workspace', ...filled].map((name) => `"${name}"`);
			const values = ['1', '"TimeGenerated"', ...Object.values(columns)];
			for (let from = 0; from < rows; from += ROWS_PER_INSERT) {
				const to = Math.min(rows, from + ROWS_PER_INSERT);
				await connection.run(`INSERT INTO "${storedTable(table)}" (${names.join(', ')}) SELECT ${values.join(', ')}
					FROM (SELECT i, ${now - span} + i * ${span / BigInt(rows)} AS "TimeGenerated" FROM (SELECT unnest(range(${from}, ${to})) AS i))`);
			}
		}
		await connection.run('CHECKPOINT');
	});
	store.close();
}

const SECONDS_BETWEEN = 0.05;

/** Events of clusters, nodes and jobs, as servers tell them, put at the end of an outbox that no server uses just now. */
export function seedOutbox(file: string, workspace: string, count: number): void {
	const database = new DatabaseSync(file);
	database.exec('pragma synchronous = off');
	const { key } = database.prepare('select key from workspace where name = ?').get(workspace) as { key: number };
	const { newest } = database.prepare('select coalesce(max(sequence), 0) as newest from event').get() as { newest: number };
	const insert = database.prepare(
		'insert into event (sequence, workspace_key, type, subject, time, actor, data) values (?, ?, ?, ?, ?, ?, ?)',
	);
	const begin = (Date.now() - count * SECONDS_BETWEEN * 1_000) * 1_000;
	database.exec('begin');
	for (let index = 0; index < count; index++) {
		const { type, subject, data } = eventAt(index);
		const time = Math.round(begin + index * SECONDS_BETWEEN * 1_000_000);
		insert.run(newest + 1 + index, key, type, subject, time, 'somebody', JSON.stringify(data));
	}
	database.prepare("update counter set value = ? where name = 'event'").run(newest + count);
	database.exec('commit');
	database.close();
}

/** One of ten is of a cluster, three of a node, six of a job. */
function eventAt(index: number): { type: string; subject: string; data: object } {
	const number = index % CLUSTERS;
	const cluster = `8d0f7c11-0000-4000-8000-${String(number).padStart(12, '0')}`;
	const machine = { vmSize: 'Standard_D3_v2', vmFamily: 'standardDv2Family', vmPriority: 'dedicated' };
	const createdTime = '2026-11-01T08:00:00.000000Z';
	if (index % 10 === 0) {
		const nodeCounts = { preparing: 1, idle: index % 4, running: index % 7, leaving: 0, unusable: 0, preempted: 0 };
		const size = { minNodes: 0, maxNodes: 20, idleSecondsBeforeScaleDown: 120, currentNodes: index % 12, targetNodes: index % 12 };
		const state = { allocationState: index % 20 === 0 ? 'steady' : 'resizing', isGrowing: true, nodeCounts };
		const quota = { name: machine.vmFamily, limitCores: 400, usedCores: index % 400 };
		const data = { name: `cluster-${number}`, createdBy: 'somebody', createdTime, ...machine, coresPerNode: 4, ...size, ...state, quota };
		return { type: 'cluster.changed', subject: cluster, data };
	}
	if (index % 10 < 4) {
		const states = { from: 'idle', to: 'running', reason: null, runId: `run-${index}` };
		const times = { clusterCreatedTime: createdTime, allocatedTime: createdTime, bootTime: '2026-11-01T08:01:00.000000Z' };
		const data = { cluster, clusterName: `cluster-${number}`, ...times, ...machine, cores: 4, joined: false, ...states };
		return { type: 'node.changed', subject: `node-${index % 2_000}`, data };
	}
	const what = ['submitted', 'started', 'succeeded', 'failed'][index % 4];
	const error = what === 'failed' ? { code: 'ExitCode', message: `The script ended with ${index % 256}.`, details: 'Traceback …' } : null;
	const place = {
		experimentId: '3b1c0000',
		experimentName: 'digits',
		cluster,
		clusterName: `cluster-${number}`,
		nodes: [`node-${number}`],
	};
	const job = { jobName: `run-${index >> 2}`, nodeCount: 1, attempt: 1, toolType: 'python', workerCount: null, parameterServerCount: null };
	return { type: 'job.changed', subject: `run-${index >> 2}`, data: { what, ...job, ...place, error } };
}
