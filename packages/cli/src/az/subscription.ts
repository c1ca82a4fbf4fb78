/** The one subscription of a server, as `az account` shows it. */
import type { Client } from '@runstead/client';
import { CommandError } from '../command.ts';
import { RUNSTEAD } from '../command-line.ts';
import { type Answer, documentAnswer, listAnswer } from '../output/answer.ts';

export interface Subscription {
	cloudName: string;
	id: string;
	isDefault: boolean;
	name: string;
	state: string;
	tenantId: string;
	user: { name: string; type: string };
}

/** @throws {CommandError} while the server has no workspace, and so nothing that a subscription is of. */
export async function subscriptionOf(client: Client): Promise<Subscription> {
	const me = await client.call('whoAmI');
	const { workspaces } = await client.call('listWorkspaces', { query: { limit: 1 } });
	const [workspace] = workspaces;
	if (workspace === undefined) throw new CommandError('The server has no workspace yet.', `Make one: ${RUNSTEAD} workspace create NAME`);
	const { subscriptionId } = workspace;
	return {
		cloudName: client.url,
		id: subscriptionId,
		isDefault: true,
		name: 'Runstead',
		state: 'Enabled',
		tenantId: subscriptionId,
		user: { name: me.name, type: 'user' },
	};
}

export function subscriptionsAnswer(subscriptions: readonly Subscription[]): Answer {
	return listAnswer(subscriptions, {
		empty: 'There is no subscription.',
		columns: [
			{ heading: 'Name', of: ({ name }) => name },
			{ heading: 'CloudName', of: ({ cloudName }) => cloudName },
			{ heading: 'SubscriptionId', of: ({ id }) => id, whole: true },
			{ heading: 'State', of: ({ state }) => state },
			{ heading: 'IsDefault', of: ({ isDefault }) => String(isDefault) },
		],
	});
}

export function subscriptionAnswer(subscription: Subscription): Answer {
	return documentAnswer(subscription, [
		['Name', subscription.name],
		['CloudName', subscription.cloudName],
		['SubscriptionId', subscription.id],
		['User', subscription.user.name],
	]);
}
