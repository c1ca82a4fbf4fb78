/** What happens to jobs, as the outbox keeps it: what the log tables of jobs show later. */
import { isLocal, type JobDefinition, type JobEventData, LOCAL_TARGET, type RunError, type RunStatus } from '@runstead/contract';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { ExperimentService } from '../experiments/service.ts';
import type { RunRecord } from '../runs/service.ts';
import { partsOf } from './part-store.ts';
import * as store from './store.ts';

const WHAT_OF_STATUS: Partial<Record<RunStatus, JobEventData['what']>> = {
	Queued: 'queued',
	Running: 'started',
	Completed: 'succeeded',
	Failed: 'failed',
	Canceled: 'cancelled',
};

export type JobEvents = ReturnType<typeof createJobEvents>;

export function createJobEvents(experiments: ExperimentService) {
	const emitIn = async (
		unit: UnitOfWork,
		run: RunRecord,
		job: store.JobRecord,
		what: JobEventData['what'],
		actor: string,
	): Promise<void> => {
		const definition = JSON.parse(job.definition) as JobDefinition;
		const experiment = await experiments.byKey(run.experiment_key);
		const parts = job.node_count > 1 ? await partsOf(unit.db, run.key) : [];
		const { distribution } = definition;
		unit.emit({
			workspaceKey: run.workspace_key,
			type: 'job.changed',
			subject: run.id,
			actor,
			data: {
				what,
				jobName: run.display_name,
				experimentId: experiment.id,
				experimentName: experiment.name,
				cluster: isLocal(job.target) ? null : job.target,
				clusterName: definition.target ?? LOCAL_TARGET,
				nodes: parts.length > 0 ? parts.map(({ agent }) => agent) : job.agent === null ? [] : [job.agent],
				nodeCount: job.node_count,
				attempt: job.fence,
				toolType: distribution?.type ?? (definition.script === undefined ? 'command' : 'python'),
				workerCount: distribution?.type === 'tensorflow' ? distribution.workerCount : null,
				parameterServerCount: distribution?.type === 'tensorflow' ? (distribution.parameterServerCount ?? 0) : null,
				error: run.error === null || what !== 'failed' ? null : (JSON.parse(run.error) as RunError),
			},
		});
	};

	return {
		/** In the caller's transaction, once the job is there. */
		submittedIn: (unit: UnitOfWork, run: RunRecord, job: store.JobRecord, actor: string) => emitIn(unit, run, job, 'submitted', actor),

		/** The run of a job, or any other, has another status, in the caller's transaction. */
		async statusChangedIn(unit: UnitOfWork, run: RunRecord): Promise<void> {
			const what = WHAT_OF_STATUS[run.status];
			if (what === undefined || run.target === null) return;
			const job = await store.jobOfRunIn(unit, run.key);
			if (job) await emitIn(unit, run, job, what, run.status_actor ?? 'compute');
		},
	};
}
