/** `az ml run cancel`: cancels a run. */
import { defineCommand, UsageError } from '../../command.ts';
import { AZ_RUN_OPTIONS, azRunAnswer, openAzRun } from '../az-run.ts';

export const command = defineCommand({
	summary: 'Cancel a run with its children',
	usage: '-r ID',
	words: { min: 0, max: 0 },
	options: AZ_RUN_OPTIONS,
	answers: 'document',
	examples: [
		{ command: 'az ml run cancel -r runid -w workspace_name -e experiment_name', explanation: 'one that has ended stays as it is' },
	],
	async run({ options }) {
		if (options.run === undefined) throw new UsageError('Which run? Give -r ID.');
		const { client, run } = await openAzRun(options);
		const { run: after, changed, message } = await client.call('cancelRun', { params: { run: run.id }, body: {} });
		const answer = azRunAnswer(after);
		return changed ? answer : { ...answer, remark: message };
	},
});
