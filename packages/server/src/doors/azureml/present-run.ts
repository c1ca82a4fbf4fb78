/** Runs as the run history of Azure ML shows them. */
import { isTerminal, type Run } from '@runstead/contract';

/** What the real service calls a run that was submitted; clients make a `ScriptRun` of it. */
export const SCRIPT_RUN_TYPE = 'azureml.scriptrun';

/** Names that clients give where a person gave none. */
export function isGivenName(name: string, runId: string): boolean {
	return name !== '' && name !== `run_${runId}`;
}

export function presentRun(run: Run, cancelUri: string | null): object {
	const isJob = run.job !== null;
	return {
		runId: run.id,
		runUuid: run.id,
		runNumber: run.number,
		rootRunId: run.rootId,
		rootRunUuid: run.rootId,
		parentRunId: run.parentId,
		experimentId: run.experimentId,
		createdUtc: run.createdTime,
		createdBy: { userName: run.submittedBy, userObjectId: '', userPuId: null },
		userId: run.submittedBy,
		status: run.status,
		startTimeUtc: run.startTime,
		endTimeUtc: run.endTime,
		error: presentError(run),
		warnings: null,
		name: run.name === '' ? `run_${run.id}` : run.name,
		displayName: run.displayName,
		description: run.description,
		target: run.target,
		tags: run.tags,
		properties: run.properties,
		runType: isJob ? SCRIPT_RUN_TYPE : run.type,
		runTypeV2: { orchestrator: isJob ? 'Execution' : 'External', traits: [], attribution: null, computeType: null },
		dataContainerId: run.dataContainerId,
		hidden: run.lifecycle !== 'active',
		cancelUri: isTerminal(run.status) ? null : cancelUri,
		primaryMetricName: run.primaryMetric?.name ?? null,
		duration: run.durationMs === null ? null : durationText(run.durationMs),
	};
}

/** As much of an error as clients look for, deep within. */
export function presentError({ error }: Pick<Run, 'error'>): object | null {
	if (error === null) return null;
	const { code, message, details = null } = error;
	return { error: { code, message, messageParameters: {}, details: [], debugInfo: { message: details } }, time: null };
}

/** As .NET writes a length of time: `hh:mm:ss.fffffff`. */
function durationText(durationMs: number): string {
	const seconds = Math.floor(durationMs / 1_000);
	const two = (number: number): string => String(number).padStart(2, '0');
	return `${two(Math.floor(seconds / 3_600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${String(Math.floor(durationMs % 1_000)).padStart(3, '0')}`;
}
