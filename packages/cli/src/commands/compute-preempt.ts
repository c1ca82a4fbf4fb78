/** `runstead compute preempt`: a node is taken away. */
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { documentAnswer } from '../output/answer.ts';

export const command = defineCommand({
	summary: 'Take away a low-priority node, or one that joined; its run is queued again',
	usage: 'CLUSTER NODE',
	words: { min: 2, max: 2 },
	options: { reason: { type: 'string', value: 'TEXT', description: 'Why, for those whose runs it had.' }, ...WORKSPACE_OPTIONS },
	answers: 'document',
	examples: [
		{
			command: 'runstead compute preempt spare spare-1f0c2a9e --reason "Maintenance"',
			explanation: 'runstead compute nodes lists the nodes',
		},
	],
	async run({ options, words }) {
		const [compute, node] = words as [string, string];
		const { client, workspace } = await openWorkspace(options);
		const body = options.reason ? { reason: options.reason } : {};
		const preempted = await client.call('preemptNode', { params: { workspace, compute, node }, body });
		return documentAnswer(preempted, `Node ${node} is preempted; what it had waits for another node.`);
	},
});
