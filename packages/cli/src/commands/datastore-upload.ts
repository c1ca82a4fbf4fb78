/** `runstead datastore upload`: puts a file or a folder into the workspace's datastore. */
import { DEFAULT_DATASTORE } from '@runstead/contract';
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { documentAnswer } from '../output/answer.ts';
import { localFiles, sizeOf } from '../run/local-files.ts';
import { createProgressBar } from '../run/progress-bar.ts';
import { uploadData } from '../run/upload-data.ts';
import { sizeText } from '../run/values.ts';

export const command = defineCommand({
	summary: 'Put a file or a folder into the datastore of a workspace, for jobs to read; broken off, it goes on where it was',
	usage: 'FILE|FOLDER [PATH]',
	words: { min: 1, max: 2 },
	options: {
		overwrite: { type: 'boolean', description: 'Replace files that are there and differ; without it they stay as they are.' },
		...WORKSPACE_OPTIONS,
	},
	answers: 'document',
	examples: [
		{ command: 'runstead datastore upload data iris', explanation: 'what the folder data holds, below iris/' },
		{ command: 'runstead datastore upload train.csv iris --overwrite', explanation: 'as iris/train.csv, in place of the one there' },
	],
	async run({ options, words }) {
		const [source, target = ''] = words as [string, string | undefined];
		const folders = target.split('/').filter((part) => part !== '');
		const files = (await localFiles(source)).map((file) => ({ ...file, path: [...folders, file.path].join('/') }));
		const { client, workspace } = await openWorkspace(options);
		const bar = createProgressBar(sizeOf(files), sizeText);
		const uploaded: string[] = [];
		const left: string[] = [];
		try {
			for (const file of files) {
				const isNew = await uploadData(client, workspace, file, options.overwrite ?? false, (bytes) => bar.advance(bytes, file.path));
				(isNew ? uploaded : left).push(file.path);
			}
		} finally {
			bar.clear();
		}
		const count = uploaded.length === 1 ? '1 file' : `${uploaded.length} files`;
		return documentAnswer({ datastore: DEFAULT_DATASTORE, uploaded, left }, `Uploaded ${count} to ${DEFAULT_DATASTORE}.`, {
			...(left.length > 0 && { remark: `Left as they are (--overwrite replaces them): ${left.slice(0, 20).join(', ')}.` }),
		});
	},
});
