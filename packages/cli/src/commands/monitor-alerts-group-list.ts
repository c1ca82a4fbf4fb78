/** `runstead monitor alerts group list`: who is told of alerts. */
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { listAnswer } from '../output/answer.ts';

export const command = defineCommand({
	summary: 'List the action groups of a workspace: who is told of alerts',
	usage: '',
	words: { min: 0, max: 0 },
	options: WORKSPACE_OPTIONS,
	answers: 'list',
	examples: [{ command: 'runstead monitor alerts group list', explanation: 'without what may be secret in an address' }],
	async run({ options }) {
		const { client, workspace } = await openWorkspace(options);
		const { groups } = await client.call('listActionGroups', { params: { workspace } });
		return listAnswer(groups, {
			empty: 'There are no action groups: nobody is told of alerts.',
			columns: [
				{ heading: 'GROUP', of: ({ name }) => name, whole: true },
				{
					heading: 'TELLS',
					of: ({ receivers, problem: whole }) =>
						whole ??
						receivers.map(({ type, address, problem }) => `${type} ${address}${problem === null ? '' : ` (${problem})`}`).join('; '),
				},
			],
		});
	},
});
