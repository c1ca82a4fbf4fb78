/** The models of an export: logged ones, and those that were registered. */
import { type Client, RequestError } from '@runstead/client';
import { LIMITS } from '@runstead/contract';
import type { LoggedModelLine } from '../export/layout.ts';
import { pages } from '../output/answer.ts';
import { bodyOf, linesOf, namesOfExperiments } from './export-folder.ts';
import type { ModelSource } from './import-models.ts';
import type { ImportReport } from './import-report.ts';
import type { SourceModel } from './mlflow-source.ts';

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
		const params = { experiment, loggedModel: id };
		if (!(await putModel(client, params, given, report))) continue;
		const there = new Set<string>();
		const listed = pages(async (cursor) => {
			const page = await client.call('listLoggedModelFiles', { params, query: { limit: LIMITS.pageSize.max, cursor } });
			return { items: page.files, nextCursor: page.nextCursor };
		});
		for await (const { path } of listed) there.add(path);
		for (const { path, file } of files.filter((one) => !there.has(one.path))) {
			await client.call('writeLoggedModelFile', { params: { ...params, '*': path }, body: await bodyOf(folder, file) });
			report.files += 1;
		}
	}
}

type KeptModel = Omit<LoggedModelLine, 'id' | 'experimentId' | 'deleted' | 'files'>;

/** Whether it is here now: another experiment may have one of its id. */
async function putModel(
	client: Client,
	params: { readonly experiment: string; readonly loggedModel: string },
	given: KeptModel,
	report: ImportReport,
): Promise<boolean> {
	try {
		// At least once: many have no metrics.
		for (const metrics of slices(given.metrics, LIMITS.loggedModelMetricsPerRequest.max, 1))
			await client.call('putLoggedModel', { params, body: { ...given, metrics } });
		return true;
	} catch (error) {
		if (!(error instanceof RequestError && error.code === 'already-exists')) throw error;
		report.problems.push(`Logged model ${params.loggedModel}: ${error.message}`);
		return false;
	}
}

/** In pieces of a size, and at least so many, of which then some are empty. */
function slices<Item>(items: readonly Item[], size: number, atLeast: number): Item[][] {
	const count = Math.max(atLeast, Math.ceil(items.length / size));
	return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}

/** @param open the runs that are being brought over. */
export async function importRunModels(client: Client, folder: string, open: ReadonlyMap<string, unknown>): Promise<void> {
	for await (const { run, modelInputs, modelOutputs } of linesOf(folder, 'runModels')) {
		if (!open.has(run)) continue;
		const size = LIMITS.lineagePerRequest.max;
		for (const some of slices(modelInputs, size, 0)) await client.call('logRunLineage', { params: { run }, body: { modelInputs: some } });
		for (const some of slices(modelOutputs, size, 0)) await client.call('logRunLineage', { params: { run }, body: { modelOutputs: some } });
	}
}
