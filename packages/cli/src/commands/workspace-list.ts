/** `runstead workspace list`: the workspaces of a server. */
import type { Workspace } from '@runstead/contract';
import { defineCommand } from '../command.ts';
import { RUNSTEAD } from '../command-line.ts';
import { openServer, SERVER_OPTIONS } from '../open-workspace.ts';
import { listAnswer, pages } from '../output/answer.ts';
import { timeText } from '../run/values.ts';

export const command = defineCommand({
	summary: 'List the workspaces of a server by name',
	usage: '',
	words: { min: 0, max: 0 },
	options: SERVER_OPTIONS,
	answers: 'list',
	examples: [
		{ command: 'runstead workspace list', explanation: 'with their resource groups' },
		{ command: "runstead workspace list --query '[].name' -o tsv", explanation: 'the names alone' },
	],
	async run({ options }) {
		const client = await openServer(options);
		const workspaces = pages<Workspace>(async (cursor) => {
			const page = await client.call('listWorkspaces', { query: { limit: 1_000, cursor } });
			return { items: page.workspaces, nextCursor: page.nextCursor };
		});
		return listAnswer(workspaces, {
			empty: `The server has no workspace yet. Make one: ${RUNSTEAD} workspace create NAME`,
			columns: [
				{ heading: 'NAME', of: ({ name }) => name, whole: true },
				{ heading: 'RESOURCE GROUP', of: ({ resourceGroup }) => resourceGroup },
				{ heading: 'DESCRIPTION', of: ({ description }) => description || '-' },
				{ heading: 'MADE', of: ({ createdTime }) => timeText(createdTime) },
			],
		});
	},
});
