/** `runstead model register`: registers files of a run, or of this machine, as the next version of a model. */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { CommandError, defineCommand, UsageError } from '../command.ts';
import { filesBelow } from '../import/local-artifacts.ts';
import { modelAnswer } from '../model-answer.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';

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
		tag: { type: 'string', value: 'KEY=VALUE', multiple: true, description: 'May be given several times.' },
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
			const files = await filesBelow(path);
			if (files.length === 0) throw new CommandError(`There is no file at ${path}.`, 'Check the name, or name its run with --run.');
			const isFile = (await stat(path)).isFile();
			const { version } = await client.call('registerModel', { params, body: { source: { upload: true }, ...said } });
			const place = { ...params, version: String(version) };
			for (const file of files) {
				const target = isFile ? file.path : `${basename(path.replace(/[/\\]+$/, ''))}/${file.path}`;
				await client.call('writeModelFile', { params: { ...place, '*': target }, body: await file.open() });
			}
			return client.call('completeModelVersion', { params: place });
		};
		const { version } = await register();
		if (options.alias !== undefined) await client.call('setModelAlias', { params: { ...params, alias: options.alias }, body: { version } });
		return modelAnswer(await client.call('getModelVersion', { params: { ...params, version: String(version) } }));
	},
});
