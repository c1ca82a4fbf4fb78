/** `runstead compute nodes`: the nodes of a cluster. */
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { print, printTable } from '../terminal.ts';

export const command = defineCommand({
	summary: 'List the nodes of a cluster with what each does',
	usage: 'CLUSTER',
	words: { min: 1, max: 1 },
	options: WORKSPACE_OPTIONS,
	examples: [{ command: 'runstead compute nodes gpu-cluster', explanation: 'states, reasons, and the run of each' }],
	async run({ options, words }) {
		const [compute] = words as [string];
		const { client, workspace } = await openWorkspace(options);
		const { nodes } = await client.call('listNodes', { params: { workspace, compute } });
		if (nodes.length === 0) {
			print(`Cluster ${compute} has no nodes now.`);
			return 0;
		}
		printTable(
			['NODE', 'STATE', 'RUN', 'SINCE', 'REMARK'],
			nodes.map((node) => [
				node.id,
				node.state,
				node.runId ?? '-',
				node.allocatedTime,
				[node.cordoned ? 'Cordoned: it takes nothing new.' : null, node.stateReason].filter((text) => text !== null).join(' ') || '-',
			]),
		);
		return 0;
	},
});
