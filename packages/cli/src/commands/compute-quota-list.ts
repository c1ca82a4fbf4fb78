/** `runstead compute quota list`: how many cores clusters may have, and what is used. */
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { listAnswer } from '../output/answer.ts';

export const command = defineCommand({
	summary: 'List the quotas of a workspace in cores, with what is used and free',
	usage: '',
	words: { min: 0, max: 0 },
	options: WORKSPACE_OPTIONS,
	answers: 'list',
	examples: [
		{ command: 'runstead compute quota list', explanation: 'in all, of low priority, and by VM family' },
		{ command: 'runstead compute quota list --query "[?usedCores > `0`]"', explanation: 'only where something is used' },
	],
	async run({ options }) {
		const { client, workspace } = await openWorkspace(options);
		const { quotas } = await client.call('listQuotas', { params: { workspace } });
		return listAnswer(quotas, {
			empty: 'There are no quotas.',
			columns: [
				{ heading: 'QUOTA', of: ({ name }) => name, whole: true },
				{ heading: 'LIMIT', of: ({ limitCores }) => String(limitCores) },
				{ heading: 'USED', of: ({ usedCores }) => String(usedCores) },
				{ heading: 'FREE', of: ({ freeCores }) => String(freeCores) },
				{ heading: 'OWN SHARE', of: ({ workspaceLimitCores }) => String(workspaceLimitCores ?? '-') },
				{ heading: 'SERVER', of: ({ serverUsedCores, serverLimitCores }) => `${serverUsedCores} of ${serverLimitCores}` },
			],
		});
	},
});
