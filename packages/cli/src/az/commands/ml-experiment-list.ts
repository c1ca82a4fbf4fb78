/** `az ml experiment list`: the experiments of a workspace. */
import type { Experiment } from '@runstead/contract';
import { defineCommand } from '../../command.ts';
import { listAnswer, pages } from '../../output/answer.ts';
import { AZ_OPTIONS, openAzWorkspace } from '../az-options.ts';

export const command = defineCommand({
	summary: 'List the experiments of a workspace',
	usage: '[JMESPATH]',
	words: { min: 0, max: 1 },
	wordIsQuery: true,
	options: AZ_OPTIONS,
	answers: 'list',
	examples: [{ command: 'az ml experiment list -w myworkspace -g myresourcegroup', explanation: 'a JSON document' }],
	async run({ options }) {
		const { client, workspace } = await openAzWorkspace(options);
		const params = { workspace: workspace.name };
		const experiments = pages(async (cursor) => {
			const page = await client.call('listExperiments', { params, query: { limit: 1_000, cursor } });
			const items = page.experiments.map(({ id, name, createdTime, tags, runCount }: Experiment) => ({
				id,
				name,
				createdUtc: createdTime,
				tags,
				runCount,
			}));
			return { items, nextCursor: page.nextCursor };
		});
		return listAnswer(experiments, {
			empty: 'No experiments.',
			columns: [
				{ heading: 'Name', of: ({ name }) => name, whole: true },
				{ heading: 'Runs', of: ({ runCount }) => String(runCount) },
				{ heading: 'CreatedUtc', of: ({ createdUtc }) => createdUtc },
			],
		});
	},
});
