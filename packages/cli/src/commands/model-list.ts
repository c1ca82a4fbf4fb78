/** `runstead model list`: the models of a workspace. */
import type { Model } from '@runstead/contract';
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { listAnswer, pages } from '../output/answer.ts';

export const command = defineCommand({
	summary: 'List the models of a workspace',
	usage: '[PART-OF-NAME]',
	words: { min: 0, max: 1 },
	options: {
		tag: { type: 'string', value: 'KEY[=VALUE]', description: 'Only those with this tag.' },
		...WORKSPACE_OPTIONS,
	},
	answers: 'list',
	examples: [{ command: 'runstead model list ridge --tag team=vision', explanation: 'whose name holds ridge, of one team' }],
	async run({ options, words }) {
		const [search] = words as [string | undefined];
		const { client, workspace } = await openWorkspace(options);
		const models = pages<Model>(async (cursor) => {
			const page = await client.call('listModels', { params: { workspace }, query: { search, tag: options.tag, limit: 1_000, cursor } });
			return { items: page.models, nextCursor: page.nextCursor };
		});
		return listAnswer(models, {
			empty: 'There is no such model.',
			columns: [
				{ heading: 'NAME', of: ({ name }) => name, whole: true },
				{ heading: 'LATEST', of: ({ latestVersion }) => (latestVersion === null ? '' : String(latestVersion)) },
				{ heading: 'VERSIONS', of: ({ versionCount }) => String(versionCount) },
				{
					heading: 'ALIASES',
					of: ({ aliases }) =>
						Object.entries(aliases)
							.map(([alias, version]) => `${alias}=${version}`)
							.join(' '),
				},
				{ heading: 'MODIFIED', of: ({ modifiedTime }) => modifiedTime.slice(0, 19).replace('T', ' ') },
			],
		});
	},
});
