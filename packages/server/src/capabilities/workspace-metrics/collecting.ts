/** What goes on by itself: events are counted as they come, clusters are sampled each minute, the usage of jobs is taken over. */
import { SYSTEM_METRIC_PREFIX } from '@runstead/contract';
import type { Database } from '../../storage/database.ts';
import { createOutboxListener } from '../../storage/outbox-listener.ts';
import type { Clock, StoredEvent, UnitOfWork } from '../../storage/unit-of-work.ts';
import type { ComputeService } from '../compute/service.ts';
import type { ExperimentService } from '../experiments/service.ts';
import type { JobService } from '../jobs/service.ts';
import type { MetricService, NewPoints } from '../metrics/service.ts';
import type { QuotaService } from '../quotas/service.ts';
import type { RunFileService } from '../run-files/service.ts';
import type { RunRecord, RunService } from '../runs/service.ts';
import type { WorkspaceService } from '../workspaces/service.ts';
import { samplesOfCompute } from './compute-gauges.ts';
import { KEPT_DAYS } from './metric-query.ts';
import { samplesOfEvents } from './run-events.ts';
import { samplesOfUsage } from './run-usage.ts';
import { gather, MICROS_PER_MINUTE, type Sample } from './samples.ts';
import * as store from './store.ts';

const MICROS_PER_SECOND = 1_000_000;
const MICROS_PER_DAY = 86_400 * MICROS_PER_SECOND;
/** Names of cursors. */
const EVENTS = 'workspace metrics';
const SAMPLED_MINUTE = 'workspace metrics: minute';
const STORAGE_PERIOD_MICROS = 15 * MICROS_PER_MINUTE;
/** Runs that may have ended while the server was down with usage that nobody has taken. */
const USAGE_LOOK_BACK_MICROS = MICROS_PER_DAY;
/** Series written by one transaction: others get their turn in between. */
const SERIES_PER_WRITE = 100;

export interface CollectingOptions {
	readonly database: Database;
	readonly clock: Clock;
	readonly runs: RunService;
	readonly experiments: ExperimentService;
	readonly workspaces: WorkspaceService;
	readonly quotas: QuotaService;
	readonly compute: ComputeService;
	readonly jobs: JobService;
	readonly metrics: MetricService;
	readonly runFiles: RunFileService;
}

interface FreshUsage {
	readonly points: NewPoints;
	readonly samples: readonly Sample[];
}

export function createCollecting(options: CollectingOptions) {
	const { database, clock, runs, jobs, metrics, runFiles, compute } = options;
	/** Runs whose usage has grown; null: whoever lives is looked at, since it is not known yet. */
	let grown: Map<number, RunRecord> | null = null;
	/** Points that came since the last minute, by workspace. */
	const pointCounts = new Map<number, number>();

	const keptSince = (): number => clock() - KEPT_DAYS * MICROS_PER_DAY;

	const addIn = async (unit: UnitOfWork, samples: readonly Sample[]): Promise<void> => {
		const since = keptSince();
		for (const series of gather(samples.filter(({ time }) => time >= since))) await store.addSamples(unit, series);
	};

	const lagOf = (events: readonly StoredEvent[], now: number): Sample[] =>
		events.flatMap(({ workspaceKey, time }) =>
			workspaceKey === null
				? []
				: [{ workspaceKey, metric: 'Collection Lag', dimensions: {}, time: now, value: Math.max(0, now - time) / MICROS_PER_SECOND }],
		);

	const events = createOutboxListener({
		database,
		name: EVENTS,
		begin: 'first',
		apply: async (unit, page) => addIn(unit, [...(await samplesOfEvents(options, unit, page)), ...lagOf(page, unit.now)]),
	});

	/** Gauges of the minute that has begun, unless it has them. */
	const sampleMinute = async (): Promise<void> => {
		const minute = Math.floor(clock() / MICROS_PER_MINUTE) * MICROS_PER_MINUTE;
		const samples = await samplesOfCompute(options, await compute.standings(), minute);
		const ingested = [...pointCounts];
		pointCounts.clear();
		// They came before this minute.
		for (const [workspaceKey, value] of ingested)
			samples.push({ workspaceKey, metric: 'Ingested Points', dimensions: {}, time: minute - MICROS_PER_MINUTE, value });
		if (minute % STORAGE_PERIOD_MICROS === 0) samples.push(...(await samplesOfStorage(minute)));
		await database.write(async (unit) => {
			if (await store.takeMinute(unit, SAMPLED_MINUTE, minute)) await addIn(unit, samples);
			// Another server, or this one before it was started again, has sampled the clusters; the points are ours alone.
			else
				await addIn(
					unit,
					samples.filter(({ metric }) => metric === 'Ingested Points'),
				);
		});
	};

	const samplesOfStorage = async (time: number): Promise<Sample[]> =>
		(await runFiles.spaceOfWorkspaces()).flatMap(({ workspaceKey, artifactBytes, logBytes }) => [
			{ workspaceKey, metric: 'Stored Bytes', dimensions: { Kind: 'artifacts' }, time, value: artifactBytes },
			{ workspaceKey, metric: 'Stored Bytes', dimensions: { Kind: 'logs' }, time, value: logBytes },
		]);

	/** What is new of a run, with its samples. */
	const freshUsageOf = async (run: RunRecord): Promise<FreshUsage[]> => {
		const fresh = await metrics.newPoints(run.key, SYSTEM_METRIC_PREFIX, (keys) => store.usageTaken(database.read, keys));
		if (fresh.length === 0) return [];
		const nodes = await jobs.get(run.id).then(
			(job) => job.nodes,
			() => [],
		);
		const place = { run, nodes, capacity: await compute.capacityOf(run.workspace_key, run.target ?? '', nodes[0]?.node) };
		return fresh.map((points) => ({ points, samples: samplesOfUsage(place, points) }));
	};

	const writeUsage = (fresh: readonly FreshUsage[]): Promise<void> =>
		database.write(async (unit) => {
			// Another server may have taken them meanwhile.
			const taken = await store.usageTaken(
				unit.db,
				fresh.map(({ points }) => points.seriesKey),
			);
			const ours = fresh.filter(({ points }) => (taken.get(points.seriesKey) ?? 0) === points.pointCount - points.times.length);
			await addIn(
				unit,
				ours.flatMap(({ samples }) => samples),
			);
			for (const { points } of ours) await store.setUsageTaken(unit, points.seriesKey, points.pointCount);
		});

	/** Takes what jobs have used since the last time into its minutes: many series share a transaction, and its sync. */
	const takeUsage = async (): Promise<void> => {
		const candidates = grown ?? new Map((await runs.aliveSince(clock() - USAGE_LOOK_BACK_MICROS)).map((run) => [run.key, run]));
		grown = new Map();
		const fresh: FreshUsage[] = [];
		for (const run of candidates.values()) {
			fresh.push(...(await freshUsageOf(run)));
			if (fresh.length >= SERIES_PER_WRITE) await writeUsage(fresh.splice(0));
			// Requests come between.
			await new Promise(setImmediate);
		}
		if (fresh.length > 0) await writeUsage(fresh);
	};

	return {
		/** Counts every event that there is. */
		catchUp: () => events.catchUp(),
		sampleMinute,
		takeUsage,

		/** Told after a commit that series of a run grew. */
		noteGrown(run: RunRecord, names: readonly string[], pointCount: number): void {
			pointCounts.set(run.workspace_key, (pointCounts.get(run.workspace_key) ?? 0) + pointCount);
			if (names.some((name) => name.startsWith(SYSTEM_METRIC_PREFIX))) grown?.set(run.key, run);
		},

		/** Lets go of what is older than minutes are kept. */
		tidy: () => database.write((unit) => store.dropBefore(unit.db, keptSince())),
	};
}

export type Collecting = ReturnType<typeof createCollecting>;
