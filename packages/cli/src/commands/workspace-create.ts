/** `runstead workspace create`: makes a workspace. */
import { defineCommand } from '../command.ts';
import { openServer, SERVER_OPTIONS } from '../open-workspace.ts';
import { workspaceAnswer } from '../workspace-answer.ts';

export const command = defineCommand({
	summary: 'Make a workspace',
	usage: 'NAME',
	words: { min: 1, max: 1 },
	options: {
		'resource-group': { type: 'string', value: 'NAME', short: 'g', description: 'Its resource group (default: runstead).' },
		description: { type: 'string', value: 'TEXT', description: 'What it is for.' },
		...SERVER_OPTIONS,
	},
	answers: 'document',
	examples: [
		{ command: 'runstead workspace create lab --description "Trials of the vision team"', explanation: 'a place for experiments' },
	],
	async run({ options, words }) {
		const client = await openServer(options);
		const body = { name: words[0]!, resourceGroup: options['resource-group'], description: options.description };
		return workspaceAnswer(await client.call('createWorkspace', { body }));
	},
});
