/** `runstead environment archive`: takes an environment out of the lists. */
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { documentAnswer } from '../output/answer.ts';

export const command = defineCommand({
	summary: 'Take an environment with all its versions out of the lists; jobs that name it still run',
	usage: 'NAME',
	words: { min: 1, max: 1 },
	options: { undo: { type: 'boolean', description: 'Bring it back.' }, ...WORKSPACE_OPTIONS },
	answers: 'document',
	examples: [
		{ command: 'runstead environment archive vision', explanation: 'runstead environment list --archived still shows it' },
		{ command: 'runstead environment archive vision --undo', explanation: 'brings it back' },
	],
	async run({ options, words: [environment] }) {
		const { client, workspace } = await openWorkspace(options);
		const archived = options.undo !== true;
		const changed = await client.call('archiveEnvironment', { params: { workspace, environment: environment! }, body: { archived } });
		return documentAnswer(changed, archived ? `Archived environment ${changed.name}.` : `Environment ${changed.name} is listed again.`);
	},
});
