/** `runstead experiment show`: one experiment. */
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { documentAnswer } from '../output/answer.ts';
import { findExperiment } from '../run/find-experiment.ts';
import { tagText, timeText } from '../run/values.ts';

export const command = defineCommand({
	summary: 'Show an experiment',
	usage: 'NAME',
	words: { min: 1, max: 1 },
	options: WORKSPACE_OPTIONS,
	answers: 'document',
	examples: [{ command: 'runstead experiment show testexperiment', explanation: 'its id, its runs, its tags' }],
	async run({ options, words }) {
		const { client, workspace } = await openWorkspace(options);
		const experiment = await findExperiment(client, workspace, words[0]!);
		const tags = Object.entries(experiment.tags).map(tagText);
		return documentAnswer(experiment, [
			['Experiment', experiment.name],
			['Id', experiment.id],
			['Runs', `${experiment.runCount}, ${experiment.activeRunCount} active`],
			['Lifecycle', experiment.lifecycle],
			...(experiment.description === '' ? [] : [['Description', experiment.description] as const]),
			...(tags.length === 0 ? [] : [['Tags', tags.join('\n')] as const]),
			['Created', timeText(experiment.createdTime)],
		]);
	},
});
