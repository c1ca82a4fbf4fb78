/** `runstead doctor`: versions, paths, sizes, limits and the soundness of what is kept. */
import { existsSync } from 'node:fs';
import { LIMITS } from '@runstead/contract';
import { CommandError, defineCommand } from '../command.ts';
import { RUNSTEAD } from '../command-line.ts';
import { DATA_OPTION, dataFolderOf } from '../data-folder.ts';
import { documentAnswer } from '../output/answer.ts';
import { withServer } from '../with-server.ts';

/** @example inMebibytes('3 files, 5242880 bytes') === '3 files, 5.0 MiB' */
function inMebibytes(value: string): string {
	return value.replace(/\b(\d+) bytes\b/, (_, bytes: string) => `${(Number(bytes) / 1024 ** 2).toFixed(1)} MiB`);
}

export const command = defineCommand({
	summary: 'Look at versions, paths, sizes and the soundness of the data',
	usage: '',
	words: { min: 0, max: 0 },
	options: { data: DATA_OPTION, limits: { type: 'boolean', description: 'Show the limits of the product too.' } },
	answers: 'document',
	examples: [{ command: 'runstead doctor', explanation: 'exit code 1 when something is wrong' }],
	async run({ options }) {
		const dataFolder = dataFolderOf(options);
		if (!existsSync(dataFolder))
			throw new CommandError(`There is no data folder ${dataFolder}.`, `Name it with --data, or start a server first: ${RUNSTEAD} up`);
		const { checks } = await withServer(dataFolder, (client) => client.call('diagnose'));
		const wrong = checks.filter((check) => !check.ok);
		const shown: [string, string][] = [
			['Verdict', wrong.length === 0 ? 'All is well.' : `Wrong: ${wrong.map((check) => check.name).join(', ')}.`],
			...checks.map(({ name, ok, value }) => [name, `${inMebibytes(value)}${ok ? '' : '  <- wrong'}`] as [string, string]),
		];
		if (options.limits) {
			const limits = Object.entries(LIMITS).map(
				([name, { max, reason }]) => [`limit ${name}`, `${max.toLocaleString('en')} (${reason})`] as [string, string],
			);
			shown.push(...limits);
		}
		const value = { ok: wrong.length === 0, checks, ...(options.limits ? { limits: LIMITS } : {}) };
		return documentAnswer(value, shown, { exitCode: wrong.length === 0 ? 0 : 1 });
	},
});
