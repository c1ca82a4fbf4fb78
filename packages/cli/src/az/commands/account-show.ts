/** `az account show`: the subscription. */
import { defineCommand } from '../../command.ts';
import { openServer, SERVER_OPTIONS } from '../../open-workspace.ts';
import { subscriptionAnswer, subscriptionOf } from '../subscription.ts';

export const command = defineCommand({
	summary: 'Show the subscription',
	usage: '',
	words: { min: 0, max: 0 },
	options: SERVER_OPTIONS,
	answers: 'document',
	examples: [{ command: 'az account show --query id -o tsv', explanation: 'its id alone' }],
	run: async ({ options }) => subscriptionAnswer(await subscriptionOf(await openServer(options))),
});
