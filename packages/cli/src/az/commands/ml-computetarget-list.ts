/** `az ml computetarget list`: the compute targets of a workspace. */
import { defineCommand } from '../../command.ts';
import { listAnswer, pages } from '../../output/answer.ts';
import { azCompute } from '../az-compute.ts';
import { AZ_OPTIONS, openAzWorkspace } from '../az-options.ts';

export const command = defineCommand({
	summary: 'List the compute targets of a workspace',
	usage: '[JMESPATH]',
	words: { min: 0, max: 1 },
	wordIsQuery: true,
	options: AZ_OPTIONS,
	answers: 'list',
	examples: [{ command: 'az ml computetarget list -g myresourcegroup -w myworkspace', explanation: 'a JSON document' }],
	async run({ options }) {
		const { client, workspace } = await openAzWorkspace(options);
		const targets = pages(async (cursor) => {
			const page = await client.call('listClusters', { params: { workspace: workspace.name }, query: { limit: 1_000, cursor } });
			return { items: page.clusters.map(azCompute), nextCursor: page.nextCursor };
		});
		return listAnswer(targets, {
			empty: 'No compute targets beside local.',
			columns: [
				{ heading: 'Name', of: ({ name }) => name, whole: true },
				{ heading: 'Type', of: ({ type }) => type },
				{ heading: 'VmSize', of: ({ vmSize }) => vmSize },
				{ heading: 'Nodes', of: ({ currentNodeCount }) => String(currentNodeCount) },
				{ heading: 'State', of: ({ allocationState }) => allocationState },
			],
		});
	},
});
