/** `runstead compute show`: one cluster. */
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { printCluster } from '../print-cluster.ts';

export const command = defineCommand({
	summary: 'Show a cluster',
	usage: 'CLUSTER',
	words: { min: 1, max: 1 },
	options: WORKSPACE_OPTIONS,
	examples: [{ command: 'runstead compute show gpu-cluster', explanation: 'its size, its nodes and what they do' }],
	async run({ options, words }) {
		const { client, workspace } = await openWorkspace(options);
		printCluster(await client.call('getCluster', { params: { workspace, compute: words[0]! } }));
		return 0;
	},
});
