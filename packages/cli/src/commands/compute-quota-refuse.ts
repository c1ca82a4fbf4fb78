/** `runstead compute quota refuse`: an owner says no. */
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { QUOTA_DECISION_OPTIONS, quotaRequestAnswer } from '../quota-answer.ts';

export const command = defineCommand({
	summary: 'Refuse a request for more quota',
	usage: 'REQUEST',
	words: { min: 1, max: 1 },
	options: { ...QUOTA_DECISION_OPTIONS, ...WORKSPACE_OPTIONS },
	answers: 'document',
	examples: [
		{ command: 'runstead compute quota refuse 6b1f… --reason "The machine has 16 cores"', explanation: 'the reason is shown to who asked' },
	],
	async run({ options, words }) {
		const [request] = words as [string];
		const { client, workspace } = await openWorkspace(options);
		const body = { granted: false, ...(options.reason && { reason: options.reason }) };
		return quotaRequestAnswer(await client.call('decideQuotaRequest', { params: { workspace, request }, body }));
	},
});
