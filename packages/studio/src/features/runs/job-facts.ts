/** What a job executes and where, in the words of the page; and the git commit that its folder was at. */
import type { JobDefinition, Run } from '@runstead/contract';

type Facts = [string, string][];

/** As it would be typed in a shell. */
export function commandOf(job: Pick<JobDefinition, 'script' | 'command' | 'arguments' | 'interpreter'>): string {
	const program = job.command ?? [job.interpreter ?? 'python', job.script ?? ''];
	return [...program, ...(job.arguments ?? [])].map(quoted).join(' ');
}

function quoted(word: string): string {
	return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** What of a job's definition has its own place on the page. */
const SHOWN_ELSEWHERE = ['script', 'command', 'arguments', 'interpreter', 'environmentVariables'];
const WORDS: Readonly<Record<string, string>> = {
	target: 'Compute target',
	priority: 'Priority',
	snapshotId: 'Snapshot',
	maxRunDurationSeconds: 'Longest duration, seconds',
	cancelGraceSeconds: 'Time to end when cancelled, seconds',
	environment: 'Environment',
	nodeCount: 'Nodes',
	distribution: 'Distribution',
	nodeLoss: 'When its node is lost',
};

export function jobFacts(run: Pick<Run, 'statusActor'>, job: JobDefinition): Facts {
	const facts: Facts = [];
	for (const [key, value] of Object.entries(job)) {
		if (SHOWN_ELSEWHERE.includes(key) || value === undefined) continue;
		facts.push([WORDS[key] ?? key, key === 'environment' ? environmentInWords(value) : inWords(value)]);
	}
	if (job.target !== 'local' && run.statusActor?.startsWith(`${job.target}-`)) facts.push(['Node', run.statusActor]);
	return facts;
}

function inWords(value: unknown): string {
	return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function environmentInWords(value: unknown): string {
	const { name, version } = value as { name?: unknown; version?: unknown };
	return typeof name === 'string' ? `${name}${version === undefined ? '' : `, version ${version}`}` : inWords(value);
}

const GIT: readonly (readonly [string, string])[] = [
	['azureml.git.repository_uri', 'Repository'],
	['azureml.git.branch', 'Branch'],
	['azureml.git.commit', 'Commit'],
	['azureml.git.dirty', 'Changed since'],
];

/** Empty where the folder of the run was no git repository. */
export function gitOf(properties: Readonly<Record<string, string>>): Facts {
	return GIT.flatMap(([key, word]): Facts => {
		const value = properties[key];
		if (value === undefined || value === '') return [];
		return [[word, key.endsWith('dirty') ? (value.toLowerCase() === 'true' ? 'yes' : 'no') : value]];
	});
}
