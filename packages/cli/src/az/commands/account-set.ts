/** `az account set`: picks a subscription, of which a server has one. */
import { CommandError, defineCommand, UsageError } from '../../command.ts';
import { openServer, SERVER_OPTIONS } from '../../open-workspace.ts';
import { subscriptionAnswer, subscriptionOf } from '../subscription.ts';

export const command = defineCommand({
	summary: 'Pick the subscription, by its id or its name',
	usage: '-s SUBSCRIPTION',
	words: { min: 0, max: 0 },
	options: {
		subscription: { type: 'string', value: 'SUBSCRIPTION', short: 's', description: 'Id or name.' },
		...SERVER_OPTIONS,
	},
	answers: 'document',
	examples: [{ command: 'az account set -s Runstead', explanation: 'a server has one, so this confirms it' }],
	async run({ options }) {
		const given = options.subscription;
		if (given === undefined) throw new UsageError('Which subscription? Give -s SUBSCRIPTION.');
		const subscription = await subscriptionOf(await openServer(options));
		if (![subscription.id, subscription.name].some((known) => known.toLowerCase() === given.toLowerCase()))
			throw new CommandError(
				`There is no subscription "${given}"; the server has one, ${subscription.name} (${subscription.id}).`,
				'Give its id or its name.',
			);
		return subscriptionAnswer(subscription);
	},
});
