/** The registry of models: registered from files of a run or of an upload, found, changed, downloaded. */
import { LIMITS, type ModelVersion, RunsteadError } from '@runstead/contract';
import type { ModelCondition, ModelOrigin } from '../../capabilities/models/service.ts';
import type { WorkspaceRecord } from '../../capabilities/workspaces/service.ts';
import type { Capabilities } from '../../create-capabilities.ts';
import { decodeAsset, encodeAsset } from './assets.ts';
import { MODEL_ORIGIN, runOfContainer, UPLOAD_ORIGIN } from './containers.ts';
import { type Fields, listOf, neededText, objectOf, textOf, textsOf } from './fields.ts';
import type { AzureCall, AzureToolbox } from './toolbox.ts';

const MANAGEMENT = '/modelmanagement/v1.0';
const ASSET_URL = 'aml://asset/';
/** Of one reply; the client asks for no next page where it is told of none. */
const MODELS_MAX = 10_000;

export function serveModels({ serve }: AzureToolbox, { models, uploads }: Capabilities): void {
	const read = { service: MANAGEMENT, method: 'GET', permission: 'run.read' } as const;
	const write = { service: MANAGEMENT, permission: 'model.write' } as const;

	serve({ ...write, method: 'POST', path: '/assets' }, ({ body }) => {
		const fields = objectOf(body);
		const [first, ...others] = listOf(fields.artifacts, 'artifacts').map((one) => objectOf(one, 'artifacts[]'));
		if (first === undefined || others.length > 0)
			throw new RunsteadError('invalid-request', {
				what: `A model is made of one file or folder; ${others.length + (first ? 1 : 0)} were given.`,
			});
		const place = textOf(first, 'prefix') ?? neededText(first, 'id');
		const [, origin = '', container = '', path = ''] = /^([^/]+)\/([^/]+)\/(.*)$/s.exec(place) ?? [];
		if (origin === '') throw new RunsteadError('invalid-request', { what: `${JSON.stringify(place)} is no place of files.` });
		const id = encodeAsset({ origin, container, path: path.replace(/\/+$/, '') });
		return { ...presentAsset(id, neededText(fields, 'name'), [place]), runid: textOf(fields, 'runid') ?? null };
	});

	serve({ ...read, path: '/assets/:asset' }, async ({ workspace, params }) => {
		const id = params.asset as string;
		const asset = decodeAsset(id);
		if (!('model' in asset)) return presentAsset(id, asset.path, [`${asset.origin}/${asset.container}/${asset.path}`]);
		const { files } = await models.files(workspace, asset.model, asset.version, { limit: LIMITS.modelFiles.max });
		const tops = new Set(files.map(({ path }) => path.split('/', 1)[0] as string));
		return presentAsset(
			id,
			asset.model,
			[...tops].map((top) => `${MODEL_ORIGIN}/${id}/${top}`),
		);
	});

	/** Where the files of an asset are. @throws {RunsteadError} forbidden, not-found. */
	const originOf = async (call: AzureCall, assetId: string): Promise<ModelOrigin> => {
		const asset = decodeAsset(assetId);
		if ('model' in asset) {
			const origin = await models.originOf(call.workspace, asset.model, asset.version);
			if (origin === null) throw new RunsteadError('not-found', { noun: 'file of model', given: asset.model });
			return origin;
		}
		const run = runOfContainer(asset.origin, asset.container);
		if (run !== null) {
			await call.authorizeRun(run);
			return { runId: run, path: asset.path };
		}
		if (asset.origin.toLowerCase() !== UPLOAD_ORIGIN.toLowerCase())
			throw new RunsteadError('not-found', { noun: 'container', given: `${asset.origin}/${asset.container}` });
		const fileSet = uploads.fileSetOf(call.workspace, asset.container);
		if ((await uploads.list(fileSet, { limit: 1 })).length === 0)
			throw new RunsteadError('not-found', { noun: 'upload', given: asset.container });
		return { fileSet };
	};

	serve({ ...write, method: 'POST', path: '/models' }, async (call) => {
		const fields = objectOf(call.body);
		const url = neededText(fields, 'url');
		if (!url.startsWith(ASSET_URL))
			throw new RunsteadError('invalid-request', { what: `${JSON.stringify(url)} is no address of an asset.` });
		const origin = await originOf(call, url.slice(ASSET_URL.length));
		const tags = textsOf(fields, 'kvTags');
		const properties = textsOf(fields, 'properties');
		const made = await models.register(
			call.workspace,
			neededText(fields, 'name'),
			{
				origin,
				description: textOf(fields, 'description') ?? null,
				...(tags && { tags: filled(tags) }),
				...(properties && { properties: filled(properties) }),
				runId: textOf(fields, 'runId') ?? null,
				framework: textOf(fields, 'framework') ?? null,
				frameworkVersion: textOf(fields, 'frameworkVersion') ?? null,
			},
			call.principal.name,
		);
		return present(made);
	});

	serve({ ...read, path: '/models' }, async ({ workspace, query }) => {
		const found = await search(workspace, query);
		const count = Number(query.count ?? MODELS_MAX);
		// One is asked for where the newest is meant; else all that are wanted come at once.
		return { value: (count === 1 ? found.slice(0, 1) : found).map(present), nextLink: null };
	});

	const search = async (workspace: WorkspaceRecord, query: Readonly<Record<string, string | undefined>>): Promise<ModelVersion[]> => {
		const { name, runId, tags, properties, framework, version, latestVersionOnly } = query;
		const found = await models.searchVersions(workspace, {
			conditions: [
				...(name ? [{ field: 'name', operator: '=', value: name } as const] : []),
				...(runId ? [{ field: 'runId', operator: '=', value: runId } as const] : []),
				...(tags ?? '')
					.split(',')
					.filter((tag) => tag !== '')
					.map(tagCondition),
			],
			order: [
				{ by: 'createdTime', descending: true },
				{ by: 'version', descending: true },
			],
			limit: MODELS_MAX,
		});
		const wanted = (properties ?? '').split(',').filter((one) => one !== '');
		const seen = new Set<string>();
		return found.filter((one) => {
			const isNewest = !seen.has(one.name);
			seen.add(one.name);
			if (latestVersionOnly?.toLowerCase() === 'true' && !isNewest) return false;
			if (framework && one.framework !== framework) return false;
			if (version && String(one.version) !== version) return false;
			return wanted.every((text) => {
				const [key = '', ...value] = text.split('=');
				return value.length === 0 ? key in one.properties : one.properties[key] === value.join('=');
			});
		});
	};

	serve({ ...read, path: '/models/:model' }, async ({ workspace, params }) => {
		const { name, version } = idOf(params.model as string);
		return present(await models.getVersion(workspace, name, version));
	});

	serve({ ...write, method: 'PATCH', path: '/models/:model' }, async ({ workspace, params, body, principal }) => {
		const { name, version } = idOf(params.model as string);
		const before = await models.getVersion(workspace, name, version);
		const change = Object.assign({}, ...listOf(body, 'The body').map((one) => changeOf(objectOf(one, '[]'), before))) as object;
		return present(await models.updateVersion(workspace, name, version, change, principal.name));
	});

	serve({ ...write, permission: 'workspace.write', method: 'DELETE', path: '/models/:model' }, async ({ workspace, params, principal }) => {
		const { name, version } = idOf(params.model as string);
		await models.removeVersion(workspace, name, version, principal.name);
		return {};
	});
}

function presentAsset(id: string, name: string, prefixes: readonly string[]): object {
	return {
		id,
		name,
		type: null,
		description: null,
		artifacts: prefixes.map((prefix) => ({ id: null, prefix })),
		kvTags: {},
		properties: {},
		meta: null,
	};
}

function present(model: ModelVersion): object {
	const { id, name, version } = model;
	return {
		id,
		name,
		version,
		framework: model.framework,
		frameworkVersion: model.frameworkVersion,
		url: ASSET_URL + encodeAsset({ model: name, version: String(version) }),
		mimeType: 'application/json',
		description: model.description,
		createdTime: model.createdTime,
		modifiedTime: model.modifiedTime,
		unpack: false,
		runId: model.runId,
		experimentName: model.experimentName,
		kvTags: model.tags,
		properties: model.properties,
		datasets: [],
		derivedModelIds: [],
		createdBy: { userObjectId: '', userTenantId: '', userName: model.createdBy },
	};
}

/** `name:version`. @throws {RunsteadError} not-found. */
function idOf(id: string): { name: string; version: string } {
	const [, name, version] = /^(.+):(\d+)$/s.exec(id) ?? [];
	if (name === undefined || version === undefined) throw new RunsteadError('not-found', { noun: 'model', given: id });
	return { name, version };
}

function filled(texts: Readonly<Record<string, string | null>>): Record<string, string> {
	return Object.fromEntries(Object.entries(texts).map(([key, value]) => [key, value ?? '']));
}

function tagCondition(text: string): ModelCondition {
	const [tag = '', ...value] = text.split('=');
	return value.length === 0 ? { tag, operator: 'like', value: '%' } : { tag, operator: '=', value: value.join('=') };
}

/** One of a list of changes: tags come whole, of properties what is new. @throws {RunsteadError} invalid-request. */
function changeOf(fields: Fields, before: ModelVersion): object {
	const path = neededText(fields, 'path').toLowerCase();
	if (path === '/kvtags') {
		const tags = filled(textsOf(fields, 'value') ?? {});
		return { tags, removeTags: Object.keys(before.tags).filter((key) => !(key in tags)) };
	}
	if (path === '/properties') return { properties: filled(textsOf(fields, 'value') ?? {}) };
	if (path === '/description') return { description: textOf(fields, 'value') ?? null };
	throw new RunsteadError('invalid-request', { what: `${path} of a model cannot be changed.` });
}
