/** `az ml run submit-script`: submits a script and waits for its end. */
import { defineCommand } from '../../command.ts';
import { followToEnd, INTERRUPTED } from '../../run/attend-run.ts';
import { submitRun } from '../../run/submit.ts';
import { AZ_OPTIONS, openAzWorkspace } from '../az-options.ts';
import { azRunAnswer } from '../az-run.ts';

export const command = defineCommand({
	summary: 'Submit a script with its folder; its log goes to standard error, the run to standard output',
	usage: 'SCRIPT [ARGUMENTS]',
	words: { min: 0, max: 10_000 },
	wordsEndOptions: true,
	options: {
		'run-configuration-name': {
			type: 'string',
			value: 'NAME',
			short: 'c',
			description: 'Run configuration: NAME of .azureml/NAME.runconfig.',
		},
		'experiment-name': { type: 'string', value: 'NAME', short: 'e', description: 'Experiment, made if there is none.' },
		'source-directory': { type: 'string', value: 'FOLDER', description: 'Folder to submit (default: that of --path).' },
		path: { type: 'string', value: 'FOLDER', description: 'Attached folder (default: this one).' },
		ct: { type: 'string', value: 'NAME', description: 'Compute target.' },
		async: { type: 'boolean', description: 'Do not wait for its end.' },
		...AZ_OPTIONS,
	},
	answers: 'document',
	examples: [
		{ command: 'az ml run submit-script -c sklearn -e testexperiment train.py', explanation: 'waits, and shows the log' },
		{ command: 'az ml run submit-script -c sklearn -e testexperiment --async train.py --alpha 0.1', explanation: 'returns at once' },
	],
	async run({ options, words }) {
		const { client, workspace } = await openAzWorkspace(options);
		const submitted = await submitRun(
			{
				'run-configuration-name': options['run-configuration-name'],
				'experiment-name': options['experiment-name'],
				'source-directory': options['source-directory'] ?? options.path,
				target: options.ct,
			},
			words,
			{ client, workspace: workspace.name },
		);
		if (options.async) return azRunAnswer(await client.call('getRun', { params: { run: submitted } }));
		const { run, interrupted } = await followToEnd(client, submitted, process.stderr);
		return interrupted ? INTERRUPTED : azRunAnswer(run, run.status === 'Completed' ? 0 : 1);
	},
});
