/** `runstead import azureml`: brings over what was exported from a workspace of Azure ML. */
import { type Client, RequestError } from '@runstead/client';
import { CommandError, defineCommand } from '../command.ts';
import { type AzureRun, openAzureFolder } from '../import/azureml-folder.ts';
import { beginReport, reportAnswer, reportRows } from '../import/import-report.ts';
import { openWorkspace, WORKSPACE_OPTIONS } from '../open-workspace.ts';
import { createProgressBar } from '../run/progress-bar.ts';

/** Set once all of a run is here. */
const IMPORTED_PROPERTY = 'runstead.imported';
const ROWS_PER_REQUEST = 5_000;
const ENDS = ['Completed', 'Failed', 'Canceled'] as const;
/** What the server says of a run by itself. */
const OWN_PROPERTIES = new Set(['ContentSnapshotId']);

interface Brought {
	points: number;
	files: number;
}

const nullIfNotFound = (error: unknown): null => {
	if (error instanceof RequestError && error.code === 'not-found') return null;
	throw error;
};

/** Metrics go in by the door of Azure's own clients: it knows their kinds, and stores nothing twice. */
async function importMetrics(client: Client, workspacePath: string, run: AzureRun): Promise<number> {
	let points = 0;
	for (const metric of await run.metrics())
		for (let at = 0; at < metric.value.length; at += ROWS_PER_REQUEST) {
			const value = metric.value.slice(at, at + ROWS_PER_REQUEST);
			const reply = await fetch(
				`${client.url.replace(/\/+$/, '')}/metric/v2.0${workspacePath}/runs/${encodeURIComponent(run.runId)}/batch`,
				{
					method: 'POST',
					headers: { 'content-type': 'application/json', ...(client.token !== undefined && { authorization: `Bearer ${client.token}` }) },
					body: JSON.stringify({ values: [{ ...metric, value }] }),
				},
			);
			if (reply.status !== 200)
				throw new Error(`its metric ${metric.name} was not taken (${reply.status}): ${(await reply.text()).slice(0, 500)}`);
			points += value.length;
		}
	return points;
}

async function importRun(client: Client, workspacePath: string, experiment: string, run: AzureRun): Promise<Brought | null> {
	const params = { run: run.runId };
	const before = await client.call('getRun', { params }).catch(nullIfNotFound);
	if (before?.properties[IMPORTED_PROPERTY] !== undefined) return null;
	if (before && before.experimentId !== experiment) throw new Error(`a run of that id is here already, in ${before.experimentName}`);
	if (!before) {
		const parent =
			run.parentRunId === null ? null : await client.call('getRun', { params: { run: run.parentRunId } }).catch(nullIfNotFound);
		const properties = Object.fromEntries(Object.entries(run.properties).filter(([key]) => !OWN_PROPERTIES.has(key)));
		await client.call('createRun', {
			params: { experiment },
			body: {
				id: run.runId,
				displayName: run.displayName.slice(0, 256),
				description: run.description.slice(0, 5_000),
				...(parent?.experimentId === experiment && { parentId: parent.id }),
				...(run.startTime !== null && { startTime: run.startTime }),
				...(run.target !== null && { target: run.target }),
				status: 'Running',
				tags: run.tags,
				properties: { ...properties, ...(run.submittedBy !== null && { 'azureml.createdBy': run.submittedBy }) },
			},
		});
	}
	const points = await importMetrics(client, workspacePath, run);
	const files = await run.files();
	for (const file of files) await client.call('writeRunFile', { params: { ...params, '*': file.path }, body: await file.open() });
	// What did not end in the workspace that is gone will not end any more.
	const status = ENDS.find((end) => end === run.status) ?? 'Canceled';
	await client.call('changeRunStatus', {
		params,
		body: {
			status,
			...(run.endTime !== null && { time: run.endTime }),
			...(status === 'Failed' && run.error !== null && { error: { code: 'AzureMLError', message: run.error.slice(0, 3_000) } }),
		},
	});
	await client.call('updateRun', { params, body: { properties: { [IMPORTED_PROPERTY]: `Azure ML run ${run.runId}` } } });
	return { points, files: files.length };
}

export const command = defineCommand({
	summary: 'Bring experiments and runs of an Azure ML workspace over, from a folder that was exported',
	usage: 'FOLDER',
	words: { min: 1, max: 1 },
	options: WORKSPACE_OPTIONS,
	answers: 'document',
	examples: [
		{ command: 'python examples/azureml/export_azureml.py ./export', explanation: 'where azureml-core still reaches the workspace' },
		{ command: 'runstead import azureml ./export', explanation: 'again later, it brings what is new' },
	],
	async run({ options, words }) {
		const folder = words[0] as string;
		const experiments = await openAzureFolder(folder);
		const { client, workspace } = await openWorkspace(options);
		const { subscriptionId, resourceGroup, name } = await client.call('getWorkspace', { params: { workspace } });
		const path = `/subscriptions/${subscriptionId}/resourceGroups/${encodeURIComponent(resourceGroup)}/providers/Microsoft.MachineLearningServices/workspaces/${encodeURIComponent(name)}`;
		const report = { source: folder, ...beginReport() };
		const all = await Promise.all(experiments.map(async (experiment) => ({ experiment, runs: await experiment.runs() })));
		const bar = createProgressBar(
			all.reduce((sum, { runs }) => sum + runs.length, 0),
			(count) => `${count} runs`,
		);
		try {
			for (const { experiment, runs } of all) {
				const made = await client.call('createExperiment', {
					params: { workspace },
					body: { name: experiment.name, existOk: true, tags: experiment.tags },
				});
				report.experiments += 1;
				for (const run of runs) {
					try {
						const brought = await importRun(client, path, made.id, run);
						if (brought === null) report.runsThere += 1;
						else {
							report.runs += 1;
							report.points += brought.points;
							report.files += brought.files;
						}
					} catch (error) {
						if (error instanceof CommandError) throw error;
						report.problems.push(`Run ${run.runId}: ${(error as Error).message}`);
					}
					bar.advance(1, experiment.name);
				}
			}
		} finally {
			bar.clear();
		}
		return reportAnswer(report, reportRows(report, folder, 'Rows of metrics'));
	},
});
