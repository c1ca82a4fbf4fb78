/** Experiments of the run history. */
import { type Lifecycle, RunsteadError, type Tags } from '@runstead/contract';
import type { ExperimentCondition, ExperimentRecord } from '../../capabilities/experiments/service.ts';
import type { WorkspaceRecord } from '../../capabilities/workspaces/service.ts';
import type { Capabilities } from '../../create-capabilities.ts';
import { toWireTime } from '../../http/time.ts';
import { listOf, objectOf, textOf, textsOf } from './fields.ts';
import { offsetOf, pageToken } from './paging.ts';
import { type AzureClause, parseClauses } from './run-filter.ts';
import type { AzureToolbox } from './toolbox.ts';

export const HISTORY = '/history/v1.0';
const PAGE_EXPERIMENTS = 200;

const LIFECYCLES: Readonly<Record<string, readonly Lifecycle[]>> = {
	ActiveOnly: ['active'],
	ArchivedOnly: ['archived'],
	All: ['active', 'archived'],
};

function present(experiment: ExperimentRecord): object {
	const { id, name, description, created_time, modified_time, lifecycle, tags } = experiment;
	return {
		experimentId: id,
		name,
		description,
		createdUtc: toWireTime(created_time),
		archivedTime: lifecycle === 'active' ? null : toWireTime(modified_time),
		tags: JSON.parse(tags) as Tags,
		latestModifiedRunTime: null,
	};
}

export type FindExperiment = (workspace: WorkspaceRecord, params: Readonly<Record<string, string>>) => Promise<ExperimentRecord>;

/** Finds the experiment of a path, by its name or its id. One in the trash is gone. @throws {RunsteadError} not-found. */
export function createExperimentFinder({ experiments }: Pick<Capabilities, 'experiments'>): FindExperiment {
	return async (workspace, { experiment = '', experimentId }) => {
		const found = await (experimentId === undefined ? experiments.byName(workspace, experiment) : experiments.find(experimentId));
		if (!found || found.workspace_key !== workspace.key || found.lifecycle === 'trashed')
			throw new RunsteadError('not-found', { noun: 'experiment', given: experimentId ?? experiment });
		return found;
	};
}

export function serveExperiments({ serve }: AzureToolbox, { experiments }: Capabilities, find: FindExperiment): void {
	const read = { service: HISTORY, permission: 'workspace.read' } as const;
	const write = { service: HISTORY, permission: 'workspace.write' } as const;

	for (const path of ['/experiments/:experiment', '/experimentids/:experimentId'])
		serve({ ...read, method: 'GET', path }, async ({ workspace, params }) => present(await find(workspace, params)));

	serve({ ...write, method: 'POST', path: '/experiments/:experiment' }, async ({ workspace, params: { experiment = '' }, principal }) => {
		const { record } = await experiments.create(workspace, { name: experiment, existOk: true }, principal.name);
		return present(record);
	});

	serve({ ...write, method: 'PATCH', path: '/experimentids/:experimentId' }, async ({ workspace, params, body, principal }) => {
		const { id } = await find(workspace, params);
		const fields = objectOf(body);
		const { archive } = fields;
		if (archive !== undefined && archive !== null && typeof archive !== 'boolean')
			throw new RunsteadError('invalid-request', { what: `archive is ${JSON.stringify(archive)}, neither true nor false.` });
		const tags = textsOf(fields, 'tags');
		const name = textOf(fields, 'name');
		const description = textOf(fields, 'description');
		await experiments.update(
			id,
			{
				...(tags && { tags }),
				...(name !== undefined && { name }),
				...(description !== undefined && { description }),
				...(typeof archive === 'boolean' && { lifecycle: archive ? 'archived' : 'active' }),
			},
			principal.name,
		);
		return present(await experiments.find(id));
	});

	serve({ ...write, method: 'POST', path: '/experimentids/:experimentId/tags::delete' }, async ({ workspace, params, body, principal }) => {
		const { id } = await find(workspace, params);
		const removeTags = listOf(objectOf(body).tags, 'tags').map(String);
		await experiments.update(id, { removeTags }, principal.name);
		return { errors: {} };
	});

	serve({ ...write, method: 'DELETE', path: '/experimentids/:experimentId' }, async ({ workspace, params, principal }) => {
		const { id } = await find(workspace, params);
		await experiments.update(id, { lifecycle: 'trashed' }, principal.name);
		return {};
	});

	serve({ ...read, method: 'POST', path: '/experiments::query' }, async ({ workspace, body }) => {
		const fields = objectOf(body ?? {});
		const viewType = textOf(fields, 'viewType') ?? 'ActiveOnly';
		const lifecycles = LIFECYCLES[viewType];
		if (!lifecycles) throw new RunsteadError('invalid-request', { what: `There is no viewType ${JSON.stringify(viewType)}.` });
		const offset = offsetOf(textOf(fields, 'continuationToken'));
		const top = typeof fields.top === 'number' && fields.top >= 1 ? Math.min(Math.floor(fields.top), PAGE_EXPERIMENTS) : PAGE_EXPERIMENTS;
		const found = await experiments.search(workspace, {
			lifecycles,
			conditions: parseClauses(textOf(fields, 'filter') ?? '').map(conditionOf),
			order: [],
			offset,
			limit: top + 1,
		});
		return {
			value: found.slice(0, top).map(present),
			continuationToken: found.length > top ? pageToken(offset + top) : null,
		};
	});
}

function conditionOf({ field, operator, value }: AzureClause): ExperimentCondition {
	const key = /^tags\/(.+)$/i.exec(field)?.[1];
	const passes = (given: unknown): boolean => {
		if (operator === 'has') return given !== null;
		return (given === value) === (operator === 'eq');
	};
	if (key !== undefined) return { field: { kind: 'tag', key }, passes };
	if (field.toLowerCase() === 'name' && operator !== 'has') return { field: { kind: 'attribute', name: 'name' }, passes };
	throw new RunsteadError('invalid-request', {
		what: `Experiments cannot be filtered by ${field} ${operator}: there are name and Tags/KEY.`,
	});
}
