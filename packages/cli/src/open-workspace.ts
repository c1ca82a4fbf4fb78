/** For commands that work in a workspace of a server that runs: here, or the one that RUNSTEAD_URL names. */
import { type Client, createClient } from '@runstead/client';
import { CommandError } from './command.ts';
import { RUNSTEAD } from './command-line.ts';
import { DATA_OPTION, dataFolderOf } from './data-folder.ts';
import { runningServerOrNull } from './running-server.ts';

export const WORKSPACE_OPTIONS = {
	data: DATA_OPTION,
	workspace: { type: 'string', value: 'NAME', description: 'Workspace (default: RUNSTEAD_WORKSPACE, else the only one there is).' },
} as const;

interface WorkspaceOptions {
	readonly data?: string;
	readonly workspace?: string;
}

/** Variables name the server for scripts and for commands alike; a data folder that is given is meant first. */
async function clientOf({ data }: WorkspaceOptions): Promise<Client> {
	const { RUNSTEAD_URL: url, RUNSTEAD_TOKEN: token } = process.env;
	if (data === undefined && url) return createClient({ url, token });
	const dataFolder = dataFolderOf({ data });
	const server = await runningServerOrNull(dataFolder);
	if (server === null) {
		throw new CommandError(`No server runs with the data in ${dataFolder}.`, `Start one: ${RUNSTEAD} up; or name one with RUNSTEAD_URL.`);
	}
	return createClient({ url: server.url, token });
}

async function onlyWorkspace(client: Client): Promise<string> {
	const { workspaces } = await client.call('listWorkspaces', { query: { limit: 1_000 } });
	const [first] = workspaces;
	if (workspaces.length === 1 && first !== undefined) return first.name;
	const names = workspaces.map(({ name }) => name).join(', ');
	throw new CommandError(
		workspaces.length === 0 ? 'The server has no workspace yet.' : `The server has several workspaces: ${names}.`,
		'Name one: --workspace NAME, or RUNSTEAD_WORKSPACE.',
	);
}

/** The client of the server that is meant, and the workspace on it. */
export async function openWorkspace(options: WorkspaceOptions): Promise<{ client: Client; workspace: string }> {
	const client = await clientOf(options);
	return { client, workspace: options.workspace ?? process.env.RUNSTEAD_WORKSPACE ?? (await onlyWorkspace(client)) };
}
