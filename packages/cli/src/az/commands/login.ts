/** `az login`: signs in to the server, or confirms that one is signed in. */
import { createClient } from '@runstead/client';
import { defineCommand } from '../../command.ts';
import { openServer, SERVER_OPTIONS } from '../../open-workspace.ts';
import { readUserSettings, writeUserSettings } from '../../user-settings.ts';
import { subscriptionOf, subscriptionsAnswer } from '../subscription.ts';

export const command = defineCommand({
	summary: 'Sign in to a server, or confirm that one is signed in',
	usage: '',
	words: { min: 0, max: 0 },
	options: {
		token: { type: 'string', value: 'TOKEN', description: 'Access token; a server of this user on this machine needs none.' },
		...SERVER_OPTIONS,
	},
	answers: 'list',
	examples: [
		{ command: 'az login', explanation: 'to the server that is meant here' },
		{ command: 'az login --url https://ml.example.org --token TOKEN', explanation: 'kept for every later command of this user' },
	],
	async run({ options }) {
		const found = await openServer(options);
		const client = options.token === undefined ? found : createClient({ url: found.url, token: options.token });
		const subscription = await subscriptionOf(client);
		// What was found by itself will be found again; what was given would be forgotten.
		if (options.url !== undefined || options.token !== undefined) {
			const { token: _, workspace: __, ...others } = await readUserSettings();
			await writeUserSettings({ ...others, url: client.url, ...(options.token === undefined ? {} : { token: options.token }) });
		}
		return subscriptionsAnswer([subscription]);
	},
});
