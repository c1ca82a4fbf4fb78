/** `runstead monitor diagnostic-settings test`: tries the destinations of a setting. */
import { defineCommand } from '../command.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { listAnswer } from '../output/answer.ts';

export const command = defineCommand({
	summary: 'Try the destinations of a diagnostic setting, and send what waits at once',
	usage: 'NAME',
	words: { min: 1, max: 1 },
	options: WORKSPACE_OPTIONS,
	answers: 'list',
	examples: [{ command: 'runstead monitor diagnostic-settings test keep', explanation: 'exit code 1 when one of them does not work' }],
	async run({ options, words }) {
		const [setting] = words as [string];
		const { client, workspace } = await openWorkspace(options);
		const { tests } = await client.call('testDiagnosticSetting', { params: { workspace, setting }, body: {} });
		return listAnswer(tests, {
			columns: [
				{ heading: 'DESTINATION', of: ({ kind }) => kind, whole: true },
				{ heading: 'WORKS', of: ({ ok }) => (ok ? 'yes' : 'no') },
				{ heading: 'WHAT WAS DONE', of: ({ message }) => message },
				{ heading: 'TOOK', of: ({ durationMs }) => `${durationMs} ms` },
			],
			empty: 'It has no destination.',
			exitCode: tests.every(({ ok }) => ok) ? 0 : 1,
		});
	},
});
