/** `runstead az shim`: where the program `az` is that one can put on the path. */
import { fileURLToPath } from 'node:url';
import { defineCommand } from '../../command.ts';
import { documentAnswer } from '../../output/answer.ts';

const FOLDER = fileURLToPath(new URL('../../../shims', import.meta.url));

export const command = defineCommand({
	summary: 'Say which folder to put on the path so that "az ml …" is answered here',
	usage: '',
	words: { min: 0, max: 0 },
	options: {},
	answers: 'document',
	examples: [{ command: 'export PATH="$(runstead az shim -o tsv):$PATH"', explanation: 'az is ours in this shell, and nowhere else' }],
	run: async () => documentAnswer(FOLDER, FOLDER),
});
