/** `runstead compute queue`: the runs that wait for a cluster. */
import { LIMITS } from '@runstead/contract';
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { listAnswer } from '../output/answer.ts';

export const command = defineCommand({
	summary: 'List the runs that wait for a cluster, in their order, with why',
	usage: 'CLUSTER',
	words: { min: 1, max: 1 },
	options: WORKSPACE_OPTIONS,
	answers: 'list',
	examples: [{ command: 'runstead compute queue gpu-cluster', explanation: 'the first is taken next' }],
	async run({ options, words }) {
		const [compute] = words as [string];
		const { client, workspace } = await openWorkspace(options);
		const { waiting, queue } = await client.call('listQueue', { params: { workspace, compute }, query: { limit: LIMITS.pageSize.max } });
		return listAnswer(queue, {
			empty: `No run waits for cluster ${compute}.`,
			remark: waiting > queue.length ? `${waiting - queue.length} more wait behind these.` : undefined,
			columns: [
				{ heading: 'PLACE', of: ({ position }) => String(position) },
				{ heading: 'RUN', of: ({ runId }) => runId, whole: true },
				{ heading: 'EXPERIMENT', of: ({ experimentName }) => experimentName },
				{ heading: 'PRIORITY', of: ({ priority }) => String(priority) },
				{ heading: 'WHY IT WAITS', of: ({ reason }) => reason },
			],
		});
	},
});
