/** `runstead compute list`: the clusters of a workspace. */
import type { Cluster } from '@runstead/contract';
import { boundsOf } from '../cluster-answer.ts';
import { defineCommand } from '../command.ts';
import { RUNSTEAD } from '../command-line.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { listAnswer, pages } from '../output/answer.ts';

export const command = defineCommand({
	summary: 'List the clusters of a workspace',
	usage: '',
	words: { min: 0, max: 0 },
	options: WORKSPACE_OPTIONS,
	answers: 'list',
	examples: [
		{ command: 'runstead compute list', explanation: 'nodes, and the runs that wait and run' },
		{ command: 'runstead compute list --workspace lab -o json', explanation: 'of another workspace, for a program' },
	],
	async run({ options }) {
		const { client, workspace } = await openWorkspace(options);
		const clusters = pages<Cluster>(async (cursor) => {
			const page = await client.call('listClusters', { params: { workspace }, query: { limit: 1_000, cursor } });
			return { items: page.clusters, nextCursor: page.nextCursor };
		});
		return listAnswer(clusters, {
			empty: `Workspace ${workspace} has no clusters. Make one: ${RUNSTEAD} compute create NAME --vm-size STANDARD_D2_V2 --max-nodes 2`,
			columns: [
				{ heading: 'NAME', of: ({ name }) => name, whole: true },
				{ heading: 'VM SIZE', of: ({ vmSize }) => vmSize },
				{ heading: 'PRIORITY', of: ({ vmPriority }) => vmPriority },
				{ heading: 'MAY HAVE', of: boundsOf },
				{ heading: 'NODES', of: ({ currentNodes }) => String(currentNodes) },
				{ heading: 'STATE', of: ({ allocationState }) => allocationState },
				{ heading: 'WAITING', of: ({ queuedRuns }) => String(queuedRuns) },
				{ heading: 'AT WORK', of: ({ activeRuns }) => String(activeRuns) },
			],
		});
	},
});
