/** `az ml run show`: one run. */
import { defineCommand, UsageError } from '../../command.ts';
import { AZ_RUN_OPTIONS, azRunAnswer, openAzRun } from '../az-run.ts';

export const command = defineCommand({
	summary: 'Show a run',
	usage: '-r ID',
	words: { min: 0, max: 0 },
	options: AZ_RUN_OPTIONS,
	answers: 'document',
	examples: [{ command: 'az ml run show -r runid', explanation: 'a JSON document' }],
	async run({ options }) {
		if (options.run === undefined) throw new UsageError('Which run? Give -r ID.');
		return azRunAnswer((await openAzRun(options)).run);
	},
});
