/** `runstead token create`: makes an access token. */
import { PERMISSIONS } from '@runstead/contract';
import { defineCommand } from '../command.ts';
import { DATA_OPTION, dataFolderOf } from '../data-folder.ts';
import { secondsOf } from '../duration.ts';
import { documentAnswer } from '../output/answer.ts';
import { withServer } from '../with-server.ts';

export const command = defineCommand({
	summary: 'Make an access token',
	usage: '',
	words: { min: 0, max: 0 },
	options: {
		data: DATA_OPTION,
		workspace: { type: 'string', value: 'NAME', description: 'Good for this workspace only (default: the whole server).' },
		permission: {
			type: 'string',
			value: 'NAME',
			multiple: true,
			description: `Only this permission, and others given so (default: all): ${Object.keys(PERMISSIONS)
				.filter((name) => name !== 'public')
				.join(', ')}.`,
		},
		expires: { type: 'string', value: 'DURATION', description: 'When it ends, such as 12h or 90d (default: 30d).' },
		subject: { type: 'string', value: 'TEXT', description: 'Whose it is, for the record.' },
	},
	answers: 'document',
	examples: [
		{ command: 'export RUNSTEAD_TOKEN=$(runstead token create)', explanation: 'the token alone goes to standard output' },
		{ command: 'runstead token create --workspace quickstart --permission workspace.read', explanation: 'may read one workspace' },
	],
	async run({ options }) {
		const expiresInSeconds = secondsOf(options.expires ?? '30d');
		const dataFolder = dataFolderOf(options);
		const made = await withServer(dataFolder, (client) =>
			client.call('createToken', {
				body: {
					workspace: options.workspace,
					permissions: options.permission === undefined ? undefined : [...options.permission],
					expiresInSeconds,
					subject: options.subject,
				},
			}),
		);
		return documentAnswer(made, made.token, {
			remark: `Good until ${made.expiryTime}. It is not kept anywhere: whoever has it, has its permissions.`,
		});
	},
});
