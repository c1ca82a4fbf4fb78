/** `runstead compute drain`: a node leaves when it is done. */
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { documentAnswer } from '../output/answer.ts';

export const command = defineCommand({
	summary: 'Let a node leave its cluster as soon as it is done with what it runs',
	usage: 'CLUSTER NODE',
	words: { min: 2, max: 2 },
	options: WORKSPACE_OPTIONS,
	answers: 'document',
	examples: [
		{ command: 'runstead compute drain gpu-cluster gpu-cluster-1f0c2a9e', explanation: 'another one comes if there is work for it' },
	],
	async run({ options, words }) {
		const [compute, node] = words as [string, string];
		const { client, workspace } = await openWorkspace(options);
		const changed = await client.call('changeNode', { params: { workspace, compute, node }, body: { drain: true } });
		const { runId } = changed;
		return documentAnswer(changed, runId === null ? `Node ${node} leaves.` : `Node ${node} leaves when run ${runId} has ended.`);
	},
});
