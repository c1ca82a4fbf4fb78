/** Registered models, their tags and aliases: group F of the calls. Prompts are kept as models too. */
import { RunsteadError } from '@runstead/contract';
import { isPrompt } from '../../capabilities/models/prompts.ts';
import type { Capabilities } from '../../create-capabilities.ts';
import { invalidParameter, MlflowError } from './errors.ts';
import { keyValue, listOf, message, text } from './message.ts';
import { serveRegistryPages } from './registry-pages.ts';
import { modelConditions, modelOrder } from './registry-search.ts';
import {
	checkAlias,
	checkAliasIsFree,
	checkModelName,
	ofModel,
	presentModel,
	presentVersion,
	stageOf,
	tagsOf,
	versionNumber,
} from './registry-shapes.ts';
import { serveRegistryTags } from './registry-tags.ts';
import type { MlflowToolbox } from './toolbox.ts';

const SEARCH_RESULTS_DEFAULT = 100;
const SEARCH_RESULTS_MAX = 1_000;
const ALL_STAGES = ['None', 'Staging', 'Production', 'Archived'];

const PREFIX = '/2.0/mlflow/registered-models';

export function serveRegisteredModels(toolbox: MlflowToolbox, { models }: Pick<Capabilities, 'models'>): void {
	const { serve } = toolbox;
	type Workspace = Parameters<typeof models.get>[0];
	const shown = async (workspace: Workspace, name: string): Promise<object> => {
		const model = await ofModel(models.get(workspace, name), name);
		return presentModel(model, (await models.newestByStage(workspace, [name])).get(name));
	};

	serve(
		{
			method: 'POST',
			path: `${PREFIX}/create`,
			permission: 'model.write',
			message: message({ name: text, tags: listOf(keyValue), description: text }, ['name']),
		},
		async ({ message: { name, tags = [], description = null }, workspace, principal }) => {
			checkModelName(name);
			const own = tagsOf(tags);
			const within = await workspace();
			try {
				return { registered_model: presentModel(await models.create(within, { name, description, tags: own }, principal.name)) };
			} catch (error) {
				if (!(error instanceof RunsteadError) || error.code !== 'already-exists') throw error;
				throw nameTaken(name, isPrompt((await models.get(within, name)).tags), isPrompt(own));
			}
		},
	);

	const ByName = message({ name: text }, ['name']);
	serve({ method: 'GET', path: `${PREFIX}/get`, permission: 'run.read', message: ByName }, async ({ message: { name }, workspace }) => {
		checkModelName(name);
		return { registered_model: await shown(await workspace(), name) };
	});

	serve(
		{
			method: 'PATCH',
			path: `${PREFIX}/update`,
			permission: 'model.write',
			message: message({ name: text, description: text }, ['name']),
		},
		async ({ message: { name, description = '' }, workspace, principal }) => {
			const within = await workspace();
			await ofModel(models.update(within, name, { description }, principal.name), name);
			return { registered_model: await shown(within, name) };
		},
	);

	serve(
		{
			method: 'POST',
			path: `${PREFIX}/rename`,
			permission: 'model.write',
			message: message({ name: text, new_name: text }, ['name', 'new_name']),
		},
		async ({ message: { name, new_name }, workspace, principal }) => {
			checkModelName(new_name, 'new_name');
			const within = await workspace();
			try {
				await ofModel(models.update(within, name, { name: new_name }, principal.name), name);
			} catch (error) {
				if (!(error instanceof RunsteadError) || error.code !== 'already-exists') throw error;
				throw new MlflowError('RESOURCE_ALREADY_EXISTS', `Registered Model (name=${new_name}) already exists.`);
			}
			return { registered_model: await shown(within, new_name) };
		},
	);

	serve(
		{ method: 'DELETE', path: `${PREFIX}/delete`, permission: 'workspace.write', message: ByName },
		async ({ message: { name }, workspace, principal }) => {
			checkModelName(name);
			await ofModel(models.remove(await workspace(), name, principal.name), name);
			return {};
		},
	);

	serveRegistryPages(toolbox, {
		prefix: PREFIX,
		pageName: 'registered_models',
		defaultResults: SEARCH_RESULTS_DEFAULT,
		mostResults: SEARCH_RESULTS_MAX,
		search: (workspace, { filter, orderBy, limit, offset }) =>
			models.search(workspace, { conditions: modelConditions(filter), order: modelOrder(orderBy), limit, offset }),
		present: async (workspace, page) => {
			const newest = await models.newestByStage(
				workspace,
				page.map(({ name }) => name),
			);
			return page.map((model) => presentModel(model, newest.get(model.name)));
		},
	});

	for (const method of ['GET', 'POST'] as const) {
		serve(
			{
				method,
				path: `${PREFIX}/get-latest-versions`,
				permission: 'run.read',
				message: message({ name: text, stages: listOf(text) }, ['name']),
			},
			async ({ message: { name, stages = [] }, workspace }) => {
				checkModelName(name);
				const wanted = new Set((stages.length === 0 ? ALL_STAGES : stages).map(stageOf));
				const within = await workspace();
				const newest = (await ofModel(models.newestByStage(within, [name]), name)).get(name) ?? [];
				const versions = newest.filter(({ stage }) => wanted.has(stage));
				return versions.length > 0 ? { model_versions: versions.map(presentVersion) } : {};
			},
		);
	}

	serveRegistryTags(toolbox, {
		prefix: PREFIX,
		ofVersions: false,
		change: (workspace, { name }, change, actor) => ofModel(models.update(workspace, name, change, actor), name),
	});
	serveAliases(toolbox, models);
}

function serveAliases({ serve }: MlflowToolbox, models: Capabilities['models']): void {
	serve(
		{
			method: 'POST',
			path: `${PREFIX}/alias`,
			permission: 'model.write',
			message: message({ name: text, alias: text, version: text }, ['name', 'alias', 'version']),
		},
		async ({ message: { name, alias, version }, workspace, principal }) => {
			checkModelName(name);
			checkAlias(alias);
			checkAliasIsFree(alias);
			await ofModel(models.setAlias(await workspace(), name, alias, Number(versionNumber(version)), principal.name), name, version);
			return {};
		},
	);

	serve(
		{
			method: 'DELETE',
			path: `${PREFIX}/alias`,
			permission: 'model.write',
			message: message({ name: text, alias: text }, ['name', 'alias']),
		},
		async ({ message: { name, alias }, workspace, principal }) => {
			checkModelName(name);
			checkAlias(alias);
			await ofModel(models.removeAlias(await workspace(), name, alias, principal.name), name);
			return {};
		},
	);

	serve(
		{
			method: 'GET',
			path: `${PREFIX}/alias`,
			permission: 'run.read',
			message: message({ name: text, alias: text }, ['name', 'alias']),
		},
		async ({ message: { name, alias }, workspace }) => {
			checkModelName(name);
			checkAlias(alias);
			const within = await workspace();
			const { aliases } = await ofModel(models.get(within, name), name);
			const isLatest = alias.toLowerCase() === 'latest';
			if (!isLatest && !Object.hasOwn(aliases, alias)) throw invalidParameter(`Registered model alias ${alias} not found.`);
			try {
				return { model_version: presentVersion(await models.getVersion(within, name, isLatest ? 'latest' : String(aliases[alias]))) };
			} catch (error) {
				if (!isLatest || !(error instanceof RunsteadError) || error.code !== 'not-found') throw error;
				throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `Latest version not found for model ${name}.`);
			}
		},
	);
}

function nameTaken(name: string, isPromptThere: boolean, isPromptGiven: boolean): MlflowError {
	const [there, given] = [isPromptThere, isPromptGiven].map((prompt) => (prompt ? 'Prompt' : 'Registered Model')) as [string, string];
	return new MlflowError(
		'RESOURCE_ALREADY_EXISTS',
		there === given
			? `${given} (name=${name}) already exists.`
			: `Tried to create a ${given.toLowerCase()} with name '${name}', but the name is already taken by a ${there.toLowerCase()}. MLflow does not allow creating a model and a prompt with the same name.`,
	);
}
