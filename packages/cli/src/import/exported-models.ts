/** The models of an export: logged ones, and those that were registered. */
import { type Client, RequestError } from '@runstead/client';
import { LIMITS } from '@runstead/contract';
import { bodyOf, linesOf, namesOfExperiments } from './export-folder.ts';
import { putLoggedModel, putLoggedModelFiles } from './import-logged-models.ts';
import type { ModelSource } from './import-models.ts';
import type { ImportReport } from './import-report.ts';
import type { SourceModel } from './mlflow-source.ts';
import { slices } from './slices.ts';

/** The registered models, as a source that models are brought over from. */
export async function exportedModels(folder: string): Promise<ModelSource> {
	const places = new Map<string, readonly { readonly path: string; readonly file: string }[]>();
	const models: SourceModel[] = [];
	for await (const { versions, ...model } of linesOf(folder, 'models')) {
		models.push({
			...model,
			versions: versions.map((version) => {
				const place = `export:${model.name}/${version.version}`;
				if (version.files.length > 0) places.set(place, version.files);
				const { properties, framework, frameworkVersion, details, createdTime } = version;
				return {
					version: version.version,
					description: version.description,
					stage: version.stage,
					source: version.source,
					location: version.files.length > 0 ? place : '',
					runId: version.runId,
					tags: version.tags,
					createdTimeMs: Date.parse(version.createdTime),
					more: { properties, framework, frameworkVersion, details, createdTime },
				};
			}),
		});
	}
	return {
		models: () => Promise.resolve(models),
		files: (place) =>
			Promise.resolve((places.get(place) ?? []).map(({ path, file }) => ({ path, sizeBytes: null, open: () => bodyOf(folder, file) }))),
	};
}

/** Of one that is here already, the files that are not. */
export async function importLoggedModels(
	client: Client,
	folder: string,
	experiments: ReadonlyMap<string, string>,
	report: ImportReport,
): Promise<void> {
	const names = await namesOfExperiments(folder);
	for await (const { id, experimentId, deleted: _deleted, files, ...given } of linesOf(folder, 'loggedModels')) {
		const experiment = experiments.get(names.get(experimentId) ?? '');
		if (experiment === undefined) {
			report.problems.push(`Logged model ${id}: its experiment is not in the folder.`);
			continue;
		}
		const context = { client, experiment };
		const kept = files.map(({ path, file }) => ({ path, sizeBytes: null, open: () => bodyOf(folder, file) }));
		try {
			await putLoggedModel(context, { id, ...given });
			report.files += await putLoggedModelFiles(context, id, kept);
		} catch (error) {
			if (!(error instanceof RequestError && error.code === 'already-exists')) throw error;
			report.problems.push(`Logged model ${id}: ${error.message}`);
		}
	}
}

/** @param open the runs that are being brought over. */
export async function importRunModels(client: Client, folder: string, open: ReadonlyMap<string, unknown>): Promise<void> {
	for await (const { run, modelInputs, modelOutputs } of linesOf(folder, 'runModels')) {
		if (!open.has(run)) continue;
		const size = LIMITS.lineagePerRequest.max;
		for (const some of slices(modelInputs, size)) await client.call('logRunLineage', { params: { run }, body: { modelInputs: some } });
		for (const some of slices(modelOutputs, size)) await client.call('logRunLineage', { params: { run }, body: { modelOutputs: some } });
	}
}
