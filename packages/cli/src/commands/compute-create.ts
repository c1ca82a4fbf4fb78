/** `runstead compute create`: makes a cluster. */
import { VM_PRIORITIES } from '@runstead/contract';
import { clusterAnswer } from '../cluster-answer.ts';
import { NEW_SCALE_OPTIONS, scaleOf } from '../cluster-options.ts';
import { defineCommand, UsageError } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';

export const command = defineCommand({
	summary: 'Make a cluster',
	usage: 'NAME --vm-size SIZE',
	words: { min: 1, max: 1 },
	options: {
		'vm-size': { type: 'string', value: 'SIZE', description: 'What each node is, such as STANDARD_D2_V2 or STANDARD_NC6.' },
		'vm-priority': { type: 'string', value: 'PRIORITY', description: `One of ${VM_PRIORITIES.join(', ')} (default: dedicated).` },
		...NEW_SCALE_OPTIONS,
		'joined-only': { type: 'boolean', description: 'Its nodes are machines that join: it makes none here (as --max-nodes 0).' },
		...WORKSPACE_OPTIONS,
	},
	answers: 'document',
	examples: [
		{
			command: 'runstead compute create cpu-cluster --vm-size STANDARD_D2_V2 --max-nodes 4',
			explanation: 'nodes come with the queue, and leave when idle',
		},
		{ command: 'runstead compute create gpu-cluster --vm-size STANDARD_NC6 --min-nodes 1', explanation: 'one node is always there' },
	],
	async run({ options, words }) {
		const vmSize = options['vm-size'];
		if (vmSize === undefined) throw new UsageError('A cluster needs a VM size: --vm-size STANDARD_D2_V2.');
		const given = options['vm-priority'] ?? 'dedicated';
		const vmPriority = VM_PRIORITIES.find((priority) => priority === given);
		if (vmPriority === undefined) throw new UsageError(`"${given}" is not a priority: give ${VM_PRIORITIES.join(' or ')}.`);
		const scale = options['joined-only'] ? { ...scaleOf(options), minNodes: 0, maxNodes: 0 } : scaleOf(options);
		const { client, workspace } = await openWorkspace(options);
		return clusterAnswer(
			await client.call('createCluster', { params: { workspace }, body: { name: words[0]!, vmSize, vmPriority, ...scale } }),
		);
	},
});
