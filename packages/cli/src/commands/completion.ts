/** `runstead completion`: the script with which a shell completes command lines. */
import { defineCommand, UsageError } from '../command.ts';
import { COMPLETION_SCRIPTS } from '../completion/scripts.ts';

export const command = defineCommand({
	summary: 'Print the script with which bash, zsh or fish complete commands, options and ids',
	usage: 'SHELL',
	words: { min: 1, max: 1 },
	options: {},
	examples: [
		{ command: 'source <(runstead completion bash)', explanation: 'in ~/.bashrc' },
		{ command: 'source <(runstead completion zsh)', explanation: 'in ~/.zshrc, after compinit' },
		{ command: 'runstead completion fish | source', explanation: 'in ~/.config/fish/config.fish' },
	],
	async run({ words }) {
		const script = COMPLETION_SCRIPTS[words[0]!];
		if (script === undefined)
			throw new UsageError(`There is completion for ${Object.keys(COMPLETION_SCRIPTS).join(', ')}, not for "${words[0]}".`);
		process.stdout.write(script);
		return 0;
	},
});
