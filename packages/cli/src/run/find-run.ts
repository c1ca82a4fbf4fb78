/** Finds the run that a command means: by its id, or by the beginning of it. */
import { type Client, RequestError } from '@runstead/client';
import type { Run } from '@runstead/contract';
import { CommandError } from '../command.ts';
import { RUNSTEAD } from '../command-line.ts';
import { openWorkspace, type WorkspaceOptions } from '../open-workspace.ts';

/** As many candidates as a person looks through. */
const CANDIDATES_SHOWN = 10;

async function runOrNull(client: Client, id: string): Promise<Run | null> {
	return client.call('getRun', { params: { run: id } }).catch((error: unknown) => {
		if (error instanceof RequestError && error.code === 'not-found') return null;
		throw error;
	});
}

async function runsThatBegin(client: Client, workspace: string, prefix: string): Promise<Run[]> {
	// "_" stands for any character in a pattern, and ids are full of them: what it lets through is looked at again.
	const filter = `id like '${prefix.replaceAll("'", "''").replaceAll('%', '')}%'`;
	const body = { filter, lifecycle: 'all', limit: 100 } as const;
	const { runs } = await client.call('searchRuns', { params: { workspace }, body });
	return runs.filter(({ id }) => id.startsWith(prefix));
}

/** @throws {CommandError} for a beginning that no run has, or more than one: those are listed. */
export async function findRun(client: Client, workspace: string, given: string): Promise<Run> {
	const run = await runOrNull(client, given);
	if (run !== null) return run;
	const found = await runsThatBegin(client, workspace, given);
	const [first] = found;
	if (first !== undefined && found.length === 1) return first;
	if (first === undefined)
		throw new CommandError(
			`There is no run ${given}, nor one in workspace ${workspace} whose id begins so.`,
			`${RUNSTEAD} run list shows the runs.`,
		);
	const shown = found.slice(0, CANDIDATES_SHOWN).map(({ id, displayName, status }) => `${id}  ${status}  ${displayName}`);
	const more = found.length > shown.length ? [`and ${found.length - shown.length} more`] : [];
	throw new CommandError(
		`${found.length} runs have an id that begins with ${given}:\n    ${[...shown, ...more].join('\n    ')}`,
		'Give more of the id.',
	);
}

export interface OpenedRun {
	client: Client;
	workspace: string;
	run: Run;
}

export async function openRun(options: WorkspaceOptions, given: string): Promise<OpenedRun> {
	const { client, workspace } = await openWorkspace(options);
	return { client, workspace, run: await findRun(client, workspace, given) };
}
