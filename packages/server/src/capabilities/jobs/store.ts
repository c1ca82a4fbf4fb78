/** Jobs in SQL. */
import type { Kysely, Selectable, Updateable } from 'kysely';
import type { JobTable, Tables } from '../../storage/tables.ts';

export type JobRecord = Selectable<JobTable>;

export async function insertJob(db: Kysely<Tables>, job: JobRecord): Promise<void> {
	await db.insertInto('job').values(job).execute();
}

export function jobOfRun(db: Kysely<Tables>, runKey: number): Promise<JobRecord | undefined> {
	return db.selectFrom('job').selectAll().where('run_key', '=', runKey).executeTakeFirst();
}

export async function updateJob(db: Kysely<Tables>, runKey: number, change: Updateable<JobTable>): Promise<void> {
	await db.updateTable('job').set(change).where('run_key', '=', runKey).execute();
}

/** The job that has waited longest for a compute target. */
export function nextQueued(db: Kysely<Tables>, target: string): Promise<JobRecord | undefined> {
	return db
		.selectFrom('job')
		.selectAll()
		.where('target', '=', target)
		.where('state', '=', 'queued')
		.orderBy('run_key')
		.limit(1)
		.executeTakeFirst();
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

/** Jobs of a compute target that have not ended, oldest first. */
export function unended(
	db: Kysely<Tables>,
	target: string,
	limit: number,
): Promise<{ run_id: string; display_name: string; state: JobTable['state'] }[]> {
	return db
		.selectFrom('job')
		.innerJoin('run', 'run.key', 'job.run_key')
		.select(['run.id as run_id', 'run.display_name', 'job.state'])
		.where('job.target', '=', target)
		.where('job.state', '!=', 'ended')
		.orderBy('job.run_key')
		.limit(limit)
		.execute();
}
