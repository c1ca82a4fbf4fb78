/** `runstead environment list`: the environments of a workspace. */
import type { Environment } from '@runstead/contract';
import { defineCommand } from '../command.ts';
import { pythonOf } from '../environment-answer.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { listAnswer, pages } from '../output/answer.ts';

export const command = defineCommand({
	summary: 'List the environments of a workspace and the curated ones',
	usage: '[NAME]',
	words: { min: 0, max: 1 },
	options: { archived: { type: 'boolean', description: 'Archived ones as well.' }, ...WORKSPACE_OPTIONS },
	answers: 'list',
	examples: [
		{ command: 'runstead environment list', explanation: 'each in its newest version' },
		{ command: 'runstead environment list vision', explanation: 'every version of one' },
	],
	async run({ options, words: [environment] }) {
		const { client, workspace } = await openWorkspace(options);
		const environments = pages<Environment>(async (cursor) => {
			const query = { limit: 1_000, cursor };
			const page =
				environment === undefined
					? await client.call('listEnvironments', { params: { workspace }, query: { ...query, archived: options.archived } })
					: await client.call('listEnvironmentVersions', { params: { workspace, environment }, query });
			return { items: page.environments, nextCursor: page.nextCursor };
		});
		return listAnswer(environments, {
			empty: `Workspace ${workspace} has no environments.`,
			columns: [
				{ heading: 'NAME', of: ({ name }) => name, whole: true },
				{ heading: 'VERSION', of: ({ version }) => String(version) },
				{ heading: 'PYTHON', of: ({ specification }) => pythonOf(specification) },
				{ heading: 'REQUIREMENTS', of: ({ specification }) => requirementsOf(specification) },
				{ heading: 'MADE BY', of: ({ createdBy, archived }) => (archived ? `${createdBy} (archived)` : createdBy) },
				{ heading: 'DESCRIPTION', of: ({ description }) => description || '-' },
			],
		});
	},
});

function requirementsOf({ condaPackages = [], pipRequirements = [] }: Environment['specification']): string {
	return String(condaPackages.length + pipRequirements.filter((line) => !line.startsWith('-')).length);
}
