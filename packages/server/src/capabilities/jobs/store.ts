/** Jobs in SQL. */
import { type Kysely, type Selectable, sql, type Updateable } from 'kysely';
import type { JobTable, Tables } from '../../storage/tables.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';

export type JobRecord = Selectable<JobTable>;

export async function insertJob(db: Kysely<Tables>, job: JobRecord): Promise<void> {
	await db.insertInto('job').values(job).execute();
}

export function jobOfRun(db: Kysely<Tables>, runKey: number): Promise<JobRecord | undefined> {
	return db.selectFrom('job').selectAll().where('run_key', '=', runKey).executeTakeFirst();
}

/** As {@link jobOfRun}, where each microsecond counts: most runs have none. */
export async function jobOfRunIn(unit: UnitOfWork, runKey: number): Promise<JobRecord | undefined> {
	const [row] = await unit.execute('select * from job where run_key = ?', [runKey]);
	return row as unknown as JobRecord | undefined;
}

/** Whether there is a job of a run, which is named by its id. */
export async function isJobOfRunIn(unit: UnitOfWork, runId: string): Promise<boolean> {
	return (await unit.execute('select 1 from run join job on job.run_key = run.key where run.id = ?', [runId])).length > 0;
}

export async function updateJob(db: Kysely<Tables>, runKey: number, change: Updateable<JobTable>): Promise<void> {
	await db.updateTable('job').set(change).where('run_key', '=', runKey).execute();
}

/** The most urgent priority that waits for a target; null if nothing waits. */
async function topPriorityOrNull(db: Kysely<Tables>, target: string): Promise<number | null> {
	const row = await db
		.selectFrom('job')
		.select('priority')
		.where('target', '=', target)
		.where('state', '=', 'queued')
		.orderBy('priority', 'desc')
		.limit(1)
		.executeTakeFirst();
	return row?.priority ?? null;
}

/**
 * The job whose turn it is: of the most urgent ones, that of the experiment with the fewest jobs at work on the target,
 * then the one that has waited longest. One that gathers its nodes stays first of those that are as urgent.
 */
export async function nextQueued(db: Kysely<Tables>, target: string, gathering: number | null): Promise<JobRecord | undefined> {
	const priority = await topPriorityOrNull(db, target);
	if (priority === null) return undefined;
	if (gathering !== null) {
		const job = await jobOfRun(db, gathering);
		if (job?.state === 'queued' && job.priority === priority) return job;
	}
	const active = await activePerExperiment(db, target);
	const firsts = await db
		.selectFrom('job')
		.select(({ fn }) => ['experiment_key', fn.min('run_key').as('run_key')])
		.where('target', '=', target)
		.where('state', '=', 'queued')
		.where('priority', '=', priority)
		.groupBy('experiment_key')
		.execute();
	const load = (first: { experiment_key: number }): number => active.get(first.experiment_key) ?? 0;
	const [next] = firsts.sort((left, right) => load(left) - load(right) || left.run_key - right.run_key);
	return next && jobOfRun(db, next.run_key);
}

export async function activePerExperiment(db: Kysely<Tables>, target: string): Promise<Map<number, number>> {
	const rows = await db
		.selectFrom('job')
		.select(({ fn }) => ['experiment_key', fn.countAll<number>().as('count')])
		.where('target', '=', target)
		.where('state', '=', 'leased')
		.groupBy('experiment_key')
		.execute();
	return new Map(rows.map((row) => [row.experiment_key, Number(row.count)]));
}

/** Jobs that wait for a target, the nodes that they take together, and those that the largest takes. */
export async function countQueued(db: Kysely<Tables>, target: string): Promise<{ jobs: number; nodes: number; widest: number }> {
	const row = await db
		.selectFrom('job')
		.select(({ fn }) => [fn.countAll<number>().as('jobs'), fn.sum<number>('node_count').as('nodes'), fn.max('node_count').as('widest')])
		.where('target', '=', target)
		.where('state', '=', 'queued')
		.executeTakeFirstOrThrow();
	return { jobs: Number(row.jobs), nodes: Number(row.nodes ?? 0), widest: Number(row.widest ?? 0) };
}

/** Runs on one node that are at work on a target, with the agent that has each. */
export function leasedOn(db: Kysely<Tables>, target: string): Promise<{ run_id: string; agent: string }[]> {
	return db
		.selectFrom('job')
		.innerJoin('run', 'run.key', 'job.run_key')
		.select(['run.id as run_id', 'job.agent'])
		.$narrowType<{ agent: string }>()
		.where('job.agent', 'is not', null)
		.where('job.target', '=', target)
		.where('job.state', '=', 'leased')
		.orderBy('job.run_key')
		.execute();
}

export interface WaitingJob {
	readonly run_id: string;
	readonly display_name: string;
	readonly experiment_name: string;
	readonly experiment_key: number;
	readonly priority: number;
	readonly node_count: number;
}

/** Jobs that wait for a target, the most urgent and then the oldest first. */
export function waitingJobs(db: Kysely<Tables>, target: string, limit: number): Promise<WaitingJob[]> {
	return db
		.selectFrom('job')
		.innerJoin('run', 'run.key', 'job.run_key')
		.innerJoin('experiment', 'experiment.key', 'job.experiment_key')
		.select([
			'run.id as run_id',
			'run.display_name',
			'experiment.name as experiment_name',
			'job.experiment_key',
			'job.priority',
			'job.node_count',
		])
		.where('job.target', '=', target)
		.where('job.state', '=', 'queued')
		.orderBy('job.priority', 'desc')
		.orderBy('job.run_key')
		.limit(limit)
		.execute();
}

/** Jobs leased to an agent, with the ids of their runs. */
export function leasedTo(db: Kysely<Tables>, target: string, agent: string): Promise<(JobRecord & { run_id: string })[]> {
	return db
		.selectFrom('job')
		.innerJoin('run', 'run.key', 'job.run_key')
		.selectAll('job')
		.select('run.id as run_id')
		.where('job.target', '=', target)
		.where('job.state', '=', 'leased')
		.where('job.agent', '=', agent)
		.orderBy('job.run_key')
		.execute();
}

/** Jobs that a node holds, whole or a part of each. */
export function heldBy(db: Kysely<Tables>, agent: string): Promise<JobRecord[]> {
	return db
		.selectFrom('job')
		.selectAll()
		.where('state', '=', 'leased')
		.where((is) =>
			is.or([
				is('agent', '=', agent),
				is('run_key', 'in', is.selectFrom('job_part').select('run_key').where('agent', '=', agent).where('state', '!=', 'ended')),
			]),
		)
		.orderBy('run_key')
		.execute();
}

/** Jobs that have not ended, of one compute target or (null) of all, oldest first. */
export function unended(
	db: Kysely<Tables>,
	target: string | null,
	limit: number,
): Promise<{ run_id: string; display_name: string; state: JobTable['state']; end_requested: number }[]> {
	return db
		.selectFrom('job')
		.innerJoin('run', 'run.key', 'job.run_key')
		.select([
			'run.id as run_id',
			'run.display_name',
			'job.state',
			sql<number>`case when job.end_reason is null then 0 else 1 end`.as('end_requested'),
		])
		.$if(target !== null, (query) => query.where('job.target', '=', target as string))
		.where('job.state', '!=', 'ended')
		.orderBy('job.run_key')
		.limit(limit)
		.execute();
}

export interface QueuedRun {
	readonly id: string;
	readonly display_name: string;
	readonly created_time: number;
	/** When it left the queue for the first time; null while it waits. */
	readonly left_time: number | null;
}

/** The latest runs of a target with when they came to its queue and left it, newest first. */
export async function queuedRuns(db: Kysely<Tables>, target: string, limit: number): Promise<QueuedRun[]> {
	const runs = await db
		.selectFrom('job')
		.innerJoin('run', 'run.key', 'job.run_key')
		.select(['run.id', 'run.display_name', 'run.created_time'])
		.where('job.target', '=', target)
		.orderBy('job.run_key', 'desc')
		.limit(limit)
		.execute();
	if (runs.length === 0) return [];
	const left = await db
		.selectFrom('event')
		.select(({ fn }) => ['subject', fn.min('time').as('time')])
		.where(
			'subject',
			'in',
			runs.map(({ id }) => id),
		)
		.where('type', '=', 'run.status')
		.where('data', 'like', '%"from":"Queued"%')
		.groupBy('subject')
		.execute();
	const leftTimes = new Map(left.map(({ subject, time }) => [subject, Number(time)]));
	return runs.map((run) => ({ ...run, left_time: leftTimes.get(run.id) ?? null }));
}

/** The compute targets of those runs that are jobs, by run id. */
export async function targetsOf(db: Kysely<Tables>, runIds: readonly string[]): Promise<Map<string, string>> {
	const rows = await db
		.selectFrom('job')
		.innerJoin('run', 'run.key', 'job.run_key')
		.select(['run.id as run_id', 'job.target'])
		.where('run.id', 'in', runIds)
		.execute();
	return new Map(rows.map((row) => [row.run_id, row.target]));
}

/** A job whose code is still to come; one that is there already stays as it is. */
export async function insertDraft(db: Kysely<Tables>, runKey: number, submission: string): Promise<void> {
	await db
		.insertInto('job_draft')
		.values({ run_key: runKey, submission })
		.onConflict((conflict) => conflict.doNothing())
		.execute();
}

export async function draftOf(db: Kysely<Tables>, runKey: number): Promise<string | null> {
	const found = await db.selectFrom('job_draft').select('submission').where('run_key', '=', runKey).executeTakeFirst();
	return found?.submission ?? null;
}

export async function deleteDraft(db: Kysely<Tables>, runKey: number): Promise<void> {
	await db.deleteFrom('job_draft').where('run_key', '=', runKey).execute();
}
