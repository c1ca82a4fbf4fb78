/** `runstead compute list`: the clusters of a workspace. */
import type { Cluster } from '@runstead/contract';
import { defineCommand } from '../command.ts';
import { RUNSTEAD } from '../command-line.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { boundsOf } from '../print-cluster.ts';
import { print, printTable } from '../terminal.ts';

export const command = defineCommand({
	summary: 'List the clusters of a workspace',
	usage: '',
	words: { min: 0, max: 0 },
	options: WORKSPACE_OPTIONS,
	examples: [
		{ command: 'runstead compute list', explanation: 'nodes, and the runs that wait and run' },
		{ command: 'runstead compute list --workspace lab', explanation: 'of another workspace' },
	],
	async run({ options }) {
		const { client, workspace } = await openWorkspace(options);
		const clusters: Cluster[] = [];
		let cursor: string | undefined;
		do {
			const page = await client.call('listClusters', { params: { workspace }, query: { limit: 1_000, cursor } });
			clusters.push(...page.clusters);
			cursor = page.nextCursor ?? undefined;
		} while (cursor !== undefined);
		if (clusters.length === 0) {
			print(`Workspace ${workspace} has no clusters. Make one: ${RUNSTEAD} compute create NAME --vm-size STANDARD_D2_V2 --max-nodes 2`);
			return 0;
		}
		printTable(
			['NAME', 'VM SIZE', 'PRIORITY', 'MAY HAVE', 'NODES', 'STATE', 'WAITING', 'AT WORK'],
			clusters.map((cluster) => [
				cluster.name,
				cluster.vmSize,
				cluster.vmPriority,
				boundsOf(cluster),
				String(cluster.currentNodes),
				cluster.allocationState,
				String(cluster.queuedRuns),
				String(cluster.activeRuns),
			]),
		);
		return 0;
	},
});
