/** `az ml folder attach`: makes a folder one whose commands and scripts mean a workspace. */
import { stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CommandError, defineCommand } from '../../command.ts';
import { makeFolder } from '../../folders.ts';
import { documentAnswer } from '../../output/answer.ts';
import { AZ_OPTIONS, openAzWorkspace } from '../az-options.ts';
import { EXAMPLE_FILES } from '../example-files.ts';

/** Writes what is not there: examples that somebody has changed stay as they are. */
async function writeExamples(folder: string): Promise<string[]> {
	const written: string[] = [];
	for (const [name, content] of Object.entries(EXAMPLE_FILES)) {
		const isNew = await writeFile(join(folder, name), content, { flag: 'wx' }).then(
			() => true,
			(error: NodeJS.ErrnoException) => {
				if (error.code === 'EEXIST') return false;
				throw error;
			},
		);
		if (isNew) written.push(`.azureml/${name}`);
	}
	return written;
}

export const command = defineCommand({
	summary: 'Attach a folder to a workspace: config.json, two example run configurations and a conda file in .azureml',
	usage: '',
	words: { min: 0, max: 0 },
	options: { path: { type: 'string', value: 'FOLDER', description: 'Folder to attach (default: this one).' }, ...AZ_OPTIONS },
	answers: 'document',
	examples: [
		{
			command: 'az ml folder attach -w myworkspace -g myresourcegroup',
			explanation: 'then: az ml run submit-script -c sklearn -e testexperiment train.py',
		},
	],
	async run({ options }) {
		const folder = resolve(options.path ?? '.');
		if (!(await stat(folder).catch(() => null))?.isDirectory())
			throw new CommandError(`There is no folder ${folder}.`, 'Name one with --path.');
		const { client, workspace } = await openAzWorkspace(options);
		const config = {
			subscription_id: workspace.subscriptionId,
			resource_group: workspace.resourceGroup,
			workspace_name: workspace.name,
			runstead_url: client.url,
		};
		const inner = join(folder, '.azureml');
		await makeFolder(inner);
		await writeFile(join(inner, 'config.json'), `${JSON.stringify(config, null, 4)}\n`);
		const written = ['.azureml/config.json', ...(await writeExamples(inner))];
		const { subscriptionId, resourceGroup, name } = workspace;
		return documentAnswer({ folder, subscriptionId, resourceGroup, workspaceName: name, written }, [
			['Folder', folder],
			['Workspace', name],
			['Resource group', resourceGroup],
			['Written', written.join('\n')],
		]);
	},
});
