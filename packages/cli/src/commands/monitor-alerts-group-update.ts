/** `runstead monitor alerts group update`: changes who is told of alerts. */
import { findReceiver, keptReceiver, newReceivers, RECEIVER_OPTIONS } from '../action-receivers.ts';
import { groupAnswer } from '../alert-answer.ts';
import { defineCommand, UsageError } from '../command.ts';
import { findActionGroup } from '../find-action-group.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';

export const command = defineCommand({
	summary: 'Add receivers to an action group, take some away, or rename it',
	usage: 'GROUP',
	words: { min: 1, max: 1 },
	options: {
		...RECEIVER_OPTIONS,
		remove: { type: 'string', value: 'RECEIVER', multiple: true, description: 'Tells it no more: its id or address.' },
		name: { type: 'string', value: 'NAME', description: 'What it is called from now on.' },
		...WORKSPACE_OPTIONS,
	},
	answers: 'document',
	examples: [
		{
			command: 'runstead monitor alerts group update ops --email bob@example.org --remove ada@example.org',
			explanation: 'the others stay as they are, with their secrets',
		},
	],
	async run({ options, words }) {
		const [given] = words as [string];
		const { name, remove = [] } = options;
		const added = newReceivers(options);
		if (name === undefined && added.length + remove.length === 0)
			throw new UsageError('There is nothing to change: give --webhook, --slack, --email, --remove or --name.');
		const { client, workspace } = await openWorkspace(options);
		const group = await findActionGroup(client, workspace, given);
		const removed = new Set(remove.map((one) => findReceiver(group, one).id));
		const receivers = [...group.receivers.filter(({ id }) => !removed.has(id)).map(keptReceiver), ...added];
		if (receivers.length === 0)
			throw new UsageError(`Group ${group.name} would tell nobody. To be rid of it: runstead monitor alerts group delete ${group.name}`);
		const body = { ...(name !== undefined && { name }), ...(added.length + remove.length > 0 && { receivers }) };
		return groupAnswer(await client.call('updateActionGroup', { params: { workspace, group: group.id }, body }));
	},
});
