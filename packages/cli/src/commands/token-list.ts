/** `runstead token list`: the tokens that people made. */
import { defineCommand } from '../command.ts';
import { openServer, SERVER_OPTIONS } from '../open-workspace.ts';
import { listAnswer } from '../output/answer.ts';
import { allTokens, scopeOf, stateOf } from '../token-answer.ts';

export const command = defineCommand({
	summary: 'List the access tokens that people made, the newest first',
	usage: '',
	words: { min: 0, max: 0 },
	options: {
		ended: { type: 'boolean', description: 'Also those that are over or were revoked.' },
		...SERVER_OPTIONS,
	},
	answers: 'list',
	examples: [
		{ command: 'runstead token list', explanation: 'those that are good; the tokens themselves are not kept' },
		{ command: `runstead token list --query "[?lastUsedTime==null].id" -o tsv`, explanation: 'those that nobody has used' },
	],
	async run({ options }) {
		const client = await openServer(options);
		return listAnswer(allTokens(client, options.ended), {
			empty: 'There are no tokens.',
			columns: [
				{ heading: 'TOKEN', of: ({ id }) => id, whole: true },
				{ heading: 'WHOSE', of: ({ subject }) => subject },
				{ heading: 'NOTE', of: ({ note }) => note || '-' },
				{ heading: 'GOOD FOR', of: scopeOf },
				{ heading: 'STATE', of: stateOf },
				{ heading: 'LAST USED', of: ({ lastUsedTime }) => lastUsedTime?.slice(0, 13).replace('T', ' ').concat(' h') ?? 'never' },
			],
		});
	},
});
