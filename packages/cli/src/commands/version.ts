/** `runstead version`. */
import packageJson from '../../package.json' with { type: 'json' };
import { defineCommand } from '../command.ts';
import { print } from '../terminal.ts';

export const command = defineCommand({
	summary: 'Print the version',
	usage: '',
	words: { min: 0, max: 0 },
	options: {},
	examples: [{ command: 'runstead version', explanation: 'prints the version alone' }],
	async run() {
		print(packageJson.version);
		return 0;
	},
});
