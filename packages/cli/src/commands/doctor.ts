/** `runstead doctor`: versions, paths, sizes, limits and the soundness of what is kept. */
import { existsSync } from 'node:fs';
import { LIMITS } from '@runstead/contract';
import { CommandError, defineCommand } from '../command.ts';
import { DATA_OPTION, dataFolderOf } from '../data-folder.ts';
import { bold, print, printPairs, red } from '../terminal.ts';
import { withServer } from '../with-server.ts';

export const command = defineCommand({
	summary: 'Look at versions, paths, sizes, limits and the soundness of the data',
	usage: '',
	words: { min: 0, max: 0 },
	options: { data: DATA_OPTION },
	examples: [{ command: 'runstead doctor', explanation: 'exit code 1 when something is wrong' }],
	async run({ options }) {
		const dataFolder = dataFolderOf(options);
		if (!existsSync(dataFolder))
			throw new CommandError(`There is no data folder ${dataFolder}.`, 'Name it with --data, or start a server first: runstead up');
		const { checks } = await withServer(dataFolder, (client) => client.call('diagnose'));
		print(bold('Server and data'));
		printPairs(checks.map(({ name, ok, value }) => [name, ok ? value : red(`${value}  <- wrong`)]));
		print(`\n${bold('Limits')}`);
		printPairs(Object.entries(LIMITS).map(([name, { max, reason }]) => [name, `${max.toLocaleString('en')}  (${reason})`]));
		const wrong = checks.filter((check) => !check.ok);
		print(wrong.length === 0 ? '\nAll is well.' : `\nWrong: ${wrong.map((check) => check.name).join(', ')}.`);
		return wrong.length === 0 ? 0 : 1;
	},
});
