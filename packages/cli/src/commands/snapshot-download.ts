/** `runstead snapshot download`: a snapshot as a zip file. */
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { documentAnswer } from '../output/answer.ts';
import { writeReply } from '../run/download.ts';
import { sizeText } from '../run/values.ts';

export const command = defineCommand({
	summary: 'Download a snapshot as a zip file',
	usage: 'SNAPSHOT [FILE.zip]',
	words: { min: 1, max: 2 },
	options: WORKSPACE_OPTIONS,
	answers: 'document',
	examples: [{ command: 'runstead snapshot download 1f0c2a9e… source.zip', explanation: 'run download --snapshot unpacks it too' }],
	async run({ options, words }) {
		const [snapshot, given] = words as [string, string | undefined];
		const { client, workspace } = await openWorkspace(options);
		const reply = await client.open('downloadSnapshot', { params: { workspace, snapshot } });
		const file = given ?? `${snapshot.slice(0, 12)}.zip`;
		let sizeBytes = 0;
		await writeReply(reply, file, (count) => {
			sizeBytes += count;
		});
		return documentAnswer({ file, sizeBytes }, `Downloaded the snapshot to ${file}: ${sizeText(sizeBytes)}.`);
	},
});
