/** `az ml run list`: the runs of an experiment. */
import { defineCommand } from '../../command.ts';
import { listAnswer } from '../../output/answer.ts';
import { maxResults } from '../../output/options.ts';
import { listRuns } from '../../run/list-runs.ts';
import { AZ_OPTIONS, openAzWorkspace } from '../az-options.ts';
import { azRun } from '../az-run.ts';

async function* firstRuns(runs: Awaited<ReturnType<typeof listRuns>>, count: number) {
	let taken = 0;
	for await (const run of runs) {
		if (taken === count) return;
		taken += 1;
		yield azRun(run);
	}
}

export const command = defineCommand({
	summary: 'List the runs of an experiment, newest first',
	usage: '[JMESPATH]',
	words: { min: 0, max: 1 },
	wordIsQuery: true,
	options: {
		'experiment-name': { type: 'string', value: 'NAME', short: 'e', description: 'Experiment.' },
		last: { type: 'string', value: 'COUNT', description: 'Only the newest so many.' },
		status: { type: 'string', value: 'STATUS', multiple: true, description: 'Only runs with this status.' },
		tags: { type: 'string', value: 'KEY[=VALUE]', multiple: true, description: 'Only runs with this tag, and others given so.' },
		...AZ_OPTIONS,
	},
	answers: 'list',
	examples: [
		{ command: 'az ml run list --experiment-name testexperiment', explanation: 'a JSON document' },
		{
			command: 'az ml run list --experiment-name testexperiment --query "[?properties.author==\'azureml-user\']"',
			explanation: 'only runs that the expression finds',
		},
		{
			command: 'az ml run list --experiment-name testexperiment "[?properties.author==\'azureml-user\']"',
			explanation: 'the same: the expression may stand as a word of its own',
		},
	],
	async run({ options }) {
		const { client, workspace } = await openAzWorkspace(options);
		const { 'experiment-name': experiment, status, tags } = options;
		const runs = await listRuns(client, workspace.name, { 'experiment-name': experiment, status, tag: tags });
		const count = options.last === undefined ? Number.POSITIVE_INFINITY : maxResults(options.last, '--last');
		return listAnswer(firstRuns(runs, count), {
			empty: 'No runs.',
			columns: [
				{ heading: 'RunId', of: ({ runId }) => runId, whole: true },
				{ heading: 'Experiment', of: ({ experimentName }) => experimentName },
				{ heading: 'Status', of: ({ status: state }) => state },
				{ heading: 'StartTimeUtc', of: ({ startTimeUtc }) => startTimeUtc ?? '-' },
				{ heading: 'EndTimeUtc', of: ({ endTimeUtc }) => endTimeUtc ?? '-' },
			],
		});
	},
});
