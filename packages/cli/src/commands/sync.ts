/** `runstead sync`: sends what Python scripts logged while the server was away. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { defineCommand } from '../command.ts';
import { sdkCommand } from '../python-sdk.ts';

export const command = defineCommand({
	summary: 'Send what scripts logged while the server was away',
	usage: '[FOLDER]',
	words: { min: 0, max: 1 },
	options: {},
	examples: [
		{ command: 'runstead sync', explanation: 'sends everything that is left on this machine' },
		{ command: 'runstead sync /data/spool', explanation: 'sends what lies in one spool folder' },
	],
	async run({ words }) {
		const [folder] = words;
		const { program, args, env } = await sdkCommand('sync', ...(folder === undefined ? [] : ['--spool', folder]));
		const child = spawn(program, args, { env, stdio: 'inherit' });
		const [exitCode, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
		return signal === 'SIGINT' ? 130 : (exitCode ?? 1);
	},
});
