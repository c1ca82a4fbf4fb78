/** Runs of the run history: made, read, changed, found, and told what happened to them. */
import { API_ROUTES, CreateRun, LIMITS, RUN_STATUSES, type RunStatus, RunsteadError, type Tags } from '@runstead/contract';
import { RUN_TOKEN_PERMISSIONS } from '../../capabilities/access/service.ts';
import type { WorkspaceRecord } from '../../capabilities/workspaces/service.ts';
import type { Capabilities } from '../../create-capabilities.ts';
import type { Addresses } from '../../http/addresses.ts';
import { toWireTime } from '../../http/time.ts';
import { checkerOf } from '../../http/validation.ts';
import { type FindExperiment, HISTORY } from './experiments.ts';
import { type Fields, listOf, neededText, objectOf, textOf, textsOf } from './fields.ts';
import { isGivenName, presentRun } from './present-run.ts';
import { applyEvent, eventOf } from './run-events.ts';
import { searchFilterOf } from './run-filter.ts';
import { type AzureCall, type AzureToolbox, WORKSPACE_PATH } from './toolbox.ts';

const ORIGIN = 'azureml';
/** Azure's own default. */
const PAGE_RUNS = 500;
const RUN_TOKEN_SECONDS = 86_400;
const SNAPSHOT_PROPERTY = 'ContentSnapshotId';
/** Changes that wait together share one commit, and its sync to the disk. */
const CHANGES_AT_ONCE = 32;

/** Both ways to say of which experiment a run is. */
const RUN_PATHS = ['/experiments/:experiment/runs/:run', '/experimentids/:experimentId/runs/:run'];

/** What holds for runs of the native API holds here: how ids look, how long names are. */
const checkNewRun = checkerOf('body', CreateRun);
const checkChange = checkerOf('body', API_ROUTES.updateRun.body);

export interface RunRoutes {
	readonly capabilities: Capabilities;
	readonly findExperiment: FindExperiment;
	readonly addresses: Addresses;
}

export function serveRuns({ serve }: AzureToolbox, { capabilities, findExperiment, addresses }: RunRoutes): void {
	const { runs, search, access, workspaces, jobs, snapshots, experiments } = capabilities;
	const read = { service: HISTORY, permission: 'run.read' } as const;
	const write = { service: HISTORY, permission: 'run.write' } as const;

	const present = async (id: string, call: AzureCall): Promise<object> => presentRun(await search.run(id), cancelUriOf(id, call));
	const cancelUriOf = (id: string, { workspace, request }: AzureCall): string =>
		`${addresses.own(request)}/execution/v1.0${pathOf(workspace, workspaces.subscriptionId)}/runId/${encodeURIComponent(id)}/cancel`;

	/** A run's own token makes children of it and of those below, and nothing else. */
	const checkMaker = async (parentId: string | undefined, call: AzureCall): Promise<void> => {
		if (parentId !== undefined) await call.authorizeRun(parentId);
		else if (call.principal.runId !== null)
			throw new RunsteadError('forbidden', { permission: 'run.write', where: ' outside its own run' });
	};

	for (const path of RUN_PATHS) {
		serve({ ...read, method: 'GET', path }, async (call) => {
			await findExperiment(call.workspace, call.params);
			return present(call.params.run as string, call);
		});

		serve({ ...write, method: 'PATCH', path, mayMakeRun: true }, async (call) => {
			const id = call.params.run as string;
			const fields = objectOf(call.body);
			const { principal } = call;
			const experiment = await findExperiment(call.workspace, call.params);
			if ((await runs.findOrNull(id)) === null) {
				const made = newRunOf(id, fields);
				await checkMaker(made.parentId, call);
				await runs.create(experiment, made, ORIGIN, principal.name);
			} else {
				await changeRun(id, fields, principal.name);
				const snapshot = propertiesOf(fields)?.[SNAPSHOT_PROPERTY];
				if (snapshot) await takeSnapshot(call, id, snapshot);
			}
			return present(id, call);
		});

		serve({ ...write, method: 'POST', path: `${path}/events` }, async ({ params, body, principal }) => {
			await applyEvent(runs, params.run as string, eventOf(body), principal.name);
			return '';
		});

		serve({ ...write, method: 'DELETE', path: `${path}/tags` }, async (call) => {
			const id = call.params.run as string;
			const removeTags = listOf(call.body, 'The body').map(String);
			await runs.update(id, { removeTags }, call.principal.name);
			return present(id, call);
		});

		serve({ ...read, method: 'GET', path: `${path}/children` }, (call) =>
			page(call, {
				filter: `parentId = '${(call.params.run as string).replaceAll("'", "''")}'`,
				top: call.query.$top === undefined ? undefined : Number(call.query.$top),
				orderBy: call.query.$orderby,
				cursor: call.query.$continuationToken ?? call.query.continuationToken,
			}),
		);

		// Points are there when they are answered for.
		serve({ ...read, method: 'GET', path: `${path}/metricsingest/wait` }, () => '');

		serve({ ...write, method: 'GET', path: `${path}/token` }, async ({ params, principal, workspace }) => {
			const { token, expiryTimeMicros } = await access.makeToken({
				subject: principal.name,
				permissions: RUN_TOKEN_PERMISSIONS.filter((permission) => principal.permissions.has(permission)),
				workspaceId: workspace.id,
				runId: params.run as string,
				expiresInSeconds: RUN_TOKEN_SECONDS,
			});
			return { token, expiryTimeUtc: toWireTime(expiryTimeMicros) };
		});
	}

	serve({ ...read, method: 'GET', path: '/runs/:run' }, (call) => present(call.params.run as string, call));

	const page = async (
		call: AzureCall,
		query: { filter: string; top: number | undefined; orderBy: string | undefined; cursor: string | undefined; experimentIds?: string[] },
	): Promise<object> => {
		const { filter, top = PAGE_RUNS, orderBy, cursor, experimentIds } = query;
		const found = await search.search(call.workspace, {
			limit: Number.isInteger(top) && top >= 1 ? Math.min(top, LIMITS.pageSize.max) : PAGE_RUNS,
			...(filter !== '' && { filter }),
			...(experimentIds && { experimentIds }),
			...(cursor && { cursor }),
			orderBy: orderOf(orderBy),
			fields: 'tags, properties',
		});
		return { value: found.runs.map((run) => presentRun(run, cancelUriOf(run.id, call))), continuationToken: found.nextCursor };
	};

	for (const path of ['/experiments/:experiment/runs::query', '/experimentids/:experimentId/runs::query'])
		serve({ service: HISTORY, permission: 'workspace.read', method: 'POST', path }, async (call) => {
			const fields = objectOf(call.body ?? {});
			const { id } = await findExperiment(call.workspace, call.params);
			return page(call, {
				filter: searchFilterOf(textOf(fields, 'filter') ?? ''),
				top: typeof fields.top === 'number' ? fields.top : undefined,
				orderBy: orderText(fields.orderby ?? fields.orderBy),
				cursor: textOf(fields, 'continuationToken'),
				experimentIds: [id],
			});
		});

	for (const path of ['/experiments/:experiment/batch', '/experimentids/:experimentId/batch']) {
		serve({ ...write, method: 'PATCH', path: `${path}/runs` }, async (call) => {
			const experiment = await findExperiment(call.workspace, call.params);
			const given = listOf(objectOf(call.body).runs, 'runs').map((one) => objectOf(one, 'runs[]'));
			const made = given.map((fields) => newRunOf(neededText(fields, 'runId'), fields));
			for (const parentId of new Set(made.map((one) => one.parentId))) await checkMaker(parentId, call);
			for (const [parentId, children] of Map.groupBy(made, (one) => one.parentId)) {
				const actor = call.principal.name;
				// All children of one parent in one transaction.
				if (parentId !== undefined) await runs.createChildren(parentId, children.map(withoutParent), ORIGIN, actor);
				else for (const one of children) await runs.create(experiment, one, ORIGIN, actor);
			}
			const found = await search.runs(made.map(({ id }) => id));
			return { runs: Object.fromEntries(found.map((run) => [run.id, presentRun(run, cancelUriOf(run.id, call))])), errors: {} };
		});

		serve({ ...write, method: 'POST', path: `${path}/events` }, async (call) => {
			const events = listOf(objectOf(call.body).events, 'events').map(eventOf);
			const told = events.map((event) => ({ event, id: textOf(event.data, 'RunId') ?? neededText(event.data, 'runId') }));
			for (const { id } of told) await call.authorizeRun(id);
			for (let at = 0; at < told.length; at += CHANGES_AT_ONCE)
				await Promise.all(told.slice(at, at + CHANGES_AT_ONCE).map(({ event, id }) => applyEvent(runs, id, event, call.principal.name)));
			return { errors: [] };
		});
	}

	/** The client says which code a run has; a job that waited for it is submitted then. */
	const takeSnapshot = async ({ workspace, principal }: AzureCall, id: string, name: string): Promise<void> => {
		const run = await runs.find(id);
		if (run.snapshot_id !== null) return;
		const { id: snapshotId } = await snapshots.named(workspace, name);
		const draft = await jobs.draftOf(run);
		if (draft === null) return runs.update(id, { snapshotId, properties: { [SNAPSHOT_PROPERTY]: snapshotId } }, principal.name);
		const experiment = await experiments.byKey(run.experiment_key);
		await jobs.submit(experiment, { ...draft, definition: { ...draft.definition, snapshotId } }, principal.name);
	};

	const changeRun = async (id: string, fields: Fields, actor: string): Promise<void> => {
		const displayName = textOf(fields, 'displayName');
		const description = textOf(fields, 'description');
		const tags = textsOf(fields, 'tags');
		// A run that is submitted has its snapshot under our name already; the client tells its own.
		const { [SNAPSHOT_PROPERTY]: _, ...properties } = propertiesOf(fields) ?? {};
		const status = statusOf(fields);
		const change = {
			...(displayName !== undefined && { displayName }),
			...(description !== undefined && { description }),
			...(tags && { tags }),
			...(Object.keys(properties).length > 0 && { properties }),
		};
		checkChange(change);
		if (Object.keys(change).length > 0) await runs.update(id, change, actor);
		if (status !== undefined && status !== 'NotStarted') await runs.changeStatus(id, { to: status, actor });
	};
}

/** Path of a workspace, as its clients write it. */
function pathOf({ resource_group, name }: WorkspaceRecord, subscriptionId: string): string {
	const named = { ':subscription': subscriptionId, ':group': resource_group, ':workspace': name };
	return Object.entries(named).reduce((path, [place, value]) => path.replace(place, encodeURIComponent(value)), WORKSPACE_PATH);
}

interface MadeRun {
	readonly id: string;
	readonly parentId?: string;
	readonly name?: string;
	readonly displayName?: string;
	readonly description?: string;
	readonly type?: string;
	readonly target?: string;
	readonly status: 'NotStarted' | 'Running';
	readonly tags?: Tags;
	readonly properties?: Record<string, string>;
}

function withoutParent({ parentId: _, ...child }: MadeRun): Omit<MadeRun, 'parentId'> {
	return child;
}

function newRunOf(id: string, fields: Fields): MadeRun {
	const named = textOf(fields, 'name') ?? '';
	const name = isGivenName(named, id) ? named : undefined;
	// Of a child, the name of its parent is part of its own.
	const displayName = textOf(fields, 'displayName') ?? (name === undefined ? undefined : name.slice(name.lastIndexOf('>') + 1));
	const pick = <Name extends string>(key: Name, value: string | undefined): { [key in Name]?: string } =>
		(value === undefined || value === '' ? {} : { [key]: value }) as { [key in Name]?: string };
	const tags = textsOf(fields, 'tags');
	const properties = propertiesOf(fields);
	const made: MadeRun = {
		id,
		...pick('parentId', textOf(fields, 'parentRunId')),
		...pick('name', name),
		...pick('displayName', displayName),
		...pick('description', textOf(fields, 'description')),
		...pick('type', textOf(fields, 'runType')),
		...pick('target', textOf(fields, 'target')),
		status: statusOf(fields) === 'Running' ? 'Running' : 'NotStarted',
		...(tags && { tags }),
		...(properties && { properties }),
	};
	// A copy: the check fills in what the native API takes where nothing is said.
	checkNewRun({ ...made });
	return made;
}

function propertiesOf(fields: Fields): Record<string, string> | undefined {
	const properties = textsOf(fields, 'properties');
	return properties && Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, value ?? '']));
}

function statusOf(fields: Fields): RunStatus | undefined {
	const status = textOf(fields, 'status');
	if (status === undefined) return undefined;
	const known = RUN_STATUSES.find((one) => one === status);
	if (known === undefined) throw new RunsteadError('invalid-request', { what: `There is no status ${JSON.stringify(status)}.` });
	return known;
}

/** It comes as a text, or as a list of texts of which the first counts. */
function orderText(given: unknown): string | undefined {
	const first: unknown = Array.isArray(given) ? given[0] : given;
	return typeof first === 'string' ? first : undefined;
}

const ORDERS: Readonly<Record<string, string>> = {
	// What has not begun has no start; an index has the runs by when they were made.
	starttimeutc: 'createdTime',
	createdutc: 'createdTime',
	endtimeutc: 'endTime',
	runnumber: 'number',
	runid: 'id',
};

/** @throws {RunsteadError} invalid-order. */
function orderOf(text = 'StartTimeUtc desc'): { by: string; direction: 'ascending' | 'descending' } {
	const [, field = '', direction = 'asc'] = /^\s*(\S+)(?:\s+(asc|desc))?\s*$/i.exec(text) ?? [];
	const by = ORDERS[field.toLowerCase()];
	if (by === undefined) throw new RunsteadError('invalid-order', { given: JSON.stringify(text) });
	return { by, direction: direction.toLowerCase() === 'desc' ? 'descending' : 'ascending' };
}
