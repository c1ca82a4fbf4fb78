/** A job once more: its definition with what is to be different, as the submission of a new run. */
import { type JobDefinition, type ResubmitJob, type SubmitJob, uncoverVariables, uncoverWords } from '@runstead/contract';
import type { RunRecord } from '../runs/service.ts';

/** Names the run that a run was submitted again from. */
const RESUBMITTED_FROM = 'runstead.resubmittedFrom';

export function resubmissionOf(run: RunRecord, definition: JobDefinition, change: ResubmitJob): SubmitJob {
	const { id, displayName, environmentVariables, ...rest } = change;
	const before = definition.environmentVariables ?? {};
	const kept = Object.entries({ ...before, ...environmentVariables }).filter((entry): entry is [string, string] => entry[1] !== null);
	const { environment } = definition;
	// A version never changes: its name and number say what it was.
	const named = environment?.version !== undefined && { environment: { name: environment.name, version: environment.version } };
	const args = change.arguments && { arguments: uncoverWords(change.arguments, definition.arguments ?? []) };
	return {
		...(id !== undefined && { id }),
		displayName: displayName ?? run.display_name,
		properties: { [RESUBMITTED_FROM]: run.id },
		// Whoever sends a job back as it was shown does not know its secrets: they stay.
		definition: { ...definition, ...named, ...rest, ...args, environmentVariables: uncoverVariables(Object.fromEntries(kept), before) },
	};
}
