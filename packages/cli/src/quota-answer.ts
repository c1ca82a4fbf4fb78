/** What the commands about quotas take and show. */
import { LIMITS, type QuotaRequest } from '@runstead/contract';
import { type OptionDescriptions, UsageError } from './command.ts';
import { type Answer, documentAnswer } from './output/answer.ts';
import { timeText } from './run/values.ts';

/** @throws {UsageError} */
export function coresOf(given: string): number {
	if (!/^\d+$/.test(given) || Number(given) > LIMITS.quotaCores.max) throw new UsageError(`"${given}" is not a number of cores.`);
	return Number(given);
}

export function quotaRequestAnswer(request: QuotaRequest): Answer {
	const shown: [string, string][] = [
		['Request', request.id],
		['Quota', `${request.quota}: ${request.limitCores} cores in place of ${request.limitCoresBefore}`],
		['Reason', request.reason],
		['Asked', `${timeText(request.requestedTime)} by ${request.requestedBy}`],
		['State', request.state],
	];
	if (request.decidedTime !== null) shown.push(['Decided', `${timeText(request.decidedTime)} by ${request.decidedBy}`]);
	if (request.decisionReason !== null) shown.push(['Because', request.decisionReason]);
	return documentAnswer(request, shown);
}

export const QUOTA_DECISION_OPTIONS = {
	reason: { type: 'string', value: 'TEXT', description: 'Why, for who asked.' },
} as const satisfies OptionDescriptions;
