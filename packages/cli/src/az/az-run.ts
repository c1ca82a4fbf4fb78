/** A run as azure-cli-ml describes it: the names of the Azure service, and times that end in Z. */
import type { Client } from '@runstead/client';
import type { Run } from '@runstead/contract';
import { CommandError, type OptionDescriptions } from '../command.ts';
import { type Answer, documentAnswer } from '../output/answer.ts';
import { findRun } from '../run/find-run.ts';
import { AZ_OPTIONS, openAzWorkspace } from './az-options.ts';

export const AZ_RUN_OPTIONS = {
	run: { type: 'string', value: 'ID', short: 'r', description: 'Run, by its id or the beginning of it.' },
	'experiment-name': { type: 'string', value: 'NAME', short: 'e', description: 'Experiment that the run must be of.' },
	...AZ_OPTIONS,
} as const satisfies OptionDescriptions;

export function azRun(run: Run) {
	const { code, message, details } = run.error ?? {};
	return {
		runId: run.id,
		runNumber: run.number,
		displayName: run.displayName,
		experimentName: run.experimentName,
		status: run.status,
		statusReason: run.statusReason,
		createdUtc: run.createdTime,
		startTimeUtc: run.startTime,
		endTimeUtc: run.endTime,
		target: run.target,
		runType: run.type,
		parentRunId: run.parentId,
		rootRunId: run.rootId,
		submittedBy: run.submittedBy,
		description: run.description,
		tags: run.tags,
		properties: run.properties,
		error: run.error && { code, message, details: details ?? null },
	};
}

export function azRunAnswer(run: Run, exitCode = 0): Answer {
	return documentAnswer(
		azRun(run),
		[
			['Run', run.id],
			['Experiment', run.experimentName],
			['Status', run.status],
			['Started', run.startTime ?? '-'],
			['Ended', run.endTime ?? '-'],
		],
		{ exitCode },
	);
}

type AzRunOptions = { readonly [Name in keyof typeof AZ_RUN_OPTIONS]?: string };

/** @throws {CommandError} for a run of another experiment or workspace than the command says. */
export async function openAzRun(options: AzRunOptions): Promise<{ client: Client; run: Run }> {
	const { client, workspace } = await openAzWorkspace(options);
	const run = await findRun(client, workspace.name, options.run ?? '');
	const experiment = options['experiment-name'];
	if (experiment !== undefined && experiment !== run.experimentName)
		throw new CommandError(
			`Run ${run.id} is of the experiment ${run.experimentName}, not of ${experiment}.`,
			'Give that one, or leave -e out.',
		);
	if (options['workspace-name'] !== undefined && run.workspaceId !== workspace.id)
		throw new CommandError(
			`Run ${run.id} is in the workspace ${run.workspaceName}, not in ${workspace.name}.`,
			'Give that one, or leave -w out.',
		);
	return { client, run };
}
