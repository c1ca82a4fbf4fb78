/** Models: registered by name in numbered versions, each with its files, tags, stage and the aliases that stand for it. */
import { type Model, type ModelKind, RunsteadError } from '@runstead/contract';
import { decodeCursor, pageOf } from '../../http/cursor.ts';
import type { Database } from '../../storage/database.ts';
import type { ExperimentService } from '../experiments/service.ts';
import type { WorkspaceRecord } from '../workspaces/service.ts';
import { createModelFinder } from './find-model.ts';
import type { ContentSources } from './model-contents.ts';
import { checkModelName } from './model-rules.ts';
import { type ModelSearch, searchSql } from './model-search.ts';
import { setTags, type TagChange, tagChanges, tagConditions } from './model-tags.ts';
import { createModelIn, type NewModel } from './new-model.ts';
import { createModelPresenter } from './presented-model.ts';
import { NO_PROMPTS, ONLY_PROMPTS } from './prompts.ts';
import type { OnRegistryChange } from './registry-change.ts';
import * as store from './store.ts';
import { createVersionFiles, setOf } from './version-files.ts';
import { createModelVersions } from './versions.ts';

export type { ModelOrigin } from './model-contents.ts';
export type { ModelCondition, ModelField, ModelOrder } from './model-search.ts';

export interface ModelChange extends TagChange {
	readonly name?: string;
	readonly description?: string | null;
}

export interface ModelServiceOptions extends ContentSources {
	readonly database: Database;
	readonly experiments: ExperimentService;
	readonly onChange: OnRegistryChange;
}

export type ModelService = ReturnType<typeof createModelService>;

export function createModelService({ database, experiments, onChange, ...sources }: ModelServiceOptions) {
	const { fileSets } = sources;
	const finder = createModelFinder(database);
	const { find } = finder;
	const presenter = createModelPresenter(database);
	const { presentModels } = presenter;

	const presentOne = async (workspace: WorkspaceRecord, model: store.ModelRecord): Promise<Model> =>
		(await presentModels(workspace, [model]))[0] as Model;

	return {
		...createModelVersions({ database, experiments, onChange, finder, presenter, ...sources }),
		...createVersionFiles(fileSets, finder),

		get: async (workspace: WorkspaceRecord, name: string): Promise<Model> => presentOne(workspace, await find(workspace, name)),

		/** Conditions and order of any kind, by offset: for protocols that page so. */
		search: async (workspace: WorkspaceRecord, search: ModelSearch): Promise<Model[]> =>
			presentModels(workspace, await store.modelsWhere(database.read, workspace.key, searchSql('model', search, database.engine))),

		async list(
			workspace: WorkspaceRecord,
			{ search, kind, tag, limit, cursor }: { search?: string; kind?: ModelKind; tag?: string; limit: number; cursor?: string },
		): Promise<{ models: Model[]; nextCursor: string | null }> {
			const [after] = cursor === undefined ? [''] : decodeCursor(cursor, ['text']);
			const found = await store.modelsWhere(
				database.read,
				workspace.key,
				searchSql(
					'model',
					{
						conditions: [
							{ field: 'name', operator: '>', value: after },
							...(search === undefined || search === '' ? [] : [{ field: 'name', operator: 'ilike', value: `%${search}%` } as const]),
							...(kind === undefined ? [] : [kind === 'prompt' ? ONLY_PROMPTS : NO_PROMPTS]),
							...tagConditions(tag),
						],
						order: [{ by: 'name', descending: false }],
						limit: limit + 1,
					},
					database.engine,
				),
			);
			const page = pageOf(found, limit, (last) => [last.name]);
			return { models: await presentModels(workspace, page.rows), nextCursor: page.nextCursor };
		},

		/** @throws {RunsteadError} already-exists, invalid-name, limit-exceeded. */
		async create(workspace: WorkspaceRecord, fields: NewModel, actor: string): Promise<Model> {
			return presentOne(workspace, await database.write((unit) => createModelIn(unit, workspace, fields, actor, onChange)));
		},

		/** @throws {RunsteadError} not-found, already-exists, invalid-name, limit-exceeded. */
		async update(workspace: WorkspaceRecord, name: string, change: ModelChange, actor: string): Promise<Model> {
			const changed = await database.write(async (unit) => {
				const model = await find(workspace, name, unit.db);
				const next = {
					...(change.name === undefined ? {} : { name: change.name }),
					...(change.description === undefined ? {} : { description: change.description }),
				};
				if (change.name !== undefined && change.name !== name) {
					checkModelName(change.name);
					if (await store.modelByName(unit.db, workspace.key, change.name))
						throw new RunsteadError('already-exists', { noun: 'model', given: change.name });
				}
				// Tags alone leave the time as it was, as MLflow has it.
				const touched = Object.keys(next).length > 0 ? { ...next, modified_time: unit.now } : {};
				if (Object.keys(touched).length > 0) await store.updateModel(unit.db, model.key, touched);
				await setTags(unit, model.key, 0, change);
				await onChange(unit, workspace.key, model.key, tagChanges(change.name ?? name, null, change));
				unit.emit({
					workspaceKey: workspace.key,
					type: 'model.changed',
					subject: name,
					actor,
					data: { name, fields: Object.keys(change) },
				});
				return { ...model, ...touched };
			});
			return presentOne(workspace, changed);
		},

		/** With all its versions and their files. @throws {RunsteadError} not-found. */
		async remove(workspace: WorkspaceRecord, name: string, actor: string): Promise<void> {
			await database.write(async (unit) => {
				const model = await find(workspace, name, unit.db);
				for (const version of await store.versionsOf(unit.db, model.key)) await fileSets.removeIn(unit, setOf(version));
				await store.deleteModel(unit.db, model.key);
				unit.emit({ workspaceKey: workspace.key, type: 'model.deleted', subject: name, actor, data: { name } });
			});
		},
	};
}
