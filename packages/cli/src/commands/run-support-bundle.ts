/** `runstead run support-bundle`: what somebody who is to help needs to know of a run. */
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { documentAnswer } from '../output/answer.ts';
import { writeReply } from '../run/download.ts';
import { findRun } from '../run/find-run.ts';
import { sizeText } from '../run/values.ts';

export const command = defineCommand({
	summary: 'Download the logs of a run with its settings, events and versions, secrets removed',
	usage: 'RUN [FILE.zip]',
	words: { min: 1, max: 2 },
	options: WORKSPACE_OPTIONS,
	answers: 'document',
	examples: [{ command: 'runstead run support-bundle testexp', explanation: 'look at it before you give it away' }],
	async run({ options, words }) {
		const [word, given] = words as [string, string | undefined];
		const { client, workspace } = await openWorkspace(options);
		const { id } = await findRun(client, workspace, word);
		const reply = await client.open('downloadSupportBundle', { params: { run: id } });
		const file = given ?? `${id}-support.zip`;
		let sizeBytes = 0;
		await writeReply(reply, file, (count) => {
			sizeBytes += count;
		});
		return documentAnswer({ file, sizeBytes }, `Downloaded the support bundle to ${file}: ${sizeText(sizeBytes)}.`);
	},
});
