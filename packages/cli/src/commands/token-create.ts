/** `runstead token create`: makes an access token. */
import { PERMISSIONS } from '@runstead/contract';
import { defineCommand } from '../command.ts';
import { RUNSTEAD } from '../command-line.ts';
import { secondsOf } from '../duration.ts';
import { SERVER_OPTIONS } from '../open-workspace.ts';
import { documentAnswer } from '../output/answer.ts';
import { withServerMeant } from '../with-server.ts';

export const command = defineCommand({
	summary: 'Make an access token',
	usage: '',
	words: { min: 0, max: 0 },
	options: {
		...SERVER_OPTIONS,
		workspace: { type: 'string', value: 'NAME', short: 'w', description: 'Good for this workspace only (default: the whole server).' },
		permission: {
			type: 'string',
			value: 'NAME',
			multiple: true,
			description: `Only this permission, and others given so (default: all): ${Object.keys(PERMISSIONS)
				.filter((name) => name !== 'public')
				.join(', ')}.`,
		},
		expires: { type: 'string', value: 'DURATION', description: 'When it ends, such as 12h or 90d (default: 30d).' },
		subject: { type: 'string', value: 'TEXT', description: 'Whose it is, for the record (default: yours).' },
		note: { type: 'string', value: 'TEXT', description: 'What it is for, to know it again in the list.' },
	},
	answers: 'document',
	examples: [
		{ command: 'export RUNSTEAD_TOKEN=$(runstead token create)', explanation: 'the token alone goes to standard output' },
		{ command: 'runstead token create --workspace quickstart --permission workspace.read', explanation: 'may read one workspace' },
		{ command: 'runstead token create --note "nightly build" --expires 90d -o json', explanation: 'with its id, to revoke it by' },
	],
	async run({ options }) {
		const expiresInSeconds = secondsOf(options.expires ?? '30d');
		const made = await withServerMeant(options, (client) =>
			client.call('createToken', {
				body: {
					workspace: options.workspace,
					permissions: options.permission === undefined ? undefined : [...options.permission],
					expiresInSeconds,
					subject: options.subject,
					note: options.note,
				},
			}),
		);
		return documentAnswer(made, made.token, {
			remark: [
				`Token ${made.id}, good until ${made.expiryTime}. The token itself is not kept anywhere: whoever has it, has its permissions.`,
				`To end it sooner: ${RUNSTEAD} token revoke ${made.id}`,
			].join('\n'),
		});
	},
});
