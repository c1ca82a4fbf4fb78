/** `runstead environment create`: registers an environment. */
import type { EnvironmentSpecification } from '@runstead/contract';
import { defineCommand, UsageError } from '../command.ts';
import { environmentAnswer } from '../environment-answer.ts';
import { readCondaFile, readRequirements } from '../environment-files.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { assignmentsOf, tagsOf } from '../run/values.ts';

export const command = defineCommand({
	summary: 'Register an environment: the next version of its name, unless nothing has changed',
	usage: 'NAME --requirements FILE | --conda-file FILE | --interpreter PATH',
	words: { min: 1, max: 1 },
	options: {
		requirements: { type: 'string', value: 'FILE', description: 'A requirements file of pip.' },
		'conda-file': { type: 'string', value: 'FILE', description: 'A conda environment file.' },
		interpreter: { type: 'string', value: 'PATH', description: 'A Python that is there on the node: nothing is built.' },
		python: { type: 'string', value: 'VERSION', description: "Such as 3.11 (default: the node's own)." },
		variable: {
			type: 'string',
			value: 'NAME=VALUE',
			multiple: true,
			description: 'An environment variable of its jobs, and others given so.',
		},
		description: { type: 'string', value: 'TEXT', description: 'What it is for.' },
		tag: { type: 'string', value: 'KEY=VALUE', multiple: true, description: 'A tag, and others given so.' },
		...WORKSPACE_OPTIONS,
	},
	answers: 'document',
	examples: [
		{ command: 'runstead environment create vision --requirements requirements.txt --python 3.11', explanation: 'what pip installs' },
		{
			command: 'runstead environment create vision --conda-file environment.yml',
			explanation: 'what conda installs, or pip where there is none',
		},
	],
	async run({ options, words: [name] }) {
		const { requirements, interpreter, python, variable, description, tag } = options;
		const condaFile = options['conda-file'];
		if ([requirements, condaFile, interpreter].filter((given) => given !== undefined).length > 1)
			throw new UsageError('Give one of --requirements, --conda-file and --interpreter.');
		if ((requirements ?? condaFile ?? interpreter ?? python) === undefined)
			throw new UsageError('Say what it holds: --requirements FILE, --conda-file FILE, --python VERSION or --interpreter PATH.');
		const variables = assignmentsOf(variable, '--variable');
		const tags = tagsOf(tag, '--tag');
		const read: EnvironmentSpecification =
			requirements !== undefined ? await readRequirements(requirements) : condaFile !== undefined ? await readCondaFile(condaFile) : {};
		const specification = {
			...read,
			...(python !== undefined && { pythonVersion: python }),
			...(interpreter !== undefined && { userManaged: true, interpreterPath: interpreter }),
			environmentVariables: { ...read.environmentVariables, ...variables },
		};
		const { client, workspace } = await openWorkspace(options);
		return environmentAnswer(
			await client.call('registerEnvironment', { params: { workspace }, body: { name: name!, description, tags, specification } }),
		);
	},
});
