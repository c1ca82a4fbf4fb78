/** `runstead model download`: fetches the files of a version. */
import type { ModelFile } from '@runstead/contract';
import { CommandError, defineCommand } from '../command.ts';
import { parseModel } from '../model-answer.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { documentAnswer, pages } from '../output/answer.ts';
import { downloadFiles } from '../run/download.ts';

export const command = defineCommand({
	summary: 'Download the files of a version of a model',
	usage: 'NAME[:VERSION|:ALIAS]',
	words: { min: 1, max: 1 },
	options: {
		to: { type: 'string', value: 'FOLDER', description: 'Folder to put them in (default: this one).' },
		...WORKSPACE_OPTIONS,
	},
	answers: 'document',
	examples: [{ command: 'runstead model download ridge:champion --to fetched', explanation: 'the version that an alias stands for' }],
	async run({ options, words }) {
		const { client, workspace } = await openWorkspace(options);
		const given = { workspace, ...parseModel(words[0]!) };
		const found = await client.call('getModelVersion', { params: given });
		const params = { ...given, version: String(found.version) };
		const files: ModelFile[] = [];
		const listed = pages<ModelFile>(async (cursor) => {
			const page = await client.call('listModelFiles', { params, query: { limit: 1_000, cursor } });
			return { items: page.files, nextCursor: page.nextCursor };
		});
		for await (const file of listed) files.push(file);
		if (files.length === 0)
			throw new CommandError(`Version ${found.version} of ${found.name} has no files here.`, `They lie at ${found.source}.`);
		const folder = options.to ?? '.';
		const written = await downloadFiles(files, folder, (path) => client.open('readModelFile', { params: { ...params, '*': path } }));
		const count = written.length === 1 ? '1 file' : `${written.length} files`;
		return documentAnswer(
			{ folder, version: found.version, files: written },
			`Downloaded ${count} of version ${found.version} to ${folder}.`,
		);
	},
});
