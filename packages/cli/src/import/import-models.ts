/** Brings registered models of MLflow over, with their versions under the numbers that they have; later, what has changed there since. */
import { type Client, RequestError } from '@runstead/client';
import { MODEL_STAGES, type Model, type ModelStage, type ModelVersion } from '@runstead/contract';
import { below, changesOf, type Marks, nullIfNotFound, type Seen, seenOf } from './import-marks.ts';
import type { MlflowSource, SourceFile, SourceModel, SourceModelVersion } from './mlflow-source.ts';

/** Where models come from. */
export type ModelSource = Pick<MlflowSource, 'models' | 'files'>;

export interface ImportedModels {
	models: number;
	modelsChanged: number;
	versions: number;
	versionsChanged: number;
	versionsThere: number;
	files: number;
	/** What was changed both here and at the source, and is as there now. */
	replaced: string[];
	problems: string[];
}

interface ModelContext {
	readonly client: Client;
	readonly workspace: string;
	readonly source: ModelSource;
	/** With the name of the source; null: what is here stays as it is. */
	readonly marks: { readonly of: string; readonly all: Marks } | null;
}

export async function importModels(context: ModelContext, onDone: (name: string) => void): Promise<ImportedModels> {
	const sum: ImportedModels = {
		models: 0,
		modelsChanged: 0,
		versions: 0,
		versionsChanged: 0,
		versionsThere: 0,
		files: 0,
		replaced: [],
		problems: [],
	};
	for (const model of await context.source.models()) {
		await importModel(context, model, sum).catch((error: unknown) => {
			if (!(error instanceof RequestError)) throw error;
			sum.problems.push(`Model ${model.name}: ${error.message}`);
		});
		onDone(model.name);
	}
	return sum;
}

async function importModel({ client, workspace, source, marks }: ModelContext, model: SourceModel, sum: ImportedModels): Promise<void> {
	const params = { workspace, model: model.name };
	const mark = `mlflow model ${model.name} of ${marks?.of}`;
	const now = seenOfModel(model);
	if (marks?.all.isSame(mark, now)) {
		sum.versionsThere += model.versions.length;
		return;
	}
	const found = await client.call('getModel', { params }).catch(nullIfNotFound);
	const seen = (await marks?.all.read(mark)) ?? null;
	// It was deleted here.
	if (found === null && seen !== null) return;
	const before =
		found ??
		(await client.call('createModel', {
			params: { workspace },
			body: {
				...{ name: model.name, description: model.description, tags: { ...model.tags } },
				...(model.createdTime !== null && { createdTime: model.createdTime }),
			},
		}));
	if (found === null) sum.models += 1;
	let hasChanged = found !== null && marks !== null && (await updateModel(client, workspace, before, model, seen, sum));
	for (const version of model.versions) await importVersion({ client, source, isUpdating: marks !== null }, params, version, seen, sum);
	hasChanged = (await moveAliases(client, params, before, model, seen, sum)) || hasChanged;
	if (hasChanged && found !== null) sum.modelsChanged += 1;
	await marks?.all.put(mark, now);
}

function seenOfModel(model: SourceModel): Seen {
	return {
		...seenOf({ description: model.description ?? '' }, 'field:'),
		...seenOf(model.tags, 'tag:'),
		...seenOf(textsOf(model.aliases), 'alias:'),
		...Object.assign(
			{},
			...model.versions.map((version) => ({
				...seenOf(fieldsOf(version), `version:${version.version}:field:`),
				...seenOf(version.tags, `version:${version.version}:tag:`),
			})),
		),
	};
}

const textsOf = (aliases: Readonly<Record<string, number>>): Record<string, string> =>
	Object.fromEntries(Object.entries(aliases).map(([alias, version]) => [alias, String(version)]));

const fieldsOf = ({ description, stage }: SourceModelVersion) => ({ description: description ?? '', stage: stageOf(stage) });

/** What is told of something that was changed on both sides. */
function replacedTexts(of: string, keys: readonly string[], here: Readonly<Record<string, string>>, as = ''): string[] {
	return keys.map((key) => `${of}: ${as}${key}, which was ${JSON.stringify(here[key])} here`);
}

async function updateModel(
	client: Client,
	workspace: string,
	before: Model,
	model: SourceModel,
	seen: Seen | null,
	sum: ImportedModels,
): Promise<boolean> {
	const here = { description: before.description ?? '' };
	const fields = changesOf({ now: { description: model.description ?? '' }, seen: below(seen, 'field:'), here });
	const tags = changesOf({ now: model.tags, seen: below(seen, 'tag:'), here: before.tags });
	const body = {
		...fields.set,
		...(Object.keys(tags.set).length > 0 && { tags: tags.set }),
		...(tags.remove.length > 0 && { removeTags: tags.remove }),
	};
	if (Object.keys(body).length === 0) return false;
	await client.call('updateModel', { params: { workspace, model: model.name }, body });
	const name = `Model ${model.name}`;
	sum.replaced.push(...replacedTexts(name, fields.replaced, here), ...replacedTexts(name, tags.replaced, before.tags, 'tag '));
	return true;
}

async function moveAliases(
	client: Client,
	params: { workspace: string; model: string },
	before: Model,
	model: SourceModel,
	seen: Seen | null,
	sum: ImportedModels,
): Promise<boolean> {
	const here = textsOf(before.aliases);
	const { set, remove, replaced } = changesOf({ now: textsOf(model.aliases), seen: below(seen, 'alias:'), here });
	for (const [alias, version] of Object.entries(set))
		await client.call('setModelAlias', { params: { ...params, alias }, body: { version: Number(version) } });
	for (const alias of remove) await client.call('deleteModelAlias', { params: { ...params, alias } });
	sum.replaced.push(...replacedTexts(`Model ${model.name}`, replaced, here, 'alias '));
	return Object.keys(set).length + remove.length > 0;
}

async function importVersion(
	{ client, source, isUpdating }: { client: Client; source: ModelSource; isUpdating: boolean },
	params: { workspace: string; model: string },
	version: SourceModelVersion,
	seen: Seen | null,
	sum: ImportedModels,
): Promise<void> {
	const place = { ...params, version: String(version.version) };
	const there = await client.call('getModelVersion', { params: place }).catch(nullIfNotFound);
	const prefix = `version:${version.version}:`;
	const wasSeen = seen?.[`${prefix}field:stage`] !== undefined;
	// It was deleted here.
	if (there === null && wasSeen) return;
	if (there?.status === 'ready') {
		const isOther = isUpdating && there.details.mlflowSource !== undefined && there.details.mlflowSource !== version.source;
		if (isOther)
			sum.problems.push(`Model ${params.model}: version ${version.version} is another one here (${there.source}); it stays as it is.`);
		const isChanged = isUpdating && !isOther && (await updateVersion(client, place, there, version, prefix, seen, sum));
		sum[isChanged ? 'versionsChanged' : 'versionsThere'] += 1;
		return;
	}
	if (there === null) await register(client, params, source, version, sum);
	else await putFiles(client, place, (await filesOf(source, params.model, version)) ?? [], sum);
	sum.versions += 1;
	await client.call('updateModelVersion', { params: place, body: { stage: stageOf(version.stage) } });
}

async function updateVersion(
	client: Client,
	place: { workspace: string; model: string; version: string },
	before: ModelVersion,
	version: SourceModelVersion,
	prefix: string,
	seen: Seen | null,
	sum: ImportedModels,
): Promise<boolean> {
	const here = { description: before.description ?? '', stage: before.stage };
	const fields = changesOf({ now: fieldsOf(version), seen: below(seen, `${prefix}field:`), here });
	const tags = changesOf({ now: version.tags, seen: below(seen, `${prefix}tag:`), here: before.tags });
	const body = {
		...(fields.set as { description?: string; stage?: ModelStage }),
		...(Object.keys(tags.set).length > 0 && { tags: tags.set }),
		...(tags.remove.length > 0 && { removeTags: tags.remove }),
	};
	if (Object.keys(body).length === 0) return false;
	await client.call('updateModelVersion', { params: place, body });
	const name = `Model ${before.id}`;
	sum.replaced.push(...replacedTexts(name, fields.replaced, here), ...replacedTexts(name, tags.replaced, before.tags, 'tag '));
	return true;
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
	if (files === null)
		sum.problems.push(
			`Model ${params.model}:${version.version} (${version.location ?? version.source}): its files are out of reach; it is registered by their address.`,
		);
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
	files: readonly Pick<SourceFile, 'path' | 'open'>[],
	sum: ImportedModels,
): Promise<void> {
	for (const file of files) await client.call('writeModelFile', { params: { ...place, '*': file.path }, body: await file.open() });
	await client.call('completeModelVersion', { params: place });
	sum.files += files.length;
}
