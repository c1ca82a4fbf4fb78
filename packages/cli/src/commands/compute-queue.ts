/** `runstead compute queue`: the runs that wait for a cluster. */
import { LIMITS } from '@runstead/contract';
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { print, printTable, remark } from '../terminal.ts';

export const command = defineCommand({
	summary: 'List the runs that wait for a cluster, in their order, with why',
	usage: 'CLUSTER',
	words: { min: 1, max: 1 },
	options: WORKSPACE_OPTIONS,
	examples: [{ command: 'runstead compute queue gpu-cluster', explanation: 'the first is taken next' }],
	async run({ options, words }) {
		const [compute] = words as [string];
		const { client, workspace } = await openWorkspace(options);
		const { waiting, queue } = await client.call('listQueue', { params: { workspace, compute }, query: { limit: LIMITS.pageSize.max } });
		if (queue.length === 0) {
			print(`No run waits for cluster ${compute}.`);
			return 0;
		}
		printTable(
			['PLACE', 'RUN', 'EXPERIMENT', 'PRIORITY', 'WHY IT WAITS'],
			queue.map((entry) => [String(entry.position), entry.runId, entry.experimentName, String(entry.priority), entry.reason]),
		);
		if (waiting > queue.length) remark(`${waiting - queue.length} more wait behind these.`);
		return 0;
	},
});
