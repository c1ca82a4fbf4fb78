/** `runstead monitor diagnostic-settings list`: what is sent where, and how far it has come. */
import type { DestinationState, DiagnosticSetting } from '@runstead/contract';
import { defineCommand } from '../command.ts';
import { destinationInWords, stateInWords, volumeInWords } from '../diagnostic-setting-answer.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { listAnswer } from '../output/answer.ts';

export const command = defineCommand({
	summary: 'List diagnostic settings with the state and volume of their destinations',
	usage: '',
	words: { min: 0, max: 0 },
	options: WORKSPACE_OPTIONS,
	answers: 'list',
	examples: [{ command: 'runstead monitor diagnostic-settings list', explanation: 'a line for each destination' }],
	async run({ options }) {
		const { client, workspace } = await openWorkspace(options);
		const { settings } = await client.call('listDiagnosticSettings', { params: { workspace } });
		const rows = settings.flatMap((setting) => setting.destinations.map((state) => ({ ...setting, state })));
		return listAnswer<DiagnosticSetting & { state: DestinationState }>(rows, {
			columns: [
				{ heading: 'NAME', of: ({ name }) => name, whole: true },
				{ heading: 'CATEGORIES', of: ({ categories }) => categories.join(', ') },
				{ heading: 'TO', of: (row) => destinationInWords(row, row.state.kind) },
				{ heading: 'STATE', of: ({ state }) => stateInWords(state) },
				{ heading: 'HOLDS', of: ({ state }) => volumeInWords(state) },
			],
			empty: 'This workspace has no diagnostic setting: nothing is sent anywhere, and the log tables take nothing new.',
		});
	},
});
