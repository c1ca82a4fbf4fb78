/** `runstead experiment list`: the experiments of a workspace. */
import type { Experiment } from '@runstead/contract';
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { listAnswer, pages } from '../output/answer.ts';

export const command = defineCommand({
	summary: 'List the experiments of a workspace, newest first',
	usage: '',
	words: { min: 0, max: 0 },
	options: {
		archived: { type: 'boolean', description: 'Those that are archived too.' },
		...WORKSPACE_OPTIONS,
	},
	answers: 'list',
	examples: [
		{ command: 'runstead experiment list', explanation: 'with how many runs each has' },
		{ command: "runstead experiment list --query '[?activeRunCount > `0`].name' -o tsv", explanation: 'those that run now' },
	],
	async run({ options }) {
		const { client, workspace } = await openWorkspace(options);
		const lifecycle = options.archived ? 'all' : 'active';
		const experiments = pages<Experiment>(async (cursor) => {
			const page = await client.call('listExperiments', { params: { workspace }, query: { limit: 1_000, lifecycle, cursor } });
			return { items: page.experiments, nextCursor: page.nextCursor };
		});
		return listAnswer(experiments, {
			empty: `Workspace ${workspace} has no experiments yet: the first run that is submitted makes one.`,
			columns: [
				{ heading: 'NAME', of: ({ name }) => name, whole: true },
				{ heading: 'RUNS', of: ({ runCount }) => String(runCount) },
				{ heading: 'ACTIVE', of: ({ activeRunCount }) => String(activeRunCount) },
				{ heading: 'CREATED', of: ({ createdTime }) => createdTime.slice(0, 19).replace('T', ' ') },
				{ heading: 'DESCRIPTION', of: ({ description }) => description || '-' },
			],
		});
	},
});
