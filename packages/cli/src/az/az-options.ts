/** The options that azure-cli-ml has on nearly every command, and the workspace that they mean. */
import { type Client, RequestError } from '@runstead/client';
import type { Workspace } from '@runstead/contract';
import { CommandError, type OptionDescriptions } from '../command.ts';
import { RUNSTEAD } from '../command-line.ts';
import { nearestOrNull } from '../nearest.ts';
import { openWorkspace, SERVER_OPTIONS } from '../open-workspace.ts';

export const AZ_OPTIONS = {
	'workspace-name': { type: 'string', value: 'NAME', short: 'w', description: 'Workspace (default: that of .azureml/config.json).' },
	'resource-group': { type: 'string', value: 'NAME', short: 'g', description: 'Resource group that the workspace must be in.' },
	'subscription-id': { type: 'string', value: 'ID', description: 'Subscription that the workspace must be in.' },
	...SERVER_OPTIONS,
} as const satisfies OptionDescriptions;

type AzOptions = { readonly [Name in keyof typeof AZ_OPTIONS]?: string };

/** As many names as a person looks through. */
const NAMES_SHOWN = 10;

function same(one: string, other: string): boolean {
	return one.toLowerCase() === other.toLowerCase();
}

export interface OpenedAzWorkspace {
	client: Client;
	workspace: Workspace;
}

/** @throws {CommandError} saying which there are, and how to make it. */
async function explainMissing(client: Client, name: string, group: string | undefined): Promise<never> {
	const { workspaces } = await client.call('listWorkspaces', { query: { limit: 1_000 } });
	const names = workspaces.map((workspace) => workspace.name);
	const nearest = nearestOrNull(name, names);
	const there = names.length === 0 ? 'There is none yet.' : `There is: ${names.slice(0, NAMES_SHOWN).join(', ')}.`;
	throw new CommandError(
		`There is no workspace ${name} on ${client.url}. ${nearest === null ? there : `Did you mean ${nearest}?`}`,
		`Make it: ${RUNSTEAD} workspace create ${name}${group === undefined ? '' : ` -g ${group}`}`,
	);
}

/** @throws {CommandError} for a workspace that is not there, or in another group or subscription than the command says. */
export async function openAzWorkspace(options: AzOptions): Promise<OpenedAzWorkspace> {
	const { url, data, 'workspace-name': name, 'resource-group': group, 'subscription-id': subscription } = options;
	const { client, workspace: named } = await openWorkspace({ url, data, workspace: name });
	const workspace = await client.call('getWorkspace', { params: { workspace: named } }).catch((error: unknown) => {
		if (error instanceof RequestError && error.code === 'not-found') return explainMissing(client, named, group);
		throw error;
	});
	if (group !== undefined && !same(group, workspace.resourceGroup))
		throw new CommandError(
			`Workspace ${workspace.name} is in the resource group ${workspace.resourceGroup}, not in ${group}.`,
			`Give -g ${workspace.resourceGroup}, or leave it out.`,
		);
	if (subscription !== undefined && !same(subscription, workspace.subscriptionId))
		throw new CommandError(
			`Workspace ${workspace.name} is in the subscription ${workspace.subscriptionId}, not in ${subscription}.`,
			'Leave --subscription-id out: a server has one.',
		);
	return { client, workspace };
}
