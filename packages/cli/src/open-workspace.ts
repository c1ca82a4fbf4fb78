/**
 * For commands that work on a server that runs, or in a workspace of it. What is nearest to the command counts: its options, then
 * environment variables, then the nearest config.json, then a server in this folder, then the settings of the user.
 */
import { type Client, createClient } from '@runstead/client';
import type { Workspace } from '@runstead/contract';
import { CommandError, type OptionDescriptions } from './command.ts';
import { RUNSTEAD } from './command-line.ts';
import { DATA_OPTION, dataFolderOf } from './data-folder.ts';
import { runningServerOrNull } from './running-server.ts';
import { readUserSettings, type UserSettings } from './user-settings.ts';
import { nearestWorkspaceFileOrNull, type WorkspaceFile } from './workspace-file.ts';

export const SERVER_OPTIONS = {
	url: { type: 'string', value: 'URL', description: 'Server (default: RUNSTEAD_URL, else config.json, else the one in this folder).' },
	data: DATA_OPTION,
} as const satisfies OptionDescriptions;

export const WORKSPACE_OPTIONS = {
	...SERVER_OPTIONS,
	workspace: {
		type: 'string',
		value: 'NAME',
		short: 'w',
		description: 'Workspace (default: RUNSTEAD_WORKSPACE, else config.json, else the only one there is).',
	},
} as const satisfies OptionDescriptions;

export interface ServerOptions {
	readonly url?: string;
	readonly data?: string;
}

export interface WorkspaceOptions extends ServerOptions {
	readonly workspace?: string;
}

interface Target {
	url: string;
	token: string | undefined;
	/** Workspace that what named the server names too. */
	workspace: string | undefined;
}

async function serverInFolderOrNull(dataFolder: string): Promise<string | null> {
	return (await runningServerOrNull(dataFolder))?.url ?? null;
}

/** Where the server is that is meant; null where a data folder is, and no server uses it. */
async function addressOrNull({ url, data }: ServerOptions, file: WorkspaceFile | null, settings: UserSettings): Promise<string | null> {
	const { RUNSTEAD_URL, RUNSTEAD_DATA } = process.env;
	if (url !== undefined) return url;
	if (data !== undefined) return serverInFolderOrNull(dataFolderOf({ data }));
	if (RUNSTEAD_URL) return RUNSTEAD_URL;
	const given = RUNSTEAD_DATA ? await serverInFolderOrNull(dataFolderOf({})) : null;
	return given ?? file?.url ?? (await serverInFolderOrNull(dataFolderOf({}))) ?? settings.url ?? null;
}

async function targetOrNull(options: ServerOptions, file: WorkspaceFile | null): Promise<Target | null> {
	const { RUNSTEAD_TOKEN: token } = process.env;
	const settings = await readUserSettings();
	const url = await addressOrNull(options, file, settings);
	if (url === null) return null;
	if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
		throw new CommandError(`"${url}" is not the address of a server.`, 'Give one such as http://127.0.0.1:8155.');
	const isUsual = settings.url !== undefined && new URL(url).href === new URL(settings.url).href;
	return { url, token: token || (isUsual ? settings.token : undefined), workspace: isUsual ? settings.workspace : undefined };
}

async function findTarget(options: ServerOptions, file: WorkspaceFile | null): Promise<Target> {
	const target = await targetOrNull(options, file);
	if (target !== null) return target;
	throw new CommandError(
		`No server runs with the data in ${dataFolderOf(options)}.`,
		`Start one: ${RUNSTEAD} up; or name one with --url or RUNSTEAD_URL, such as http://127.0.0.1:8155.`,
	);
}

/** The client of the server that is meant, or null where none runs with the data that is meant. */
export async function openServerOrNull(options: ServerOptions): Promise<Client | null> {
	const target = await targetOrNull(options, await nearestWorkspaceFileOrNull(process.cwd()));
	return target === null ? null : createClient({ url: target.url, token: target.token });
}

/** The client of the server that is meant. */
export async function openServer(options: ServerOptions): Promise<Client> {
	const { url, token } = await findTarget(options, await nearestWorkspaceFileOrNull(process.cwd()));
	return createClient({ url, token });
}

async function onlyWorkspace(client: Client, made: string | undefined): Promise<string> {
	const { workspaces } = await client.call('listWorkspaces', { query: { limit: 1_000 } });
	const [first] = workspaces;
	if (workspaces.length === 1 && first !== undefined) return first.name;
	if (workspaces.length === 0 && made !== undefined) return (await client.call('createWorkspace', { body: { name: made } })).name;
	const names = workspaces.map(({ name }: Workspace) => name).join(', ');
	throw new CommandError(
		workspaces.length === 0 ? 'The server has no workspace yet.' : `The server has several workspaces: ${names}.`,
		workspaces.length === 0
			? `Make one: ${RUNSTEAD} workspace create NAME`
			: 'Name one: --workspace NAME, RUNSTEAD_WORKSPACE, or a config.json in this folder.',
	);
}

/**
 * The client of the server that is meant, and the workspace on it.
 * @param made The name of one that is made where none is named and the server has none yet; refused if absent.
 */
export async function openWorkspace(options: WorkspaceOptions, made?: string): Promise<{ client: Client; workspace: string }> {
	const file = await nearestWorkspaceFileOrNull(process.cwd());
	const target = await findTarget(options, file);
	const client = createClient({ url: target.url, token: target.token });
	const named = options.workspace ?? (process.env.RUNSTEAD_WORKSPACE || file?.workspace || target.workspace);
	return { client, workspace: named ?? (await onlyWorkspace(client, made)) };
}
