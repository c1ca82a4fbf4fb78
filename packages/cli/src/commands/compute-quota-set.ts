/** `runstead compute quota set`: an owner sets a limit. */
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { documentAnswer } from '../output/answer.ts';
import { coresOf } from '../quota-answer.ts';

export const command = defineCommand({
	summary: 'Give a workspace a share of a quota, or set what the whole server has',
	usage: 'QUOTA CORES|none',
	words: { min: 2, max: 2 },
	options: {
		server: { type: 'boolean', description: 'What all workspaces may use together; none: back to the default.' },
		...WORKSPACE_OPTIONS,
	},
	answers: 'document',
	examples: [
		{ command: 'runstead compute quota set standardNCFamily 12', explanation: 'this workspace uses at most 12 cores of the family' },
		{ command: 'runstead compute quota set standardNCFamily none', explanation: 'it shares what the server has' },
		{ command: 'runstead compute quota set dedicated 64 --server', explanation: 'all workspaces together' },
	],
	async run({ options, words }) {
		const [quota, given] = words as [string, string];
		const body = { limitCores: given === 'none' ? null : coresOf(given) };
		const { client, workspace } = await openWorkspace(options);
		if (options.server === true) {
			const set = await client.call('setServerQuota', { params: { quota }, body });
			return documentAnswer(set, `The server has ${set.limitCores} cores of ${set.name}.`);
		}
		const set = await client.call('setWorkspaceQuota', { params: { workspace, quota }, body });
		return documentAnswer(set, `Workspace ${workspace} may use ${set.limitCores} cores of ${set.name}.`);
	},
});
