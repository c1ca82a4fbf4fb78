/** `az ml computetarget show`: one compute target. */
import { defineCommand, UsageError } from '../../command.ts';
import { azComputeAnswer } from '../az-compute.ts';
import { AZ_OPTIONS, openAzWorkspace } from '../az-options.ts';

export const command = defineCommand({
	summary: 'Show a compute target',
	usage: '-n NAME',
	words: { min: 0, max: 0 },
	options: { name: { type: 'string', value: 'NAME', short: 'n', description: 'Compute target.' }, ...AZ_OPTIONS },
	answers: 'document',
	examples: [{ command: 'az ml computetarget show -n cpu-cluster', explanation: 'a JSON document' }],
	async run({ options }) {
		if (options.name === undefined) throw new UsageError('Which compute target? Give -n NAME.');
		const { client, workspace } = await openAzWorkspace(options);
		return azComputeAnswer(await client.call('getCluster', { params: { workspace: workspace.name, compute: options.name } }));
	},
});
