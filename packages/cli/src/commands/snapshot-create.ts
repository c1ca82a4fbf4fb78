/** `runstead snapshot create`: stores a folder as it is now. */
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { documentAnswer } from '../output/answer.ts';
import { sizeText } from '../run/values.ts';
import { createSnapshot } from '../submit-folder.ts';

export const command = defineCommand({
	summary: 'Store a folder as it is now; the same folder has the same id',
	usage: '[FOLDER]',
	words: { min: 0, max: 1 },
	options: WORKSPACE_OPTIONS,
	answers: 'document',
	examples: [{ command: 'runstead snapshot create src', explanation: 'without what .amlignore or .gitignore leaves out' }],
	async run({ options, words }) {
		const { client, workspace } = await openWorkspace(options);
		const snapshot = await createSnapshot(client, workspace, words[0] ?? '.');
		return documentAnswer(snapshot, [
			['Snapshot', snapshot.id],
			['Files', `${snapshot.files.length}, ${sizeText(snapshot.sizeBytes)}`],
		]);
	},
});
