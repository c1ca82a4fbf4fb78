/** `runstead compute join-token`: lets another machine join a cluster. */
import { defineCommand } from '../command.ts';
import { secondsOf } from '../duration.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { documentAnswer } from '../output/answer.ts';

export const command = defineCommand({
	summary: 'Make a token with which another machine joins a cluster',
	usage: 'CLUSTER',
	words: { min: 1, max: 1 },
	options: {
		expires: { type: 'string', value: 'DURATION', description: 'When it ends, such as 12h or 90d (default: 30d).' },
		...WORKSPACE_OPTIONS,
	},
	answers: 'document',
	examples: [{ command: 'runstead compute join-token gpu-cluster > token', explanation: 'the token alone goes to standard output' }],
	async run({ options, words }) {
		const [compute] = words as [string];
		const expiresInSeconds = secondsOf(options.expires ?? '30d');
		const { client, workspace } = await openWorkspace(options);
		const made = await client.call('createToken', {
			body: { workspace, compute, expiresInSeconds, subject: `node of ${compute}` },
		});
		return documentAnswer(made, made.token, {
			remark: [
				`Token ${made.id}, good until ${made.expiryTime}, for the jobs of ${compute} alone. On the machine that is to join:`,
				`  curl -O ${client.url}/python/runstead.pyz`,
				`  RUNSTEAD_TOKEN=… python3 runstead.pyz agent join --server ${client.url}`,
			].join('\n'),
		});
	},
});
