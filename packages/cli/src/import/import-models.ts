/** Brings registered models of MLflow over, with their versions under the numbers that they have. */
import { type Client, RequestError } from '@runstead/client';
import { MODEL_STAGES, type ModelStage } from '@runstead/contract';
import type { MlflowSource, SourceModel, SourceModelVersion } from './mlflow-source.ts';

/** Where models come from. */
export type ModelSource = Pick<MlflowSource, 'models' | 'files'>;

export interface ImportedModels {
	models: number;
	versions: number;
	versionsThere: number;
	files: number;
	/** Versions whose files this machine cannot reach: they are registered by their address. */
	unreachable: string[];
}

export async function importModels(
	client: Client,
	workspace: string,
	source: ModelSource,
	onDone: (name: string) => void,
): Promise<ImportedModels> {
	const sum: ImportedModels = { models: 0, versions: 0, versionsThere: 0, files: 0, unreachable: [] };
	for (const model of await source.models()) {
		await importModel(client, workspace, source, model, sum);
		onDone(model.name);
	}
	return sum;
}

async function importModel(client: Client, workspace: string, source: ModelSource, model: SourceModel, sum: ImportedModels): Promise<void> {
	const params = { workspace, model: model.name };
	const before = await client.call('getModel', { params }).catch((error: unknown) => {
		if (error instanceof RequestError && error.code === 'not-found') return null;
		throw error;
	});
	if (before === null) {
		sum.models += 1;
		await client.call('createModel', {
			params: { workspace },
			body: { name: model.name, description: model.description, tags: { ...model.tags } },
		});
	}
	for (const version of model.versions) {
		const place = { ...params, version: String(version.version) };
		const there = await client.call('getModelVersion', { params: place }).catch(() => null);
		if (there?.status === 'ready') {
			sum.versionsThere += 1;
			continue;
		}
		if (there === null) await register(client, params, source, version, sum);
		else await putFiles(client, place, (await filesOf(source, model.name, version)) ?? [], sum);
		sum.versions += 1;
		await client.call('updateModelVersion', { params: place, body: { stage: stageOf(version.stage) } });
	}
	for (const [alias, version] of Object.entries(model.aliases))
		if (before?.aliases[alias] === undefined) await client.call('setModelAlias', { params: { ...params, alias }, body: { version } });
}

function stageOf(given: string): ModelStage {
	return MODEL_STAGES.find((stage) => stage === given) ?? 'None';
}

function filesOf(source: ModelSource, name: string, { location, source: uri, version }: SourceModelVersion) {
	const place = location ?? uri;
	// Prompts are kept as models, and have no files.
	return place === '' || !/[:/]/.test(place) ? Promise.resolve([]) : source.files(place, { model: { name, version } });
}

async function register(
	client: Client,
	params: { workspace: string; model: string },
	source: ModelSource,
	version: SourceModelVersion,
	sum: ImportedModels,
): Promise<void> {
	const files = await filesOf(source, params.model, version);
	if (files === null) sum.unreachable.push(`${params.model}:${version.version} (${version.location ?? version.source})`);
	const hasFiles = files !== null && files.length > 0;
	await client.call('registerModel', {
		params,
		body: {
			version: version.version,
			source: hasFiles ? { upload: true } : { uri: version.source || 'unknown' },
			description: version.description,
			tags: { ...version.tags },
			...(version.runId !== null && { runId: version.runId }),
			createdTime: new Date(version.createdTimeMs).toISOString(),
			details: { mlflowSource: version.source },
			...version.more,
		},
	});
	if (hasFiles) await putFiles(client, { ...params, version: String(version.version) }, files, sum);
}

async function putFiles(
	client: Client,
	place: { workspace: string; model: string; version: string },
	files: readonly { readonly path: string; open(): Promise<NonNullable<RequestInit['body']>> }[],
	sum: ImportedModels,
): Promise<void> {
	for (const file of files) await client.call('writeModelFile', { params: { ...place, '*': file.path }, body: await file.open() });
	await client.call('completeModelVersion', { params: place });
	sum.files += files.length;
}
