/** `runstead compute nodes`: the nodes of a cluster. */
import type { Node } from '@runstead/contract';
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { listAnswer } from '../output/answer.ts';
import { timeText } from '../run/values.ts';

function remarkOf({ cordoned, stateReason }: Node): string {
	return [cordoned ? 'Cordoned: it takes nothing new.' : null, stateReason].filter((text) => text !== null).join(' ') || '-';
}

export const command = defineCommand({
	summary: 'List the nodes of a cluster with what each does',
	usage: 'CLUSTER',
	words: { min: 1, max: 1 },
	options: WORKSPACE_OPTIONS,
	answers: 'list',
	examples: [{ command: 'runstead compute nodes gpu-cluster', explanation: 'states, reasons, and the run of each' }],
	async run({ options, words }) {
		const [compute] = words as [string];
		const { client, workspace } = await openWorkspace(options);
		const { nodes } = await client.call('listNodes', { params: { workspace, compute } });
		return listAnswer(nodes, {
			empty: `Cluster ${compute} has no nodes now.`,
			columns: [
				{ heading: 'NODE', of: ({ id }) => id, whole: true },
				{ heading: 'STATE', of: ({ state }) => state },
				{ heading: 'RUN', of: ({ runId }) => runId ?? '-', whole: true },
				{ heading: 'SINCE', of: ({ allocatedTime }) => timeText(allocatedTime) },
				{ heading: 'MACHINE', of: machineInWords },
				{ heading: 'REMARK', of: remarkOf },
			],
		});
	},
});

/** @example machineInWords(node) === 'gpu1: 32 cores, 251.5 GiB, NVIDIA A100' */
function machineInWords({ machine }: Node): string {
	if (machine === null) return 'here';
	const { hostname, cores, memoryMib, gpus } = machine;
	return `${hostname}: ${[`${cores} cores`, `${(memoryMib / 1024).toFixed(1)} GiB`, ...gpus].join(', ')}`;
}
