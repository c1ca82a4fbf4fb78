/** `runstead model register`: registers files of a run, or of this machine, as the next version of a model. */
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Client } from '@runstead/client';
import type { ModelVersion } from '@runstead/contract';
import { CommandError, defineCommand, UsageError } from '../command.ts';
import { modelAnswer } from '../model-answer.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { localFiles, type NamedFile, sizeOf } from '../run/local-files.ts';
import { createProgressBar } from '../run/progress-bar.ts';
import { uploadModelFile } from '../run/upload-model-file.ts';
import { sizeText } from '../run/values.ts';

/** The files of a path by what they are called in the model: a folder keeps its name. */
async function modelFiles(path: string): Promise<NamedFile[]> {
	const facts = await stat(path).catch(() => null);
	if (facts === null) throw new CommandError(`There is no file at ${path}.`, 'Check the name, or name its run with --run.');
	const files = await localFiles(path);
	return facts.isFile() ? files : files.map((file) => ({ ...file, path: `${basename(resolve(path))}/${file.path}` }));
}

/** Gives a version its files. One that does not get them all is taken back: nobody could complete it. */
async function upload(
	client: Client,
	version: { workspace: string; model: string; version: string },
	files: readonly NamedFile[],
): Promise<ModelVersion> {
	const bar = createProgressBar(sizeOf(files), sizeText);
	try {
		for (const file of files) await uploadModelFile(client, version, file.path, file, (bytes) => bar.advance(bytes, file.path));
		return await client.call('completeModelVersion', { params: version });
	} catch (error) {
		await client.call('deleteModelVersion', { params: version }).catch(() => undefined);
		throw error;
	} finally {
		bar.clear();
	}
}

function tagsOf(given: readonly string[] = []): Record<string, string> {
	return Object.fromEntries(
		given.map((text) => {
			const [key = '', ...value] = text.split('=');
			if (key === '' || value.length === 0) throw new UsageError(`--tag takes KEY=VALUE, not "${text}".`);
			return [key, value.join('=')];
		}),
	);
}

export const command = defineCommand({
	summary: 'Register files of a run, or of this machine, as the next version of a model',
	usage: 'NAME PATH',
	words: { min: 2, max: 2 },
	options: {
		run: { type: 'string', value: 'RUN', description: 'PATH is a file or folder of this run; without it, of this machine.' },
		description: { type: 'string', value: 'TEXT', description: 'What it is.' },
		tag: { type: 'string', value: 'KEY=VALUE', multiple: true, description: 'A tag, and others given so.' },
		alias: { type: 'string', value: 'ALIAS', description: 'Stands for the new version from then on.' },
		...WORKSPACE_OPTIONS,
	},
	answers: 'document',
	examples: [
		{ command: 'runstead model register ridge outputs/model --run quickstart_1', explanation: 'a folder that the run left' },
		{ command: 'runstead model register ridge ./model.pkl --alias champion', explanation: 'a file of this machine' },
	],
	async run({ options, words }) {
		const [model, path] = words as [string, string];
		const { client, workspace } = await openWorkspace(options);
		const params = { workspace, model };
		const said = {
			...(options.description !== undefined && { description: options.description }),
			tags: tagsOf(options.tag),
		};
		const register = async () => {
			if (options.run !== undefined)
				return client.call('registerModel', { params, body: { source: { runId: options.run, path }, ...said } });
			const files = await modelFiles(path);
			const { version } = await client.call('registerModel', { params, body: { source: { upload: true }, ...said } });
			return upload(client, { ...params, version: String(version) }, files);
		};
		const { version } = await register();
		if (options.alias !== undefined) await client.call('setModelAlias', { params: { ...params, alias: options.alias }, body: { version } });
		return modelAnswer(await client.call('getModelVersion', { params: { ...params, version: String(version) } }));
	},
});
