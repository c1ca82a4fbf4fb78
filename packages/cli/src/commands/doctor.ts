/** `runstead doctor`: versions, paths, sizes, limits and the soundness of what is kept. */
import { LIMITS } from '@runstead/contract';
import { defineCommand } from '../command.ts';
import { SERVER_OPTIONS } from '../open-workspace.ts';
import { documentAnswer } from '../output/answer.ts';
import { withServerMeant } from '../with-server.ts';

/** @example inMebibytes('3 files, 5242880 bytes') === '3 files, 5.0 MiB' */
function inMebibytes(value: string): string {
	return value.replace(/\b(\d+) bytes\b/, (_, bytes: string) => `${(Number(bytes) / 1024 ** 2).toFixed(1)} MiB`);
}

export const command = defineCommand({
	summary: 'Look at versions, paths, sizes and the soundness of the data',
	usage: '',
	words: { min: 0, max: 0 },
	options: { ...SERVER_OPTIONS, limits: { type: 'boolean', description: 'Show the limits of the product too.' } },
	answers: 'document',
	examples: [
		{ command: 'runstead doctor', explanation: 'whether the server runs or not; exit code 1 when something is wrong' },
		{ command: 'runstead doctor --url http://machines.example.org:8155', explanation: 'of a server elsewhere' },
	],
	async run({ options }) {
		const { checks } = await withServerMeant(options, (client) => client.call('diagnose'));
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
