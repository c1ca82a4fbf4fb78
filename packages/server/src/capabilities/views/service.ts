/** Views: what a page shows, kept under a name; of two people who change one, the later is told what it has become. */
import { randomUUID } from 'node:crypto';
import { checkLimit, LIMITS, RunsteadError, type View, type ViewPage, type ViewScope, type ViewVersion } from '@runstead/contract';
import { decodeCursor, pageOf } from '../../http/cursor.ts';
import { toWireTime } from '../../http/time.ts';
import type { Database } from '../../storage/database.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { ExperimentService } from '../experiments/service.ts';
import type { WorkspaceRecord, WorkspaceService } from '../workspaces/service.ts';
import * as store from './store.ts';

type State = Record<string, unknown>;

/** How long a deleted view can be taken back, and how many of a workspace can. */
const KEPT_DELETED_MICROS = 30 * 86_400_000_000;
const KEPT_DELETED_MAX = 100;

export interface NewView {
	readonly name: string;
	readonly scope?: ViewScope;
	readonly page?: ViewPage;
	readonly experimentId?: string | null;
	readonly state: State;
}

export interface ViewChange {
	/** That the change was made from. */
	readonly version: number;
	readonly name?: string;
	readonly scope?: ViewScope;
	readonly state?: State;
	readonly isDefault?: boolean;
}

export interface ViewServiceOptions {
	readonly database: Database;
	readonly workspaces: WorkspaceService;
	readonly experiments: ExperimentService;
}

export type ViewService = ReturnType<typeof createViewService>;

export function createViewService({ database, workspaces, experiments }: ViewServiceOptions) {
	/** A personal view of somebody else is as if it were not there. @throws {RunsteadError} not-found. */
	const findAny = async (id: string, reader: string, db = database.read): Promise<store.ViewRecord> => {
		const view = await store.viewById(db, id);
		if (!view || (view.scope === 'personal' && view.owner !== reader)) throw new RunsteadError('not-found', { noun: 'view', given: id });
		return view;
	};

	/** One that is not deleted. @throws {RunsteadError} not-found. */
	const find = async (id: string, reader: string, db = database.read): Promise<store.ViewRecord> => {
		const view = await findAny(id, reader, db);
		if (view.deleted_time !== null) throw new RunsteadError('not-found', { noun: 'view', given: id });
		return view;
	};

	/** @throws {RunsteadError} limit-exceeded. */
	const checkRoom = async (unit: UnitOfWork, workspaceKey: number): Promise<void> => {
		const given = (await store.countViews(unit.db, workspaceKey)) + 1;
		checkLimit('The number of views', given, 'viewsPerWorkspace');
	};

	const present = async (view: store.ViewRecord): Promise<View> => {
		const workspace = await workspaces.byKey(view.workspace_key);
		return {
			id: view.id,
			workspaceId: workspace.id,
			workspaceName: workspace.name,
			name: view.name,
			scope: view.scope,
			page: view.page,
			owner: view.owner,
			experimentId: view.experiment_key === null ? null : (await experiments.byKey(view.experiment_key)).id,
			state: JSON.parse(view.state) as State,
			version: view.version,
			isDefault: view.is_default === 1,
			createdTime: toWireTime(view.created_time),
			modifiedTime: toWireTime(view.modified_time),
			modifiedBy: view.modified_by,
		};
	};

	const keepVersion = (unit: UnitOfWork, { key, version, name, state, modified_time, modified_by }: store.ViewRecord): Promise<void> =>
		store.insertVersion(unit.db, { view_key: key, version, name, state, time: modified_time, actor: modified_by }, LIMITS.viewVersions.max);

	return {
		/** Whose workspace a view is of, whoever asks: for deciding what they may. @throws {RunsteadError} not-found. */
		async workspaceOf(id: string): Promise<WorkspaceRecord> {
			const view = await store.viewById(database.read, id);
			if (!view) throw new RunsteadError('not-found', { noun: 'view', given: id });
			return workspaces.byKey(view.workspace_key);
		},

		get: async (id: string, reader: string): Promise<View> => present(await find(id, reader)),

		async list(
			workspace: WorkspaceRecord,
			reader: string,
			{ page: ofPage, limit, cursor }: { page?: ViewPage; limit: number; cursor?: string },
		) {
			const [name, key] = cursor === undefined ? [null, null] : decodeCursor(cursor, ['text', 'integer']);
			const after = name === null || key === null ? null : { name, key };
			const found = await store.viewsByName(database.read, {
				workspaceKey: workspace.key,
				reader,
				page: ofPage ?? null,
				after,
				limit: limit + 1,
			});
			const page = pageOf(found, limit, (last) => [last.name, last.key]);
			return { views: await Promise.all(page.rows.map(present)), nextCursor: page.nextCursor };
		},

		/** @throws {RunsteadError} not-found for the experiment, limit-exceeded, invalid-name. */
		async create(
			workspace: WorkspaceRecord,
			{ name, scope = 'personal', page = 'runs', experimentId = null, state }: NewView,
			actor: string,
		): Promise<View> {
			checkName(name);
			const text = stateText(state);
			const experiment = experimentId === null ? null : await experiments.find(experimentId);
			if (experiment && experiment.workspace_key !== workspace.key)
				throw new RunsteadError('not-found', { noun: 'experiment', given: experiment.id });
			const view = await database.write(async (unit) => {
				await checkRoom(unit, workspace.key);
				const made = await store.insertView(unit.db, {
					id: randomUUID(),
					workspace_key: workspace.key,
					experiment_key: experiment?.key ?? null,
					name,
					scope,
					page,
					owner: actor,
					state: text,
					version: 1,
					is_default: 0,
					created_time: unit.now,
					modified_time: unit.now,
					modified_by: actor,
					deleted_time: null,
				});
				await keepVersion(unit, made);
				unit.emit({ workspaceKey: workspace.key, type: 'view.created', subject: made.id, actor, data: { name, version: 1 } });
				return made;
			});
			return present(view);
		},

		/** @throws {RunsteadError} not-found, view-changed, limit-exceeded, invalid-name, invalid-request. */
		async update(id: string, change: ViewChange, actor: string): Promise<View> {
			if (change.name !== undefined) checkName(change.name);
			const text = change.state === undefined ? undefined : stateText(change.state);
			const view = await database.write(async (unit) => {
				const current = await find(id, actor, unit.db);
				if (current.version !== change.version) {
					throw new RunsteadError('view-changed', {
						view: current.name,
						actor: current.modified_by,
						current: current.version,
						given: change.version,
						currentView: await present(current),
					});
				}
				const scope = change.scope ?? current.scope;
				if (scope === 'personal' && current.owner !== actor)
					throw new RunsteadError('invalid-request', { what: `Only ${current.owner}, who made this view, can make it personal.` });
				if (change.isDefault && current.page !== 'runs')
					throw new RunsteadError('invalid-request', { what: 'Only a view of runs can be the default of the workspace.' });
				const isDefault = scope === 'shared' && (change.isDefault ?? current.is_default === 1);
				if (change.isDefault && !isDefault)
					throw new RunsteadError('invalid-request', { what: 'A personal view cannot be the default of the workspace: share it first.' });
				if (isDefault && current.is_default === 0) await store.clearDefault(unit.db, current.workspace_key);
				const next = {
					name: change.name ?? current.name,
					scope,
					state: text ?? current.state,
					version: current.version + 1,
					is_default: isDefault ? 1 : 0,
					modified_time: unit.now,
					modified_by: actor,
				};
				await store.updateView(unit.db, current.key, next);
				const changed = { ...current, ...next };
				await keepVersion(unit, changed);
				const data = { name: changed.name, version: changed.version };
				unit.emit({ workspaceKey: current.workspace_key, type: 'view.changed', subject: id, actor, data });
				return changed;
			});
			return present(view);
		},

		/** @throws {RunsteadError} not-found. */
		async remove(id: string, actor: string): Promise<void> {
			await database.write(async (unit) => {
				const view = await find(id, actor, unit.db);
				await store.updateView(unit.db, view.key, { deleted_time: unit.now });
				await store.purgeViews(unit.db, view.workspace_key, { before: unit.now - KEPT_DELETED_MICROS, keep: KEPT_DELETED_MAX });
				unit.emit({ workspaceKey: view.workspace_key, type: 'view.deleted', subject: id, actor, data: { name: view.name } });
			});
		},

		/** One that is not deleted is given as it is. @throws {RunsteadError} not-found, limit-exceeded. */
		async restore(id: string, actor: string): Promise<View> {
			const view = await database.write(async (unit) => {
				const found = await findAny(id, actor, unit.db);
				if (found.deleted_time === null) return found;
				await checkRoom(unit, found.workspace_key);
				await store.updateView(unit.db, found.key, { deleted_time: null });
				unit.emit({ workspaceKey: found.workspace_key, type: 'view.restored', subject: id, actor, data: { name: found.name } });
				return found;
			});
			return present(view);
		},

		async versions(
			id: string,
			reader: string,
			limit: number,
			cursor?: string,
		): Promise<{ versions: ViewVersion[]; nextCursor: string | null }> {
			const view = await find(id, reader);
			const [before] = cursor === undefined ? [null] : decodeCursor(cursor, ['integer']);
			const found = await store.versionsNewestFirst(database.read, view.key, before, limit + 1);
			const page = pageOf(found, limit, (last) => [last.version]);
			return {
				versions: page.rows.map(({ version, name, state, time, actor }) => ({
					version,
					name,
					state: JSON.parse(state) as State,
					time: toWireTime(time),
					actor,
				})),
				nextCursor: page.nextCursor,
			};
		},
	};
}

function stateText(state: State): string {
	const text = JSON.stringify(state);
	const given = Buffer.byteLength(text);
	checkLimit('The size of the view in bytes', given, 'viewStateBytes');
	return text;
}

function checkName(name: string): void {
	const reason = name.trim() === '' ? 'it is empty' : /\p{Cc}/u.test(name) ? 'it holds control characters' : null;
	if (reason !== null) throw new RunsteadError('invalid-name', { noun: 'view', given: JSON.stringify(name), reason });
}
