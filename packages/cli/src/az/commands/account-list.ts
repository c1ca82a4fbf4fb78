/** `az account list`: the subscriptions, of which there is one. */
import { defineCommand } from '../../command.ts';
import { openServer, SERVER_OPTIONS } from '../../open-workspace.ts';
import { subscriptionOf, subscriptionsAnswer } from '../subscription.ts';

export const command = defineCommand({
	summary: 'List the subscriptions',
	usage: '',
	words: { min: 0, max: 0 },
	options: SERVER_OPTIONS,
	answers: 'list',
	examples: [{ command: 'az account list -o table', explanation: 'a server has one' }],
	run: async ({ options }) => subscriptionsAnswer([await subscriptionOf(await openServer(options))]),
});
