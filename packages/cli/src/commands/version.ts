/** `runstead version`. */
import packageJson from '../../package.json' with { type: 'json' };
import { defineCommand } from '../command.ts';
import { documentAnswer } from '../output/answer.ts';

export const command = defineCommand({
	summary: 'Print the version',
	usage: '',
	words: { min: 0, max: 0 },
	options: {},
	answers: 'document',
	examples: [
		{ command: 'runstead version', explanation: 'prints the version alone' },
		{ command: 'runstead version -o json', explanation: 'for a program' },
	],
	async run() {
		return documentAnswer({ version: packageJson.version }, packageJson.version);
	},
});
