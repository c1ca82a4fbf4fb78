/** Jobs whose code is still to come: their clients submit first, and say afterwards which snapshot it is. */
import { LOCAL_TARGET, RunsteadError, type SubmitJob } from '@runstead/contract';
import type { Database } from '../../storage/database.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { ExperimentRecord } from '../experiments/service.ts';
import type { RunRecord, RunService } from '../runs/service.ts';
import * as store from './store.ts';

export interface DraftOptions {
	readonly database: Database;
	readonly runs: RunService;
	readonly origin: string;
}

export function createDrafts({ database, runs, origin }: DraftOptions) {
	return {
		/** Makes the run, not started, and keeps what is to be submitted for it. @throws {RunsteadError} not-found (the parent), already-exists. */
		draft: (experiment: ExperimentRecord, job: SubmitJob & { readonly id: string }, actor: string): Promise<void> =>
			database.write(async (unit) => {
				const { definition, parentId, machine: _, ...fields } = job;
				const parent = parentId === undefined ? undefined : await runs.find(parentId, unit.db);
				const before = await runs.findOrNull(job.id, unit.db);
				const target = definition.target ?? LOCAL_TARGET;
				const run = await runs.createIn(
					unit,
					experiment,
					{ ...fields, parent, type: 'script', target, status: 'NotStarted', origin },
					actor,
				);
				if (before === null) await store.insertDraft(unit.db, run.key, JSON.stringify(job));
				else if ((await store.draftOf(unit.db, run.key)) === null && !(await store.jobOfRun(unit.db, run.key)))
					throw new RunsteadError('already-exists', { noun: 'run', given: job.id });
			}),

		/** What is to be submitted for a run when its code is there; null where nothing is. */
		async submissionOf(run: RunRecord): Promise<SubmitJob | null> {
			const submission = await store.draftOf(database.read, run.key);
			return submission === null ? null : (JSON.parse(submission) as SubmitJob);
		},

		/** The run as one that is queued, if it waited for its code. */
		async takeUpIn(
			unit: UnitOfWork,
			run: RunRecord,
			{ snapshotId, properties }: { readonly snapshotId: string | undefined; readonly properties: Readonly<Record<string, string>> },
			actor: string,
		): Promise<RunRecord> {
			if ((await store.draftOf(unit.db, run.key)) === null) return run;
			await store.deleteDraft(unit.db, run.key);
			await runs.updateIn(unit, run, { ...(snapshotId !== undefined && { snapshotId }), properties }, actor);
			return runs.changeStatusIn(unit, { ...run, snapshot_id: snapshotId ?? null }, { to: 'Queued', actor });
		},
	};
}
