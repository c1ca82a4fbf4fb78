/** The options that azure-cli-ml has on nearly every command, and the workspace that they mean. */
import type { Client } from '@runstead/client';
import type { Workspace } from '@runstead/contract';
import { CommandError, type OptionDescriptions } from '../command.ts';
import { openWorkspace, SERVER_OPTIONS } from '../open-workspace.ts';

export const AZ_OPTIONS = {
	'workspace-name': { type: 'string', value: 'NAME', short: 'w', description: 'Workspace (default: that of .azureml/config.json).' },
	'resource-group': { type: 'string', value: 'NAME', short: 'g', description: 'Resource group that the workspace must be in.' },
	'subscription-id': { type: 'string', value: 'ID', description: 'Subscription that the workspace must be in.' },
	...SERVER_OPTIONS,
} as const satisfies OptionDescriptions;

type AzOptions = { readonly [Name in keyof typeof AZ_OPTIONS]?: string };

function same(one: string, other: string): boolean {
	return one.toLowerCase() === other.toLowerCase();
}

export interface OpenedAzWorkspace {
	client: Client;
	workspace: Workspace;
}

/** @throws {CommandError} for a workspace that is in another group or subscription than the command says. */
export async function openAzWorkspace(options: AzOptions): Promise<OpenedAzWorkspace> {
	const { url, data, 'workspace-name': name, 'resource-group': group, 'subscription-id': subscription } = options;
	const { client, workspace: named } = await openWorkspace({ url, data, workspace: name });
	const workspace = await client.call('getWorkspace', { params: { workspace: named } });
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
