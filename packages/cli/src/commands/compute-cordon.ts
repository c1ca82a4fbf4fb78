/** `runstead compute cordon`: a node takes nothing new. */
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { documentAnswer } from '../output/answer.ts';

export const command = defineCommand({
	summary: 'Let a node finish what it runs and take nothing new',
	usage: 'CLUSTER NODE',
	words: { min: 2, max: 2 },
	options: { undo: { type: 'boolean', description: 'Let it take runs again.' }, ...WORKSPACE_OPTIONS },
	answers: 'document',
	examples: [
		{ command: 'runstead compute cordon gpu-cluster gpu-cluster-1f0c2a9e', explanation: 'runstead compute nodes lists the nodes' },
		{ command: 'runstead compute cordon gpu-cluster gpu-cluster-1f0c2a9e --undo', explanation: 'takes runs again' },
	],
	async run({ options, words }) {
		const [compute, node] = words as [string, string];
		const { client, workspace } = await openWorkspace(options);
		const cordoned = options.undo !== true;
		const changed = await client.call('changeNode', { params: { workspace, compute, node }, body: { cordoned } });
		return documentAnswer(changed, cordoned ? `Node ${node} takes nothing new.` : `Node ${node} takes runs again.`);
	},
});
