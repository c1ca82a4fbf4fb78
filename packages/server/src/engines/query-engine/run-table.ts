/** The table of runs: one row a run, as it is now. */
import { isTerminal, type LogValue, type RunStatus } from '@runstead/contract';
import type { Kysely } from 'kysely';
import { toWireTimeOrNull } from '../../http/time.ts';
import type { Tables } from '../../storage/tables.ts';
import { changedSince, createGrowth, type GrowingTable, type Growth, type GrowthOptions } from './growth.ts';
import type { LogStore, TableRow } from './log-store.ts';

const RUNS_PER_STEP = 500;
/** By the key of the run: how many points its row knows of. */
const POINTS_KNOWN = 'run-points';

/** Writes the rows anew that are not as their runs are: an event says so, but metrics grow without one, also when a run has ended. */
export function createRunTable({ db, engine, store }: GrowthOptions & { readonly store: LogStore }): GrowingTable {
	const growth = createGrowth({ db, engine });
	return {
		noteGrown: growth.note,
		refresh: () =>
			growth.take(async (grown) => {
				const since = (await store.progress('runs')).get(0) ?? 0;
				const { newest } = await db
					.selectFrom('event')
					.select(({ fn }) => fn.max('sequence').as('newest'))
					.executeTakeFirstOrThrow();
				const ids = new Set([...(await changedRuns(db, since)), ...(await livingRuns(db)), ...(await grownRuns(db, store, grown))]);
				const all = [...ids];
				for (let from = 0; from < all.length; from += RUNS_PER_STEP) await writeRuns(db, store, all.slice(from, from + RUNS_PER_STEP));
				await store.advance('runs', [[0, Number(newest ?? 0)]]);
			}),
	};
}

async function changedRuns(db: Kysely<Tables>, since: number): Promise<string[]> {
	const events = await db
		.selectFrom('event')
		.select('subject')
		.distinct()
		.where('sequence', '>', since)
		.where('type', 'like', 'run.%')
		.execute();
	return events.map(({ subject }) => subject);
}

async function livingRuns(db: Kysely<Tables>): Promise<string[]> {
	const runs = await db.selectFrom('run').select(['id', 'status']).where('end_time', 'is', null).execute();
	return runs.filter(({ status }) => !isTerminal(status as RunStatus)).map(({ id }) => id);
}

/** Points of each run, of those that match. */
const countPoints = (db: Kysely<Tables>) =>
	db
		.selectFrom('metric_series')
		.innerJoin('run', 'run.key', 'metric_series.run_key')
		.select(['run.key', 'run.id'])
		.select(({ fn }) => fn.sum('metric_series.point_count').as('points'))
		.groupBy(['run.key', 'run.id']);

async function grownRuns(db: Kysely<Tables>, store: LogStore, grown: Growth): Promise<string[]> {
	const found: { readonly key: number; readonly id: string; readonly points: unknown }[] = [];
	if (grown === null) found.push(...(await countPoints(db).execute()));
	else {
		const runs = 'runs' in grown ? grown.runs : await runsChangedSince(db, grown.transaction);
		for (let from = 0; from < runs.length; from += RUNS_PER_STEP)
			found.push(
				...(await countPoints(db)
					.where('run.key', 'in', runs.slice(from, from + RUNS_PER_STEP))
					.execute()),
			);
	}
	const known = await store.progress(
		POINTS_KNOWN,
		found.map(({ key }) => key),
	);
	return found.filter(({ key, points }) => Number(points) !== known.get(key)).map(({ id }) => id);
}

async function runsChangedSince(db: Kysely<Tables>, transaction: string): Promise<number[]> {
	const series = await db.selectFrom('metric_series').select('run_key').distinct().where(changedSince(transaction)).execute();
	return series.map(({ run_key: run }) => run);
}

async function writeRuns(db: Kysely<Tables>, store: LogStore, ids: readonly string[]): Promise<void> {
	// Counted first: points that come meanwhile are seen again next time.
	const counts = await countPoints(db).where('run.id', 'in', ids).execute();
	await store.replace('RunsteadRuns', { column: 'RunId', values: ids }, await runRows(db, ids));
	await store.advance(
		POINTS_KNOWN,
		counts.map(({ key, points }) => [key, Number(points)]),
	);
}

async function runRows(db: Kysely<Tables>, ids: readonly string[]): Promise<TableRow[]> {
	const runs = await db
		.selectFrom('run')
		.innerJoin('experiment', 'experiment.key', 'run.experiment_key')
		.innerJoin('workspace', 'workspace.key', 'run.workspace_key')
		.innerJoin('run as root', 'root.key', 'run.root_key')
		.leftJoin('run as parent', 'parent.key', 'run.parent_key')
		.selectAll('run')
		.select(['experiment.id as experimentId', 'experiment.name as experimentName', 'root.id as rootId', 'parent.id as parentId'])
		.select(['workspace.id as workspaceId', 'workspace.name as workspaceName'])
		.where('run.id', 'in', ids)
		.execute();
	const keys = runs.map(({ key }) => key);
	if (keys.length === 0) return [];
	const attributes = Map.groupBy(
		await db.selectFrom('run_attribute').select(['run_key', 'kind', 'key', 'value']).where('run_key', 'in', keys).execute(),
		({ run_key }) => run_key,
	);
	const metrics = Map.groupBy(
		await db.selectFrom('metric_column').select(['run_key', 'search_name', 'last_number']).where('run_key', 'in', keys).execute(),
		({ run_key }) => run_key,
	);
	return runs.map((run) => {
		const of = (kind: string) =>
			Object.fromEntries((attributes.get(run.key) ?? []).filter((one) => one.kind === kind).map((one) => [one.key, one.value]));
		const lasts = (metrics.get(run.key) ?? []).flatMap(({ search_name: name, last_number: last }) =>
			last === null ? [] : [[name, Number.isFinite(last) ? last : String(last)]],
		);
		const columns: Record<string, LogValue> = {
			WorkspaceId: run.workspaceId,
			WorkspaceName: run.workspaceName,
			RunId: run.id,
			RunNumber: run.number,
			ExperimentId: run.experimentId,
			ExperimentName: run.experimentName,
			ParentRunId: run.parentId ?? '',
			RootRunId: run.rootId,
			DisplayName: run.display_name,
			RunType: run.type,
			Origin: run.origin,
			SubmittedBy: run.submitted_by,
			Target: run.target ?? '',
			Status: run.status,
			StatusReason: run.status_reason ?? '',
			StartTime: toWireTimeOrNull(run.start_time),
			EndTime: toWireTimeOrNull(run.end_time),
			DurationMs: run.start_time === null || run.end_time === null ? null : (run.end_time - run.start_time) / 1_000,
			Lifecycle: run.lifecycle,
			Tags: of('tag'),
			Properties: of('property'),
			Params: of('param'),
			Metrics: Object.fromEntries(lasts),
		};
		return { workspaceKey: run.workspace_key, time: Number(run.created_time), columns };
	});
}
