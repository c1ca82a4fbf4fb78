/** `runstead compute delete`: deletes a cluster. */
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { documentAnswer } from '../output/answer.ts';

export const command = defineCommand({
	summary: 'Delete a cluster and end its nodes',
	usage: 'CLUSTER',
	words: { min: 1, max: 1 },
	options: {
		'cancel-runs': { type: 'boolean', description: 'Cancel what waits or runs on it; without this such a cluster is refused.' },
		...WORKSPACE_OPTIONS,
	},
	answers: 'document',
	examples: [{ command: 'runstead compute delete gpu-cluster --cancel-runs', explanation: 'also when it has runs' }],
	async run({ options, words }) {
		const [compute] = words as [string];
		const { client, workspace } = await openWorkspace(options);
		await client.call('deleteCluster', { params: { workspace, compute }, query: { cancelRuns: options['cancel-runs'] } });
		return documentAnswer({ name: compute }, `Deleted cluster ${compute}.`);
	},
});
