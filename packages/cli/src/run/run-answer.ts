/** A run, and a list of runs, as the commands answer them. */
import type { Client } from '@runstead/client';
import type { Run, RunError } from '@runstead/contract';
import { type Answer, type Column, documentAnswer } from '../output/answer.ts';
import { durationText, isOfTheScript, lastText, tagText, timeText } from './values.ts';

function studioAddress(client: Client, run: Run): string {
	return `${client.url}/w/${encodeURIComponent(run.workspaceName)}/runs/${encodeURIComponent(run.id)}`;
}

function listed(label: string, entries: readonly string[]): [string, string][] {
	return entries.length === 0 ? [] : [[label, entries.join('\n')]];
}

function optional(label: string, value: string | null | undefined): [string, string][] {
	return value ? [[label, value]] : [];
}

/** How it failed; where the log was shown, which ends with the same words, the last of them alone. */
function errorText({ code, message }: RunError, isLogShown: boolean): string {
	return `${code}: ${isLogShown ? message.slice(message.trimEnd().lastIndexOf('\n') + 1) : message}`;
}

function runPairs(client: Client, run: Run, isLogShown: boolean): [string, string][] {
	return [
		['Run', run.id],
		['Display name', run.displayName],
		['Experiment', `${run.experimentName} (number ${run.number})`],
		['Status', run.status],
		...optional('Reason', run.statusReason),
		...optional('Error', run.error && errorText(run.error, isLogShown)),
		...optional('Target', run.target),
		...optional('Parent', run.parentId),
		...(run.childCount > 0 ? [['Children', String(run.childCount)] as [string, string]] : []),
		['Submitted by', run.submittedBy],
		['Created', timeText(run.createdTime)],
		...optional('Started', run.startTime && timeText(run.startTime)),
		...optional('Ended', run.endTime && timeText(run.endTime)),
		...(run.durationMs === null ? [] : [['Duration', durationText(run.durationMs)] as [string, string]]),
		...(run.progress === null ? [] : [['Progress', `${run.progress.done} of ${run.progress.total}`] as [string, string]]),
		...optional('Description', run.description),
		...listed('Tags', Object.entries(run.tags).map(tagText)),
		...listed('Properties', Object.entries(run.properties).map(tagText)),
		...listed('Params', Object.entries(run.params).map(tagText)),
		...listed(
			'Metrics',
			Object.values(run.metrics)
				.filter(isOfTheScript)
				.map((metric) => `${metric.name}: ${lastText(metric)}`),
		),
		['Studio', studioAddress(client, run)],
	];
}

/**
 * @param exitCode 1 when how the run ended is bad news for whoever waited for it.
 * @param isLogShown whether its log stands above.
 */
export function runAnswer(client: Client, run: Run, { exitCode = 0, isLogShown = false } = {}): Answer {
	return documentAnswer(run, runPairs(client, run, isLogShown), { exitCode });
}

export const RUN_COLUMNS: readonly Column<Run>[] = [
	{ heading: 'RUN', of: ({ id }) => id, whole: true },
	{ heading: 'EXPERIMENT', of: ({ experimentName }) => experimentName },
	// What a run started stands under it in the studio; a list says it by a mark.
	{ heading: 'NAME', of: ({ displayName, parentId }) => (parentId === null ? displayName : `└ ${displayName}`) },
	{ heading: 'STATUS', of: ({ status }) => status },
	{ heading: 'CREATED', of: ({ createdTime }) => createdTime.slice(0, 19).replace('T', ' ') },
	{ heading: 'DURATION', of: ({ durationMs }) => (durationMs === null ? '-' : durationText(durationMs)) },
	{ heading: 'TAGS', of: ({ tags }) => Object.entries(tags).map(tagText).join(', ') || '-' },
];
