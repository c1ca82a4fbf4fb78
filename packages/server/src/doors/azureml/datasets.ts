/** Datasets as Azure ML's clients register and read them: their own engine reads the files, by what a definition says. */

import { RunsteadError } from '@runstead/contract';
import type { DataDefinition, NewDefinition, RegisteredDataset } from '../../capabilities/registered-datasets/service.ts';
import type { Capabilities } from '../../create-capabilities.ts';
import { toWireTime } from '../../http/time.ts';
import { engineDataflowOf } from './dataflow.ts';
import { type Fields, neededText, objectOf, textOf, textsOf } from './fields.ts';
import type { AzureToolbox } from './toolbox.ts';

const DATASETS = '/dataset/v1.0';
/** Where the same definitions are read in the words of the engine. */
const DATA = '/data/v1.0';
const PAGE = 100;
const TYPES = ['file', 'tabular'];
/** How an engine asks for a definition that may have no name. */
const BY_ID = /^unregistered-(.+)$/s;

export function serveDatasets({ serve }: AzureToolbox, { registeredDatasets }: Capabilities): void {
	const read = { service: DATASETS, method: 'GET', permission: 'workspace.read' } as const;
	const write = { service: DATASETS, permission: 'workspace.write' } as const;

	serve({ ...write, method: 'POST', path: '/datasets' }, async ({ workspace, body, query, principal }) => {
		const sent = objectOf(body);
		const latest = objectOf(sent.latest ?? {}, 'latest');
		const definition = definitionOf(textOf(sent, 'datasetType'), latest, 'dataflow');
		const registration = { name: neededText(sent, 'name'), ...shownOf(sent) };
		const mayExist = query.ifExistsOk?.toLowerCase() === 'true';
		return present(await registeredDatasets.register(workspace, registration, definition, { actor: principal.name, mayExist }));
	});
	serve({ ...read, path: '/datasets' }, async ({ workspace, query }) => {
		const size = Number(query.pageSize);
		const limit = size >= 1 ? Math.min(Math.floor(size), PAGE) : PAGE;
		const { datasets, nextCursor } = await registeredDatasets.list(workspace, limit, query.continuationToken);
		return { value: datasets.map(present), continuationToken: nextCursor };
	});
	serve({ ...read, path: '/datasets/query/name=:name' }, async ({ workspace, params, query }) =>
		present(await registeredDatasets.get(workspace, params.name as string, versionOf(query.versionId))),
	);
	serve({ ...read, path: '/datasets/query/savedDatasetId=:definition' }, async ({ workspace, params }) => ({
		value: (await registeredDatasets.namesOf(workspace, params.definition as string)).map(present),
		continuationToken: null,
	}));
	serve({ ...write, method: 'PUT', path: '/datasets/:dataset' }, async ({ workspace, params, body, principal }) =>
		present(await registeredDatasets.update(workspace, params.dataset as string, shownOf(objectOf(body)), principal.name)),
	);
	serve({ ...write, method: 'DELETE', path: '/datasets/:dataset' }, async ({ workspace, params, principal }) => {
		await registeredDatasets.unregister(workspace, params.dataset as string, principal.name);
		return {};
	});

	serve({ ...write, method: 'POST', path: '/saveddatasets' }, async ({ workspace, body }) => {
		const sent = objectOf(body);
		return presentDefinition(await registeredDatasets.save(workspace, definitionOf(textOf(sent, 'datasetType'), sent, 'dataflowJson')));
	});
	serve({ ...read, path: '/saveddatasets/:definition' }, async ({ workspace, params }) =>
		presentDefinition(await registeredDatasets.definition(workspace, params.definition as string)),
	);

	serve({ ...read, service: DATA, path: '/dataversion/:name/versions/:version' }, async ({ workspace, params }) => {
		const { name = '', version } = params;
		const id = BY_ID.exec(name)?.[1];
		// What has a name but no id is an asset of the newer API, which these clients try last.
		if (id === undefined) throw new RunsteadError('not-found', { noun: 'data asset', given: name });
		const definition = await registeredDatasets.definition(workspace, id);
		return { legacyDataflow: engineDataflowOf(definition.dataflow), dataVersion: { assetId: id, versionId: version } };
	});
}

function versionOf(text: string | undefined): number | undefined {
	if (text === undefined || text === '') return undefined;
	if (!/^\d{1,9}$/.test(text)) throw new RunsteadError('not-found', { noun: 'version of a dataset', given: text });
	return Number(text);
}

/** @throws {RunsteadError} invalid-request. */
function definitionOf(type: string | undefined, fields: Fields, dataflowField: string): NewDefinition {
	const known = TYPES.find((one) => one === type?.toLowerCase());
	if (known === undefined)
		throw new RunsteadError('invalid-request', { what: `datasetType is ${JSON.stringify(type)}, not file or tabular.` });
	const dataflow = neededText(fields, dataflowField);
	// What cannot be read again is not kept.
	engineDataflowOf(dataflow);
	return { type: known, dataflow, properties: objectOf(fields.properties ?? {}, 'properties') };
}

function shownOf(sent: Fields): { description: string | null; tags: Record<string, string | null> | null } {
	return { description: textOf(sent, 'description') ?? null, tags: textsOf(sent, 'tags') ?? null };
}

function present({ id, name, description, tags, version, definition, createdTime, modifiedTime }: RegisteredDataset): object {
	const created = toWireTime(createdTime);
	return {
		...{ datasetId: id, name, description, tags, isVisible: true, datasetType: definition.type, etag: `"${id}-${version}"` },
		datasetState: { state: 'active' },
		createdTime: created,
		modifiedTime: toWireTime(modifiedTime),
		latest: {
			...{ datasetId: id, versionId: String(version), savedDatasetId: definition.id, createdTime: created, modifiedTime: created },
			datasetDefinitionState: { state: 'active' },
			dataflow: definition.dataflow,
			properties: definition.properties,
		},
	};
}

function presentDefinition({ id, type, dataflow, properties }: DataDefinition): object {
	return { id, datasetType: type, dataflowJson: dataflow, properties };
}
