/** `runstead compute show`: one cluster. */

import { clusterAnswer } from '../cluster-answer.ts';
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';

export const command = defineCommand({
	summary: 'Show a cluster',
	usage: 'CLUSTER',
	words: { min: 1, max: 1 },
	options: WORKSPACE_OPTIONS,
	answers: 'document',
	examples: [{ command: 'runstead compute show gpu-cluster', explanation: 'its size, its nodes and what they do' }],
	async run({ options, words }) {
		const { client, workspace } = await openWorkspace(options);
		return clusterAnswer(await client.call('getCluster', { params: { workspace, compute: words[0]! } }));
	},
});
