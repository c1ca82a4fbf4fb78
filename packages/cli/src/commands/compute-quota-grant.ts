/** `runstead compute quota grant`: an owner says yes. */
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { QUOTA_DECISION_OPTIONS, quotaRequestAnswer } from '../quota-answer.ts';

export const command = defineCommand({
	summary: 'Grant a request for more quota: every limit that stands in its way is raised',
	usage: 'REQUEST',
	words: { min: 1, max: 1 },
	options: { ...QUOTA_DECISION_OPTIONS, ...WORKSPACE_OPTIONS },
	answers: 'document',
	examples: [
		{
			command: 'runstead compute quota grant 6b1f… --reason "Until March"',
			explanation: 'the id is one of runstead compute quota requests',
		},
	],
	async run({ options, words }) {
		const [request] = words as [string];
		const { client, workspace } = await openWorkspace(options);
		const body = { granted: true, ...(options.reason && { reason: options.reason }) };
		return quotaRequestAnswer(await client.call('decideQuotaRequest', { params: { workspace, request }, body }));
	},
});
