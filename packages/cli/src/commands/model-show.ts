/** `runstead model show`: one version of a model. */
import { defineCommand } from '../command.ts';
import { modelAnswer, parseModel } from '../model-answer.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';

export const command = defineCommand({
	summary: 'Show a version of a model: where it came from, its files, tags and aliases',
	usage: 'NAME[:VERSION|:ALIAS]',
	words: { min: 1, max: 1 },
	options: WORKSPACE_OPTIONS,
	answers: 'document',
	examples: [
		{ command: 'runstead model show ridge', explanation: 'the newest version' },
		{ command: 'runstead model show ridge:champion -o json', explanation: 'the one that an alias stands for, for a program' },
	],
	async run({ options, words }) {
		const { client, workspace } = await openWorkspace(options);
		return modelAnswer(await client.call('getModelVersion', { params: { workspace, ...parseModel(words[0]!) } }));
	},
});
