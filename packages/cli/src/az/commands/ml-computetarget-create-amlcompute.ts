/** `az ml computetarget create amlcompute`: makes a cluster. */
import { VM_PRIORITIES } from '@runstead/contract';
import { defineCommand, UsageError } from '../../command.ts';
import { tagsOf, wholeNumber } from '../../run/values.ts';
import { azComputeAnswer } from '../az-compute.ts';
import { AZ_OPTIONS, openAzWorkspace } from '../az-options.ts';

export const command = defineCommand({
	summary: 'Make a cluster',
	usage: '-n NAME --max-nodes COUNT --vm-size SIZE',
	words: { min: 0, max: 0 },
	options: {
		name: { type: 'string', value: 'NAME', short: 'n', description: 'Its name.' },
		'vm-size': { type: 'string', value: 'SIZE', short: 's', description: 'What each node is, such as STANDARD_D2_V2.' },
		'max-nodes': { type: 'string', value: 'COUNT', description: 'Nodes that there are at most.' },
		'min-nodes': { type: 'string', value: 'COUNT', description: 'Nodes that are always there (default: 0).' },
		'idle-seconds-before-scaledown': {
			type: 'string',
			value: 'SECONDS',
			description: 'How long a node may be idle before it leaves (default: 1800).',
		},
		'vm-priority': {
			type: 'string',
			value: 'PRIORITY',
			choices: VM_PRIORITIES,
			description: `${VM_PRIORITIES.join(' or ')} (default: dedicated).`,
		},
		description: { type: 'string', value: 'TEXT', description: 'What it is for.' },
		tags: { type: 'string', value: 'KEY=VALUE', multiple: true, description: 'A tag, and others given so.' },
		...AZ_OPTIONS,
	},
	answers: 'document',
	examples: [
		{
			command: 'az ml computetarget create amlcompute -n cpu-cluster --max-nodes 4 --vm-size STANDARD_D2_V2',
			explanation: 'nodes come with the queue',
		},
	],
	async run({ options }) {
		const { name, 'vm-size': vmSize, 'vm-priority': given } = options;
		const maxNodes = wholeNumber('max-nodes', options['max-nodes']);
		if (name === undefined || vmSize === undefined || maxNodes === undefined)
			throw new UsageError('A cluster needs a name, a greatest number of nodes and a VM size: -n NAME --max-nodes COUNT --vm-size SIZE.');
		const vmPriority = VM_PRIORITIES.find((priority) => priority === (given ?? 'dedicated').toLowerCase());
		if (vmPriority === undefined) throw new UsageError(`"${given}" is not a priority: give ${VM_PRIORITIES.join(' or ')}.`);
		const body = {
			name,
			vmSize,
			vmPriority,
			minNodes: wholeNumber('min-nodes', options['min-nodes']),
			maxNodes,
			idleSecondsBeforeScaleDown: wholeNumber('idle-seconds-before-scaledown', options['idle-seconds-before-scaledown']),
			description: options.description,
			tags: tagsOf(options.tags, '--tags'),
		};
		const { client, workspace } = await openAzWorkspace(options);
		return azComputeAnswer(await client.call('createCluster', { params: { workspace: workspace.name }, body }));
	},
});
