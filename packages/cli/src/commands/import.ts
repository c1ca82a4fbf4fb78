/** `runstead import`: brings back what `runstead export` wrote. */
import { defineCommand } from '../command.ts';
import { importExport, readManifest } from '../import/import-export.ts';
import { problemsText } from '../import/problems-text.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { documentAnswer } from '../output/answer.ts';
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
		const count = (number: number): string => number.toLocaleString('en');
		const remarks = [
			...(report.problems.length > 0 ? [problemsText(report.problems)] : []),
			...(report.left.length > 0 ? [`Left in the folder, since nothing takes them yet: ${report.left.join(', ')}.`] : []),
		];
		return documentAnswer(
			{ folder, workspace, ...report },
			[
				['From', `${manifest.workspace}, ${manifest.exportedTime}`],
				['Experiments', count(report.experiments)],
				['Runs', `${count(report.runs)} brought over, ${count(report.runsThere)} were here`],
				['Metric points', count(report.points)],
				['Files', count(report.files)],
				[
					'Models',
					`${count(report.models)} new; ${count(report.versions)} versions brought over, ${count(report.versionsThere)} were here`,
				],
				['Views', count(report.views)],
			],
			{
				...(report.problems.length > 0 && { exitCode: 1 }),
				...(remarks.length > 0 && { remark: remarks.join('\n') }),
			},
		);
	},
});
