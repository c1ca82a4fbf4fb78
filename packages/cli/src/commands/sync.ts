/** `runstead sync`: sends what Python scripts logged while the server was away. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError, defineCommand } from '../command.ts';
import { findPython } from '../find-python.mjs';

const PYTHON_FOLDER = fileURLToPath(new URL('../../../../python', import.meta.url));

export const command = defineCommand({
	summary: 'Send what scripts logged while the server was away',
	usage: '[FOLDER …]',
	words: { min: 0, max: 1_000 },
	options: {},
	examples: [
		{ command: 'runstead sync', explanation: 'sends everything that is left on this machine' },
		{ command: 'runstead sync /data/spool', explanation: 'sends what lies in one spool folder' },
	],
	async run({ words }) {
		const python = await findPython().catch((error: Error) => {
			throw new CommandError('There is no Python that could send it.', error.message);
		});
		const path = [PYTHON_FOLDER, process.env.PYTHONPATH].filter((folder) => folder).join(delimiter);
		const child = spawn(python.path, ['-m', 'runstead', 'sync', ...words], {
			env: { ...process.env, PYTHONPATH: path },
			stdio: 'inherit',
		});
		const [exitCode, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
		return signal === 'SIGINT' ? 130 : (exitCode ?? 1);
	},
});
