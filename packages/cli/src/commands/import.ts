/** `runstead import`: brings back what `runstead export` wrote. */
import { defineCommand } from '../command.ts';
import { readManifest } from '../import/export-folder.ts';
import { importExport } from '../import/import-export.ts';
import { evaluationDatasetRow, modelRow, reportAnswer, reportRows, traceRow } from '../import/import-report.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { createProgressBar } from '../run/progress-bar.ts';

export const command = defineCommand({
	summary: 'Bring an export back, here or into another server; what is there already stays as it is',
	usage: 'FOLDER',
	words: { min: 1, max: 1 },
	options: WORKSPACE_OPTIONS,
	answers: 'document',
	examples: [
		{ command: 'runstead import everything', explanation: 'what runstead export wrote; interrupted, it goes on when it is run again' },
		{ command: 'runstead import everything --url http://other:8155 -w team', explanation: 'into a workspace of another server' },
	],
	async run({ options, words }) {
		const [folder] = words as [string];
		const manifest = await readManifest(folder);
		const { client, workspace } = await openWorkspace(options);
		const bar = createProgressBar(manifest.counts.runs ?? 0, (count) => `${count} runs`);
		const report = await importExport(client, workspace, folder, ({ displayName }) => bar.advance(1, displayName)).finally(() =>
			bar.clear(),
		);
		const from = `${manifest.workspace}, ${manifest.exportedTime}`;
		const rows: [string, string][] = [
			...reportRows(report, from),
			modelRow(report),
			traceRow(report),
			evaluationDatasetRow(report),
			['Views', report.views.toLocaleString('en')],
		];
		return reportAnswer({ folder, workspace, ...report }, rows);
	},
});
