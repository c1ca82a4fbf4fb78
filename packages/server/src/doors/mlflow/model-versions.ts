/** Versions of registered models: group F of the calls. */
import { checkFilePath, type ModelVersion } from '@runstead/contract';
import { isPrompt } from '../../capabilities/models/prompts.ts';
import type { ModelOrigin } from '../../capabilities/models/service.ts';
import type { WorkspaceRecord } from '../../capabilities/workspaces/service.ts';
import type { Capabilities } from '../../create-capabilities.ts';
import { versionArtifacts } from './artifact-roots.ts';
import type { ResolveArtifact } from './artifacts.ts';
import { invalidParameter, nullIfNotFound } from './errors.ts';
import { flag, keyValue, listOf, message, text } from './message.ts';
import { AZURE_SCHEME, originOf, type ParsedSource, parseSource, refusedLocalSource, refusedSource } from './model-sources.ts';
import { pythonJson } from './python-json.ts';
import { serveRegistryPages } from './registry-pages.ts';
import { versionConditions, versionOrder } from './registry-search.ts';
import { checkModelName, ofModel, presentVersion, stageOf, tagsOf, versionNumber } from './registry-shapes.ts';
import { serveRegistryTags } from './registry-tags.ts';
import type { MlflowToolbox } from './toolbox.ts';

const SEARCH_RESULTS_MAX = 200_000;
const PROMPT_SOURCES = new Set(['dummy-source', 'prompt-template']);

const ARTIFACTS_URI = /^mlflow-artifacts:\/+(.*?)\/?$/s;

const PREFIX = '/2.0/mlflow/model-versions';

const OneVersion = message({ name: text, version: text }, ['name', 'version']);

interface Source {
	readonly source: string;
	readonly downloadUri?: string;
	readonly runId: string | null;
	readonly modelId: string | null;
	readonly parsed: ParsedSource;
	/** The files, where another version has them. */
	readonly origin?: ModelOrigin;
}

export function serveModelVersions(toolbox: MlflowToolbox, capabilities: Capabilities, resolveArtifact: ResolveArtifact): void {
	const { serve } = toolbox;
	const { models, loggedModels } = capabilities;
	const sources = createSourceResolver(capabilities);

	serve(
		{
			method: 'POST',
			path: `${PREFIX}/create`,
			permission: 'model.write',
			message: message(
				{ name: text, source: text, run_id: text, run_link: text, description: text, tags: listOf(keyValue), model_id: text },
				['name', 'source'],
			),
		},
		async ({
			message: { name, source, run_id = '', run_link = null, description = null, tags = [], model_id = '' },
			workspace,
			principal,
		}) => {
			checkModelName(name);
			const own = tagsOf(tags);
			const within = await workspace();
			await ofModel(models.get(within, name), name);
			const from: Source = isPrompt(own)
				? promptSource(source, run_id)
				: await sources.resolve(within, source, run_id === '' ? null : run_id, model_id === '' ? null : model_id);
			const version = await models.register(
				within,
				name,
				{
					origin: from.origin ?? originOf(from.source, from.parsed, loggedModels.fileSetOf),
					source: from.source,
					...(from.downloadUri !== undefined && { downloadUri: from.downloadUri }),
					mayBeEmpty: true,
					makesModel: false,
					runId: from.runId,
					loggedModelId: from.modelId,
					runLink: run_link,
					description,
					tags: own,
				},
				principal.name,
			);
			if (from.modelId !== null) await sources.tellLoggedModel(from.modelId, name, version.version);
			return { model_version: presentVersion(version) };
		},
	);

	serve(
		{ method: 'GET', path: `${PREFIX}/get`, permission: 'run.read', message: OneVersion },
		async ({ message: { name, version }, workspace }) => {
			checkModelName(name);
			const found = models.getVersion(await workspace(), name, versionNumber(version));
			return { model_version: presentVersion(await ofModel(found, name, version)) };
		},
	);

	serve(
		{ method: 'GET', path: `${PREFIX}/get-download-uri`, permission: 'run.read', message: OneVersion },
		async ({ message: { name, version }, workspace }) => {
			checkModelName(name);
			const within = await workspace();
			const found = await ofModel(models.getVersion(within, name, versionNumber(version)), name, version);
			return { artifact_uri: await downloadUriOf(models, within, found) };
		},
	);

	serve(
		{
			method: 'GET',
			path: '/model-versions/get-artifact',
			isAtRoot: true,
			permission: 'run.read',
			message: message({ name: text, version: text, path: text }, ['name', 'version', 'path']),
		},
		async ({ message: { name, version, path }, workspace, authorize, request, reply }) => {
			checkFilePath(path);
			const within = await workspace();
			const uri = await downloadUriOf(
				models,
				within,
				await ofModel(models.getVersion(within, name, versionNumber(version)), name, version),
			);
			const folder = ARTIFACTS_URI.exec(uri)?.[1];
			if (folder === undefined) throw invalidParameter(`The files of this version are not kept here but at '${uri}'.`);
			const { root, path: below } = resolveArtifact(`${folder}/${path}`);
			await authorize(root.about);
			return root.send(request, reply, below);
		},
	);

	serve(
		{
			method: 'PATCH',
			path: `${PREFIX}/update`,
			permission: 'model.write',
			message: message({ name: text, version: text, description: text }, ['name', 'version']),
		},
		async ({ message: { name, version, description = null }, workspace, principal }) => {
			checkModelName(name);
			const changed = models.updateVersion(await workspace(), name, versionNumber(version), { description }, principal.name);
			return { model_version: presentVersion(await ofModel(changed, name, version)) };
		},
	);

	serve(
		{
			method: 'POST',
			path: `${PREFIX}/transition-stage`,
			permission: 'model.write',
			message: message({ name: text, version: text, stage: text, archive_existing_versions: flag }, ['name', 'version', 'stage']),
		},
		async ({ message: { name, version, stage: given, archive_existing_versions: archiveOthers = false }, workspace, principal }) => {
			checkModelName(name);
			const stage = stageOf(given);
			if (archiveOthers && stage !== 'Staging' && stage !== 'Production')
				throw invalidParameter(
					`Model version transition cannot archive existing model versions because '${given}' is not an Active stage. Valid stages are ['Staging', 'Production']`,
				);
			const changed = models.updateVersion(await workspace(), name, versionNumber(version), { stage, archiveOthers }, principal.name);
			return { model_version: presentVersion(await ofModel(changed, name, version)) };
		},
	);

	serve(
		{ method: 'DELETE', path: `${PREFIX}/delete`, permission: 'workspace.write', message: OneVersion },
		async ({ message: { name, version }, workspace, principal }) => {
			checkModelName(name);
			await ofModel(models.removeVersion(await workspace(), name, versionNumber(version), principal.name), name, version);
			return {};
		},
	);

	serveRegistryPages(toolbox, {
		prefix: PREFIX,
		pageName: 'model_versions',
		defaultResults: SEARCH_RESULTS_MAX,
		mostResults: SEARCH_RESULTS_MAX,
		search: (workspace, { filter, orderBy, limit, offset }) =>
			models.searchVersions(workspace, { conditions: versionConditions(filter), order: versionOrder(orderBy), limit, offset }),
		present: (_workspace, page) => page.map(presentVersion),
	});

	serveRegistryTags(toolbox, {
		prefix: PREFIX,
		ofVersions: true,
		change: (workspace, { name, version }, change, actor) =>
			ofModel(models.updateVersion(workspace, name, versionNumber(version), change, actor), name, version),
	});
}

/** Sources that only this server's own ways lead to. */
const OWN_SOURCE = /^(models|datastore|runs):/;

/** What clients fetch the files from: the copy that a version holds where its source leads to none that they can read. */
async function downloadUriOf(models: Capabilities['models'], workspace: WorkspaceRecord, version: ModelVersion): Promise<string> {
	const uri = await models.downloadUri(workspace, version.name, String(version.version));
	if (version.fileCount === 0 || !OWN_SOURCE.test(uri)) return uri;
	const { files } = await models.files(workspace, version.name, String(version.version), { limit: 1_000 });
	// Of a folder, what is meant is what lies in it.
	const [top = '', ...others] = new Set(files.map(({ path }) => path.slice(0, Math.max(0, path.indexOf('/')))));
	return versionArtifacts(version, others.length === 0 && top !== '' && files.some(({ path }) => path === `${top}/MLmodel`) ? top : '');
}

function promptSource(source: string, runId: string): Source {
	if (!PROMPT_SOURCES.has(source))
		throw invalidParameter(`Invalid prompt source: '${source}'. Prompt sources must use an MLflow placeholder.`);
	return { source, runId: runId === '' ? null : runId, modelId: null, parsed: { kind: 'elsewhere' } };
}

function createSourceResolver({ models, loggedModels, runs }: Capabilities) {
	const isThere = async (work: Promise<unknown>): Promise<boolean> => (await work.catch(nullIfNotFound)) !== null;

	return {
		/** What the source stands for, with the run and the logged model that it comes from. @throws {MlflowError} INVALID_PARAMETER_VALUE. */
		async resolve(workspace: WorkspaceRecord, source: string, runId: string | null, modelId: string | null): Promise<Source> {
			const parsed = parseSource(source);
			if ('path' in parsed && parsed.path !== '') checkFilePath(parsed.path);
			switch (parsed.kind) {
				case 'local':
					throw refusedLocalSource(source, modelId === null ? 'run_id' : 'model_id');
				case 'elsewhere':
					return { source, runId: runId ?? (await runOf(modelId)), modelId, parsed };
				case 'unknownArtifacts':
					throw refusedSource(source, modelId === null ? 'run_id' : 'model_id');
				case 'run': {
					if (modelId !== null) throw refusedSource(source, 'model_id');
					// Of a run of another server this one has nothing: the source is kept as it is.
					if (source.startsWith('runs:') && runId !== null && !(await isThere(runs.find(parsed.runId))))
						return { source, runId, modelId, parsed: { kind: 'elsewhere' } };
					const of = runId ?? (source.startsWith(`${AZURE_SCHEME}:`) ? parsed.runId : null);
					if (of === null || parsed.runId !== of || !(await isThere(runs.find(of)))) throw refusedSource(source, 'run_id');
					return { source, runId: of, modelId: null, parsed };
				}
				case 'loggedModel': {
					if (modelId !== parsed.modelId || !(await isThere(loggedModels.get(modelId)))) throw refusedSource(source, 'model_id');
					const { experimentId } = await loggedModels.get(modelId);
					return {
						source,
						downloadUri: source.startsWith('models:') ? `mlflow-artifacts:/${experimentId}/models/${modelId}/artifacts` : source,
						runId: runId ?? (await runOf(modelId)),
						modelId,
						parsed,
					};
				}
				case 'version':
					return ofVersion(workspace, parsed, source, runId, modelId);
			}
		},

		/** A logged model says which versions were registered of it. */
		async tellLoggedModel(modelId: string, name: string, version: number): Promise<void> {
			const key = 'mlflow.modelVersions';
			const { tags } = await loggedModels.get(modelId, { deleted: true });
			const known = JSON.parse(tags[key] ?? '[]') as object[];
			await loggedModels.setTags(modelId, { [key]: pythonJson([...known, { name, version }]) });
		},
	};

	async function runOf(modelId: string | null): Promise<string | null> {
		return modelId === null ? null : (await loggedModels.get(modelId)).sourceRunId;
	}

	/** A version of another model, as `copy_model_version` and promotions name it. */
	async function ofVersion(
		workspace: WorkspaceRecord,
		{ name, which }: Extract<ParsedSource, { kind: 'version' }>,
		source: string,
		runId: string | null,
		modelId: string | null,
	): Promise<Source> {
		if (isPrompt((await ofModel(models.get(workspace, name), name)).tags))
			throw invalidParameter(`Invalid model version source: '${source}'. Prompt versions cannot be used as model version sources.`);
		const isStage = /^(none|staging|production|archived)$/i.test(which);
		const found = isStage
			? (await models.newestByStage(workspace, [name])).get(name)?.find(({ stage }) => stage === stageOf(which))
			: await ofModel(models.getVersion(workspace, name, which), name, which);
		if (!found) throw invalidParameter(`No versions of model with name '${name}' and stage '${which}' found`);
		if ((runId !== null && runId !== found.runId) || (modelId !== null && modelId !== found.loggedModelId))
			throw invalidParameter(
				`Invalid model version source: '${source}'. The run_id and model_id request parameters must match the referenced model version.`,
			);
		const downloadUri = await models.downloadUri(workspace, name, String(found.version));
		const origin = await models.originOf(workspace, name, String(found.version));
		return {
			source: `models:/${name}/${found.version}`,
			downloadUri,
			runId: runId ?? found.runId,
			modelId: modelId ?? found.loggedModelId,
			parsed: { kind: 'elsewhere' },
			...(origin !== null && { origin }),
		};
	}
}
