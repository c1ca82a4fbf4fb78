/** Parts of jobs in SQL: what each node has of a job on several. */
import type { Kysely, Selectable, Updateable } from 'kysely';
import type { JobPartTable, Tables } from '../../storage/tables.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';

export type PartRecord = Selectable<JobPartTable>;

export async function insertParts(db: Kysely<Tables>, parts: readonly PartRecord[]): Promise<void> {
	await db
		.insertInto('job_part')
		.values([...parts])
		.execute();
}

export function partsOf(db: Kysely<Tables>, runKey: number): Promise<PartRecord[]> {
	return db.selectFrom('job_part').selectAll().where('run_key', '=', runKey).orderBy('rank').execute();
}

export function partOf(db: Kysely<Tables>, runKey: number, agent: string): Promise<PartRecord | undefined> {
	return db.selectFrom('job_part').selectAll().where('run_key', '=', runKey).where('agent', '=', agent).executeTakeFirst();
}

export async function updatePart(db: Kysely<Tables>, part: PartRecord, change: Updateable<JobPartTable>): Promise<PartRecord> {
	await db.updateTable('job_part').set(change).where('run_key', '=', part.run_key).where('rank', '=', part.rank).execute();
	return { ...part, ...change } as PartRecord;
}

export async function deleteParts(db: Kysely<Tables>, runKey: number): Promise<void> {
	await db.deleteFrom('job_part').where('run_key', '=', runKey).execute();
}

/** Parts that a node has of a target's jobs and that have not ended, with the ids of their runs. */
export function unendedParts(db: Kysely<Tables>, target: string, agent: string): Promise<(PartRecord & { run_id: string })[]> {
	return db
		.selectFrom('job_part')
		.innerJoin('job', 'job.run_key', 'job_part.run_key')
		.innerJoin('run', 'run.key', 'job_part.run_key')
		.selectAll('job_part')
		.select('run.id as run_id')
		.where('job_part.agent', '=', agent)
		.where('job_part.state', '!=', 'ended')
		.where('job.target', '=', target)
		.where('job.state', '=', 'leased')
		.orderBy('job_part.run_key')
		.execute();
}

/** Nodes that have parts of a target's jobs, with the run of each. */
export function nodesWithParts(db: Kysely<Tables>, target: string): Promise<{ run_id: string; agent: string }[]> {
	return db
		.selectFrom('job_part')
		.innerJoin('job', 'job.run_key', 'job_part.run_key')
		.innerJoin('run', 'run.key', 'job_part.run_key')
		.select(['run.id as run_id', 'job_part.agent'])
		.where('job.target', '=', target)
		.where('job.state', '=', 'leased')
		.where('job_part.state', '!=', 'ended')
		.orderBy('job_part.run_key')
		.orderBy('job_part.rank')
		.execute();
}

/** Gives every lease of a part its whole length again: they stand still while the server is down. */
export async function restartPartLeases(unit: UnitOfWork, leaseSeconds: number): Promise<void> {
	await unit.execute(`update job_part set lease_expiry_time = ? where state <> 'ended'`, [unit.now + leaseSeconds * 1_000_000]);
}
