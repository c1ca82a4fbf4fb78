/** `runstead run submit-script`: submits a script and attends its run. */
import { defineCommand } from '../command.ts';
import { SUBMIT_OPTIONS, submit } from '../run/submit.ts';

export const command = defineCommand({
	summary: 'Submit a script with its folder, and watch it until it ends',
	usage: 'SCRIPT [ARGUMENTS]',
	words: { min: 1, max: 10_000 },
	wordsEndOptions: true,
	options: SUBMIT_OPTIONS,
	answers: 'document',
	examples: [
		{ command: 'runstead run submit-script -e testexperiment train.py --alpha 0.1', explanation: 'what follows the script goes to it' },
		{ command: 'runstead run submit-script -c sklearn --stream train.py', explanation: 'as .azureml/sklearn.runconfig says, with its log' },
		{ command: 'runstead run submit-script --target gpu-cluster --detach train.py', explanation: 'without waiting' },
	],
	run: ({ options, words, format }) => submit(options, words, format),
});
