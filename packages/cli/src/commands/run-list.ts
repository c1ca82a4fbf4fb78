/** `runstead run list`: the runs of a workspace. */
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { listAnswer } from '../output/answer.ts';
import { FILTER_OPTIONS, listRuns } from '../run/list-runs.ts';
import { RUN_COLUMNS } from '../run/run-answer.ts';

export const command = defineCommand({
	summary: 'List runs, newest first',
	usage: '',
	words: { min: 0, max: 0 },
	options: { ...FILTER_OPTIONS, ...WORKSPACE_OPTIONS },
	answers: 'list',
	examples: [
		{ command: 'runstead run list -e testexperiment', explanation: 'of one experiment' },
		{ command: "runstead run list --tag quality='fantastic run' --status Completed", explanation: 'by tag and status' },
		{ command: "runstead run list --filter 'metrics.mse.min < 3000' --order-by metrics.mse.min", explanation: 'the best first' },
		{ command: "runstead run list --query '[].[id, status]' -o tsv --max-results all", explanation: 'every run, for a program' },
	],
	async run({ options }) {
		const { client, workspace } = await openWorkspace(options);
		return listAnswer(await listRuns(client, workspace, options), { empty: 'No runs.', columns: RUN_COLUMNS });
	},
});
