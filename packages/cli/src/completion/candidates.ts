/** What may stand next on a command line: asked by the completion scripts of the shells, answered from the descriptions of the commands. */
import type { Client } from '@runstead/client';
import type { Command, OptionDescription } from '../command.ts';
import { optionsOf } from '../output/options.ts';
import { knownWords, namesBelow, type Program } from '../program.ts';

export interface Candidate {
	word: string;
	description: string;
}

/** Told to the shell where it is to complete names of files. */
const FILES: Candidate = { word: ':files', description: '' };

/** Nobody waits longer for a list of names. */
const SERVER_TIMEOUT_MS = 1_500;
const NAMES_MAX = 100;

type Named = (client: Client, workspace: string) => Promise<Candidate[]>;

const NAMES: Readonly<Record<'runs' | 'experiments' | 'clusters' | 'environments' | 'workspaces', Named>> = {
	async runs(client, workspace) {
		const { runs } = await client.call('searchRuns', { params: { workspace }, body: { limit: NAMES_MAX } });
		return runs.map(({ id, displayName, status }) => ({ word: id, description: `${displayName}, ${status}` }));
	},
	async experiments(client, workspace) {
		const { experiments } = await client.call('listExperiments', { params: { workspace }, query: { limit: NAMES_MAX } });
		return experiments.map(({ name, runCount }) => ({ word: name, description: `${runCount} runs` }));
	},
	async clusters(client, workspace) {
		const { clusters } = await client.call('listClusters', { params: { workspace }, query: { limit: NAMES_MAX } });
		return clusters.map(({ name, vmSize }) => ({ word: name, description: vmSize }));
	},
	async environments(client, workspace) {
		const { environments } = await client.call('listEnvironments', { params: { workspace }, query: { limit: NAMES_MAX } });
		return environments.map(({ name, version }) => ({ word: name, description: `version ${version}` }));
	},
	async workspaces(client) {
		const { workspaces } = await client.call('listWorkspaces', { query: { limit: NAMES_MAX } });
		return workspaces.map(({ name, description }) => ({ word: name, description }));
	},
};

/** Options and words whose values a server knows. */
const NAMED_BY: Readonly<Record<string, keyof typeof NAMES>> = {
	'--workspace': 'workspaces',
	'--workspace-name': 'workspaces',
	'--experiment-name': 'experiments',
	'--target': 'clusters',
	'--ct': 'clusters',
	'--environment': 'environments',
	'--run': 'runs',
	RUN: 'runs',
	CLUSTER: 'clusters',
};

const FILE_WORDS = /^(SCRIPT|FILE|FOLDER)/;

/** Without a server, or without an answer in time, there are none. */
async function namesOf(what: keyof typeof NAMES): Promise<Candidate[]> {
	const asked = import('../open-workspace.ts').then(async ({ openServer, openWorkspace }) => {
		if (what === 'workspaces') return NAMES.workspaces(await openServer({}), '');
		const { client, workspace } = await openWorkspace({});
		return NAMES[what](client, workspace);
	});
	const late = new Promise<Candidate[]>((resolve) => setTimeout(resolve, SERVER_TIMEOUT_MS, []).unref());
	return Promise.race([asked.catch(() => []), late]);
}

function optionNamed(command: Command, word: string): [string, OptionDescription] | null {
	const found = Object.entries(optionsOf(command)).find(([name, { short }]) => word === `--${name}` || word === `-${short}`);
	return found ?? null;
}

async function valuesOf(name: string, option: OptionDescription): Promise<Candidate[]> {
	if (option.choices !== undefined) return option.choices.map((word) => ({ word, description: '' }));
	const named = NAMED_BY[`--${name}`];
	if (named !== undefined) return namesOf(named);
	return FILE_WORDS.test(option.value ?? '') ? [FILES] : [];
}

async function wordsOf({ usage }: Command): Promise<Candidate[]> {
	const first = usage.replace(/^\[/, '').split(/[\s|\]]/)[0] ?? '';
	const named = NAMED_BY[first];
	if (named !== undefined) return namesOf(named);
	return FILE_WORDS.test(first) ? [FILES] : [];
}

async function commandCandidates(command: Command, before: readonly string[], current: string): Promise<Candidate[]> {
	const previous = before.at(-1) ?? '';
	const option = optionNamed(command, previous);
	if (option?.[1].type === 'string') return valuesOf(...option);
	if (!current.startsWith('-')) return wordsOf(command);
	const own = Object.entries(optionsOf(command)).map(([name, { description }]) => ({ word: `--${name}`, description }));
	return [...own, { word: '--help', description: 'Show this.' }];
}

async function nextWords(program: Program, known: readonly string[]): Promise<Candidate[]> {
	const group = known.join(' ');
	const below = namesBelow(program, group);
	const words = [...new Set(below.map((name) => name.split(' ')[known.length]!))];
	return Promise.all(
		words.map(async (word) => {
			const name = [...known, word].join(' ');
			const load = program.commands[name];
			return { word, description: load === undefined ? (program.groups[name] ?? '') : (await load()).command.summary };
		}),
	);
}

/** @param words what follows the name of the program, the last of them as far as it is typed. */
export async function candidatesFor(program: Program, words: readonly string[]): Promise<Candidate[]> {
	const current = words.at(-1) ?? '';
	const before = words.slice(0, -1);
	const known = knownWords(program, before);
	const load = program.commands[known.join(' ')];
	if (load === undefined && known.length < before.length) return [];
	const candidates =
		load === undefined
			? await nextWords(program, known)
			: await commandCandidates((await load()).command, before.slice(known.length), current);
	return candidates.filter((candidate) => candidate === FILES || candidate.word.startsWith(current));
}
