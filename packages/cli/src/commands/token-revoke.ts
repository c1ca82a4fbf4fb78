/** `runstead token revoke`: a token is refused from now on. */
import { defineCommand } from '../command.ts';
import { withIdThatBegins } from '../find-by-id.ts';
import { openServer, SERVER_OPTIONS } from '../open-workspace.ts';
import { documentAnswer } from '../output/answer.ts';
import { allTokens, scopeOf, stateOf } from '../token-answer.ts';

export const command = defineCommand({
	summary: 'Refuse an access token from now on',
	usage: 'TOKEN',
	words: { min: 1, max: 1 },
	options: SERVER_OPTIONS,
	answers: 'document',
	examples: [
		{ command: 'runstead token revoke 0f8c2d5e-…', explanation: 'its id, as runstead token list shows it, or the beginning of it' },
	],
	async run({ options, words }) {
		const [token] = words as [string];
		const client = await openServer(options);
		const revoked = await withIdThatBegins(
			token,
			(id) => client.call('revokeToken', { params: { token: id } }),
			() => allTokens(client, true),
		);
		return documentAnswer(revoked, [
			['Token', revoked.id],
			['Whose', revoked.subject],
			['Good for', scopeOf(revoked)],
			['State', stateOf(revoked)],
		]);
	},
});
