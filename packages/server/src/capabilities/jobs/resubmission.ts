/** A job once more: its definition with what is to be different, as the submission of a new run. */
import type { JobDefinition, ResubmitJob, SubmitJob } from '@runstead/contract';
import type { RunRecord } from '../runs/service.ts';

/** Names the run that a run was submitted again from. */
const RESUBMITTED_FROM = 'runstead.resubmittedFrom';

export function resubmissionOf(run: RunRecord, definition: JobDefinition, change: ResubmitJob): SubmitJob {
	const { id, displayName, environmentVariables, ...rest } = change;
	const variables = { ...definition.environmentVariables, ...environmentVariables };
	const kept = Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== null);
	return {
		...(id !== undefined && { id }),
		displayName: displayName ?? run.display_name,
		properties: { [RESUBMITTED_FROM]: run.id },
		definition: { ...definition, ...rest, environmentVariables: Object.fromEntries(kept) },
	};
}
