/** `runstead compute quota request`: asks for more. */
import { defineCommand, UsageError } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { coresOf, quotaRequestAnswer } from '../quota-answer.ts';

export const command = defineCommand({
	summary: 'Ask for a greater quota, which an owner grants or refuses',
	usage: 'QUOTA CORES --reason TEXT',
	words: { min: 2, max: 2 },
	options: { reason: { type: 'string', value: 'TEXT', description: 'What it is for.' }, ...WORKSPACE_OPTIONS },
	answers: 'document',
	examples: [
		{
			command: 'runstead compute quota request standardNCFamily 400 --reason "Four GPUs for the paper"',
			explanation: 'runstead compute quota requests tells what became of it',
		},
	],
	async run({ options, words }) {
		const [quota, cores] = words as [string, string];
		if (!options.reason) throw new UsageError('A request needs its reason: --reason "…".');
		const body = { quota, limitCores: coresOf(cores), reason: options.reason };
		const { client, workspace } = await openWorkspace(options);
		return quotaRequestAnswer(await client.call('requestQuota', { params: { workspace }, body }));
	},
});
