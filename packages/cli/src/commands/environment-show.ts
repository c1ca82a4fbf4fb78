/** `runstead environment show`: one environment. */
import { defineCommand, UsageError } from '../command.ts';
import { environmentAnswer } from '../environment-answer.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';

export const command = defineCommand({
	summary: 'Show an environment',
	usage: 'NAME',
	words: { min: 1, max: 1 },
	options: {
		version: { type: 'string', value: 'NUMBER', description: 'Of which version (default: the newest).' },
		...WORKSPACE_OPTIONS,
	},
	answers: 'document',
	examples: [
		{ command: 'runstead environment show AzureML-sklearn-1.5', explanation: 'its Python and its packages' },
		{ command: 'runstead environment show vision --version 2 -o json', explanation: 'an earlier version, for a program' },
	],
	async run({ options, words: [environment] }) {
		const { version } = options;
		if (version !== undefined && !/^[1-9]\d{0,8}$/.test(version))
			throw new UsageError(`--version takes a number from 1, not "${version}".`);
		const { client, workspace } = await openWorkspace(options);
		const query = { version: version === undefined ? undefined : Number(version) };
		return environmentAnswer(await client.call('getEnvironment', { params: { workspace, environment: environment! }, query }));
	},
});
