/** `az ml run update`: tags a run. */
import { defineCommand, UsageError } from '../../command.ts';
import { assignmentsOf } from '../../run/values.ts';
import { AZ_RUN_OPTIONS, azRunAnswer, openAzRun } from '../az-run.ts';

export const command = defineCommand({
	summary: 'Set tags of a run',
	usage: '-r ID',
	words: { min: 0, max: 0 },
	options: {
		'add-tag': { type: 'string', value: 'KEY=VALUE', multiple: true, description: 'Set a tag, and others given so.' },
		...AZ_RUN_OPTIONS,
	},
	answers: 'document',
	examples: [{ command: "az ml run update -r runid --add-tag quality='fantastic run'", explanation: 'set or changed' }],
	async run({ options }) {
		if (options.run === undefined) throw new UsageError('Which run? Give -r ID.');
		const tags = assignmentsOf(options['add-tag'], '--add-tag');
		if (tags === undefined) throw new UsageError('Nothing is to be changed: give --add-tag KEY=VALUE.');
		const { client, run } = await openAzRun(options);
		return azRunAnswer(await client.call('updateRun', { params: { run: run.id }, body: { tags } }));
	},
});
