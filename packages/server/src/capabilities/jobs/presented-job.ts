/** A job as clients see it. */
import { coverSecrets, type Job, type JobDefinition } from '@runstead/contract';
import type { RunRecord } from '../runs/service.ts';
import type { PartEnd } from './part-outcome.ts';
import type { PartRecord } from './part-store.ts';
import type { JobRecord } from './store.ts';

export function presentJob(run: RunRecord, job: JobRecord, parts: readonly PartRecord[]): Job {
	const shared = { exitCode: job.exit_code, signal: job.signal };
	const single =
		job.agent === null ? [] : [{ rank: 0, node: job.agent, address: '', state: job.state === 'ended' ? 'ended' : 'leased', ...shared }];
	return {
		runId: run.id,
		state: job.state,
		definition: coverSecrets(JSON.parse(job.definition) as JobDefinition),
		attempt: job.fence,
		requeues: job.requeues,
		endReason: job.end_reason,
		nodes: job.node_count > 1 ? parts.map(presentPart) : (single as Job['nodes']),
	};
}

function presentPart({ rank, agent, address, state, outcome }: PartRecord): Job['nodes'][number] {
	const { exitCode = null, signal = null } = JSON.parse(outcome ?? '{}') as Partial<PartEnd>;
	return { rank, node: agent, address, state, exitCode, signal };
}
