/** Submits a script from the command line: the folder it lies in, a run configuration if one is named, and what the options say. */
import { stat } from 'node:fs/promises';
import { basename, isAbsolute, relative, resolve, sep } from 'node:path';
import type { Client } from '@runstead/client';
import type { JobDefinition, JobEnvironment, NodeLossPolicy } from '@runstead/contract';
import { CommandError, type OptionDescriptions, UsageError } from '../command.ts';
import { RUNSTEAD } from '../command-line.ts';
import { secondsOf } from '../duration.ts';
import { gitProperties } from '../git-properties.ts';
import { openWorkspace, WORKSPACE_OPTIONS, type WorkspaceOptions } from '../open-workspace.ts';
import type { Answer } from '../output/answer.ts';
import { OUTPUT_OPTIONS } from '../output/options.ts';
import type { OutputFormat } from '../output/output-format.ts';
import { findRunConfiguration } from '../run-configuration/find-run-configuration.ts';
import { readRunConfiguration } from '../run-configuration/read-run-configuration.ts';
import { newJobId, submitFolder } from '../submit-folder.ts';
import { remark } from '../terminal.ts';
import { attendRun, logSink } from './attend-run.ts';
import { localMachineOrNull } from './local-machine.ts';
import { runAnswer } from './run-answer.ts';
import { assignmentsOf, tagsOf, wholeNumber } from './values.ts';

export const SUBMIT_OPTIONS = {
	'run-configuration-name': {
		type: 'string',
		value: 'NAME',
		short: 'c',
		description: 'Run configuration: NAME of .azureml/NAME.runconfig, or a file.',
	},
	'experiment-name': {
		type: 'string',
		value: 'NAME',
		short: 'e',
		description: 'Experiment, made if there is none (default: the name of the folder).',
	},
	'source-directory': { type: 'string', value: 'FOLDER', description: 'Folder to submit (default: this one).' },
	target: { type: 'string', value: 'NAME', description: 'Compute target (default: that of the configuration, else local).' },
	'display-name': { type: 'string', value: 'NAME', description: 'Its name for people.' },
	tag: { type: 'string', value: 'KEY[=VALUE]', multiple: true, description: 'A tag, and others given so.' },
	property: { type: 'string', value: 'KEY=VALUE', multiple: true, description: 'A property, and others given so.' },
	environment: {
		type: 'string',
		value: 'NAME[:VERSION]',
		description: 'Registered environment (default: that of the configuration, else the Python of the node).',
	},
	variable: { type: 'string', value: 'NAME=VALUE', multiple: true, description: 'An environment variable, and others given so.' },
	'node-loss': {
		type: 'string',
		value: 'ACTION',
		choices: ['fail', 'requeue'],
		description: 'When a node is lost with it: fail, or requeue for another one (default: that of the configuration, else fail).',
	},
	priority: { type: 'string', value: 'NUMBER', description: 'Among the runs that wait the greater goes first (default: 0).' },
	'max-duration': {
		type: 'string',
		value: 'DURATION',
		description: 'A run that takes longer, such as 90s, 30m or 12h, is ended and fails (default: that of the configuration, else none).',
	},
	detach: { type: 'boolean', description: 'Do not wait for its end.' },
	stream: { type: 'boolean', description: 'Show its log as it grows; how its environment is built goes to standard error.' },
	...WORKSPACE_OPTIONS,
} as const satisfies OptionDescriptions;

type Multiple = 'tag' | 'property' | 'variable';
type Flag = 'detach' | 'stream';
export type SubmitInput = WorkspaceOptions & { readonly [Name in Exclude<keyof typeof SUBMIT_OPTIONS, Multiple | Flag>]?: string } & {
	readonly [Name in Multiple]?: readonly string[];
} & { readonly [Name in Flag]?: boolean };

/** The script as a path within the folder. @throws {CommandError} for one that is not there, or lies outside. */
async function scriptWithin(folder: string, script: string): Promise<string> {
	const absolute = resolve(folder, script);
	const path = relative(folder, absolute);
	if (path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path))
		throw new CommandError(
			`The script ${script} lies outside of the folder ${folder}, which alone is submitted.`,
			'Submit the folder that holds it: --source-directory FOLDER.',
		);
	const found = await stat(absolute).catch(() => null);
	if (found === null || !found.isFile())
		throw new CommandError(`There is no script ${script} in ${folder}.`, 'Name a file of the folder, by its path within it.');
	return path.split(sep).join('/');
}

async function configurationOf(folder: string, name: string | undefined): Promise<JobDefinition> {
	if (name === undefined) return {};
	const { definition, remarks } = await readRunConfiguration(await findRunConfiguration(folder, name), folder);
	for (const text of remarks) remark(text);
	return definition;
}

/** @throws {UsageError} for a version that is none. */
function environmentOf(given: string): JobEnvironment {
	const [name = '', version] = given.split(':');
	if (version === undefined) return { name };
	if (!/^[1-9]\d*$/.test(version)) throw new UsageError(`--environment takes NAME or NAME:VERSION, and "${version}" is no version.`);
	return { name, version: Number(version) };
}

/** The words after the script go to it, and an option that was meant for this command is easily among them. */
function remarkOnArguments(words: readonly string[]): void {
	const options: OptionDescriptions = { ...OUTPUT_OPTIONS, ...SUBMIT_OPTIONS };
	const own = new Set(Object.entries(options).flatMap(([name, { short }]) => [`--${name}`, `-${short ?? name}`]));
	const mixed = words.filter((word) => own.has(word.split('=')[0]!));
	if (mixed.length > 0)
		remark(
			`${mixed.join(' and ')} after the script ${mixed.length === 1 ? 'goes' : 'go'} to the script; what is meant for this command stands before it.`,
		);
}

function nodeLossOf(given: string): NodeLossPolicy['action'] {
	if (given === 'fail' || given === 'requeue') return given;
	throw new UsageError(`--node-loss is fail or requeue, not "${given}".`);
}

async function definitionOf(folder: string, options: SubmitInput, words: readonly string[]): Promise<JobDefinition> {
	const configured = await configurationOf(folder, options['run-configuration-name']);
	const [script, ...given] = words;
	remarkOnArguments(given);
	const named = script ?? configured.script;
	if (named === undefined && configured.command === undefined)
		throw new UsageError('Nothing is to be run: name a script, or one in the run configuration.');
	const priority = wholeNumber('priority', options.priority);
	const variables = { ...configured.environmentVariables, ...assignmentsOf(options.variable, '--variable') };
	return {
		...configured,
		// A script that is named wins over a command of the configuration.
		command: script === undefined ? configured.command : undefined,
		script:
			named === undefined || (script === undefined && configured.command !== undefined) ? undefined : await scriptWithin(folder, named),
		arguments: given.length > 0 ? given : configured.arguments,
		environmentVariables: Object.keys(variables).length > 0 ? variables : undefined,
		...(options.environment === undefined ? {} : { environment: environmentOf(options.environment), interpreter: undefined }),
		...(options.target === undefined ? {} : { target: options.target }),
		...(priority === undefined ? {} : { priority }),
		...(options['max-duration'] === undefined ? {} : { maxRunDurationSeconds: secondsOf(options['max-duration']) }),
		...(options['node-loss'] === undefined ? {} : { nodeLoss: { ...configured.nodeLoss, action: nodeLossOf(options['node-loss']) } }),
	};
}

interface Place {
	client: Client;
	workspace: string;
}

/**
 * Gives the id of the run, which is Queued then.
 * @param words the script and its arguments; empty where the run configuration names them.
 */
export async function submitRun(options: SubmitInput, words: readonly string[], { client, workspace }: Place): Promise<string> {
	const folder = resolve(options['source-directory'] ?? '.');
	if (!(await stat(folder).catch(() => null))?.isDirectory())
		throw new CommandError(`There is no folder ${folder}.`, 'Name one with --source-directory.');
	const tags = tagsOf(options.tag, '--tag');
	const properties = { ...(await gitProperties(folder)), ...assignmentsOf(options.property, '--property') };
	const definition = await definitionOf(folder, options, words);
	const name = options['experiment-name'] ?? basename(folder);
	const experiment = await client.call('createExperiment', { params: { workspace }, body: { name, existOk: true } });
	const isLocal = definition.target === undefined || definition.target === 'local';
	const machine = isLocal ? await localMachineOrNull(client, experiment.workspaceId) : null;
	const ofMachine = machine && { machine: machine.id, properties: { ...properties, 'runstead.machine': machine.name } };
	const job = { id: newJobId(name), displayName: options['display-name'], tags, properties, definition, ...ofMachine };
	const id = await submitFolder(client, { workspace, experimentId: experiment.id, folder, job });
	await machine?.startAgent();
	return id;
}

/** Submits, and attends the run unless it is to be left alone. */
export async function submit(options: SubmitInput, words: readonly string[], format: OutputFormat): Promise<Answer | number> {
	const place = await openWorkspace(options);
	const id = await submitRun(options, words, place);
	if (!options.detach) return attendRun(place.client, id, options.stream ? logSink(format) : null);
	const answer = runAnswer(place.client, await place.client.call('getRun', { params: { run: id } }));
	return { ...answer, remark: `Watch it: ${RUNSTEAD} run watch ${id}` };
}
