/** `runstead compute quota requests`: what was asked for, and what became of it. */
import { QUOTA_REQUEST_STATES, type QuotaRequest } from '@runstead/contract';
import { defineCommand, UsageError } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { listAnswer, pages } from '../output/answer.ts';

export const command = defineCommand({
	summary: 'List requests for more quota, the newest first',
	usage: '',
	words: { min: 0, max: 0 },
	options: {
		state: { type: 'string', value: 'STATE', choices: QUOTA_REQUEST_STATES, description: `Only ${QUOTA_REQUEST_STATES.join(', ')} ones.` },
		...WORKSPACE_OPTIONS,
	},
	answers: 'list',
	examples: [{ command: 'runstead compute quota requests --state open', explanation: 'what waits for a decision' }],
	async run({ options }) {
		const state = QUOTA_REQUEST_STATES.find((known) => known === options.state);
		if (options.state !== undefined && state === undefined)
			throw new UsageError(`"${options.state}" is not a state: give one of ${QUOTA_REQUEST_STATES.join(', ')}.`);
		const { client, workspace } = await openWorkspace(options);
		const requests = pages<QuotaRequest>(async (cursor) => {
			const page = await client.call('listQuotaRequests', { params: { workspace }, query: { state, limit: 1_000, cursor } });
			return { items: page.requests, nextCursor: page.nextCursor };
		});
		return listAnswer(requests, {
			empty: `Workspace ${workspace} has asked for nothing.`,
			columns: [
				{ heading: 'REQUEST', of: ({ id }) => id, whole: true },
				{ heading: 'STATE', of: (request) => request.state },
				{ heading: 'QUOTA', of: ({ quota }) => quota },
				{ heading: 'CORES', of: ({ limitCores }) => String(limitCores) },
				{ heading: 'ASKED BY', of: ({ requestedBy }) => requestedBy },
				{ heading: 'REASON', of: ({ reason }) => reason },
				{ heading: 'ANSWER', of: ({ decisionReason }) => decisionReason ?? '-' },
			],
		});
	},
});
