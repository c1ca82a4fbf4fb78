/** `runstead run update`: changes the name, description, tags and properties of a run. */
import { defineCommand, UsageError } from '../command.ts';
import { WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { openRun } from '../run/find-run.ts';
import { runAnswer } from '../run/run-answer.ts';
import { assignmentsOf } from '../run/values.ts';

export const command = defineCommand({
	summary: 'Change the name, description or tags of a run, or add properties',
	usage: 'RUN',
	words: { min: 1, max: 1 },
	options: {
		'display-name': { type: 'string', value: 'NAME', description: 'Its name for people.' },
		description: { type: 'string', value: 'TEXT', description: 'What it is about.' },
		'add-tag': { type: 'string', value: 'KEY=VALUE', multiple: true, description: 'Set a tag, and others given so.' },
		'remove-tag': { type: 'string', value: 'KEY', multiple: true, description: 'Take a tag away, and others given so.' },
		'add-property': { type: 'string', value: 'KEY=VALUE', multiple: true, description: 'Add a property, which stays for ever.' },
		...WORKSPACE_OPTIONS,
	},
	answers: 'document',
	examples: [
		{ command: "runstead run update testexp --add-tag quality='fantastic run'", explanation: 'set or changed' },
		{ command: 'runstead run update testexp --display-name "Ridge, alpha 0.1" --remove-tag draft', explanation: 'all or nothing' },
	],
	async run({ options, words }) {
		const removeTags = options['remove-tag'];
		const change = {
			displayName: options['display-name'],
			description: options.description,
			tags: assignmentsOf(options['add-tag'], '--add-tag'),
			removeTags: removeTags && [...removeTags],
			properties: assignmentsOf(options['add-property'], '--add-property'),
		};
		if (Object.values(change).every((value) => value === undefined))
			throw new UsageError('Nothing is to be changed: give --add-tag KEY=VALUE or another option.');
		const { client, run } = await openRun(options, words[0]!);
		return runAnswer(client, await client.call('updateRun', { params: { run: run.id }, body: change }));
	},
});
