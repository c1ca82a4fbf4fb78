/** `runstead run cancel`: cancels runs. */
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { documentAnswer } from '../output/answer.ts';
import { findRun } from '../run/find-run.ts';

export const command = defineCommand({
	summary: 'Cancel runs with their children; what has ended stays as it is',
	usage: 'RUN …',
	words: { min: 1, max: 1_000 },
	options: { reason: { type: 'string', value: 'TEXT', description: 'Why, for the record.' }, ...WORKSPACE_OPTIONS },
	answers: 'document',
	examples: [{ command: 'runstead run cancel testexp --reason "wrong data"', explanation: 'ends its whole process tree' }],
	async run({ options, words }) {
		const { client, workspace } = await openWorkspace(options);
		// All are found before the first is cancelled.
		const runs = [];
		for (const word of words) runs.push(await findRun(client, workspace, word));
		const answers = [];
		for (const { id } of runs) answers.push(await client.call('cancelRun', { params: { run: id }, body: { reason: options.reason } }));
		return documentAnswer(
			answers.map(({ run, changed, message }) => ({ id: run.id, status: run.status, changed, message })),
			answers.map(({ message }) => message).join('\n'),
		);
	},
});
