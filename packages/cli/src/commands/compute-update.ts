/** `runstead compute update`: changes the scale, description or tags of a cluster. */

import { clusterAnswer } from '../cluster-answer.ts';
import { SCALE_OPTIONS, scaleOf } from '../cluster-options.ts';
import { defineCommand, UsageError } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';

export const command = defineCommand({
	summary: 'Change the bounds, idle time, description or tags of a cluster',
	usage: 'CLUSTER',
	words: { min: 1, max: 1 },
	options: { ...SCALE_OPTIONS, ...WORKSPACE_OPTIONS },
	answers: 'document',
	examples: [
		{ command: 'runstead compute update gpu-cluster --max-nodes 8', explanation: 'what is not given stays' },
		{ command: 'runstead compute update gpu-cluster --max-concurrent-runs none', explanation: 'lifts the limit' },
	],
	async run({ options, words }) {
		const change = scaleOf(options);
		if (Object.values(change).every((value) => value === undefined))
			throw new UsageError('Nothing is to be changed: give --max-nodes or another option.');
		const { client, workspace } = await openWorkspace(options);
		return clusterAnswer(await client.call('updateCluster', { params: { workspace, compute: words[0]! }, body: change }));
	},
});
