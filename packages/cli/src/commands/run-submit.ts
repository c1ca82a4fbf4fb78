/** `runstead run submit`: submits what a run configuration describes. */
import { defineCommand, UsageError } from '../command.ts';
import { SUBMIT_OPTIONS, submit } from '../run/submit.ts';

export const command = defineCommand({
	summary: 'Submit the script and arguments that a run configuration names',
	usage: '-c NAME',
	words: { min: 0, max: 0 },
	options: SUBMIT_OPTIONS,
	answers: 'document',
	examples: [
		{ command: 'runstead run submit -c sklearn', explanation: 'as .azureml/sklearn.runconfig says' },
		{ command: 'runstead run submit -c configs/long.runconfig --detach', explanation: 'a file anywhere' },
	],
	async run({ options, format }) {
		if (options['run-configuration-name'] === undefined) throw new UsageError('Which run configuration? Give -c NAME.');
		return submit(options, [], format);
	},
});
