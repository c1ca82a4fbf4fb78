/** Versions of models: registered, changed, staged, named by aliases, and found. */
import { checkLimit, LIMITS, type Model, type ModelStage, type ModelVersion, RunsteadError } from '@runstead/contract';
import { decodeCursor, encodeCursor } from '../../http/cursor.ts';
import type { Database } from '../../storage/database.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { ExperimentService } from '../experiments/service.ts';
import type { WorkspaceRecord } from '../workspaces/service.ts';
import type { ModelFinder } from './find-model.ts';
import { addressOf, type ContentSources, contentsOf, type ModelOrigin } from './model-contents.ts';
import { checkAlias } from './model-rules.ts';
import { type ModelSearch, searchSql } from './model-search.ts';
import { setTags, type TagChange, tagChanges, tagConditions } from './model-tags.ts';
import { createModelIn } from './new-model.ts';
import type { ModelPresenter } from './presented-model.ts';
import type { OnRegistryChange } from './registry-change.ts';
import * as store from './store.ts';
import { checkPending, setOf } from './version-files.ts';

export interface NewModelVersion {
	readonly origin: ModelOrigin;
	/** Shown as its source, in place of an address made of the origin. */
	readonly source?: string;
	/** Where a foreign client finds the files, if not at the source. */
	readonly downloadUri?: string;
	/** The origin may have no files, or not yet; else that is refused. */
	readonly mayBeEmpty?: boolean;
	/** False: the model must be there. */
	readonly makesModel?: boolean;
	readonly description?: string | null;
	readonly tags?: Readonly<Record<string, string>>;
	readonly properties?: Readonly<Record<string, string>>;
	readonly runId?: string | null;
	readonly runLink?: string | null;
	readonly loggedModelId?: string | null;
	readonly framework?: string | null;
	readonly frameworkVersion?: string | null;
	readonly details?: Readonly<Record<string, unknown>>;
	/** Its number, if it had one elsewhere; greater than all so far. */
	readonly version?: number;
	/** When it was registered, if that was before now: what is imported. */
	readonly createdTime?: number;
}

export interface VersionChange extends TagChange {
	readonly description?: string | null;
	readonly stage?: ModelStage;
	/** The other versions in that stage become Archived. */
	readonly archiveOthers?: boolean;
	readonly properties?: Readonly<Record<string, string>>;
}

export interface VersionOptions extends ContentSources {
	readonly database: Database;
	readonly experiments: ExperimentService;
	readonly finder: ModelFinder;
	readonly presenter: ModelPresenter;
	readonly onChange: OnRegistryChange;
}

export function createModelVersions({ database, experiments, onChange, finder, presenter, ...sources }: VersionOptions) {
	const { fileSets, runs } = sources;
	const { find, findVersion } = finder;
	const { presentModels, presentVersions } = presenter;

	const presentVersion = async (workspace: WorkspaceRecord, model: store.ModelRecord, version: store.ModelVersionRecord) =>
		(await presentVersions(workspace, [{ ...version, name: model.name }]))[0] as ModelVersion;

	const tell = (
		unit: UnitOfWork,
		workspace: WorkspaceRecord,
		{ name }: store.ModelRecord,
		{ version, stage, run_id }: store.ModelVersionRecord,
		what: 'registered' | 'changed' | 'deleted',
		actor: string,
	): void =>
		unit.emit({
			workspaceKey: workspace.key,
			type: 'model.version',
			subject: `${name}:${version}`,
			actor,
			data: { name, version, what, stage, runId: run_id },
		});

	const changeVersion = <T>(
		workspace: WorkspaceRecord,
		name: string,
		version: string,
		work: (unit: UnitOfWork, model: store.ModelRecord, found: store.ModelVersionRecord) => Promise<T>,
	): Promise<T> =>
		database.write(async (unit) => {
			const { model, found } = await findVersion(workspace, name, version, unit.db);
			return work(unit, model, found);
		});

	const searchVersions = async (workspace: WorkspaceRecord, search: ModelSearch): Promise<ModelVersion[]> =>
		presentVersions(
			workspace,
			await store.versionsWhere(database.read, workspace.key, searchSql('model_version', search, database.engine)),
		);

	/** The name of the experiment of the run that made it, where that run is of this workspace. */
	const experimentNameOf = async (unit: UnitOfWork, workspace: WorkspaceRecord, runId: string | null): Promise<string | null> => {
		const run = runId === null ? null : await runs.findOrNull(runId, unit.db);
		return run?.workspace_key === workspace.key ? (await experiments.byKey(run.experiment_key)).name : null;
	};

	return {
		/** By number, alias or `latest`. @throws {RunsteadError} not-found. */
		async getVersion(workspace: WorkspaceRecord, name: string, version: string): Promise<ModelVersion> {
			const { model, found } = await findVersion(workspace, name, version);
			return presentVersion(workspace, model, found);
		},

		/** Where a foreign client finds the files of a version. @throws {RunsteadError} not-found. */
		async downloadUri(workspace: WorkspaceRecord, name: string, version: string): Promise<string> {
			const { found } = await findVersion(workspace, name, version);
			return found.download_uri ?? found.source;
		},

		/** The files of a version, for another one that is to have them too; null if it keeps none. @throws {RunsteadError} not-found. */
		async originOf(workspace: WorkspaceRecord, name: string, version: string): Promise<ModelOrigin | null> {
			const { found } = await findVersion(workspace, name, version);
			return found.file_count === 0 ? null : { fileSet: setOf(found) };
		},

		searchVersions,

		/** The newest version in each stage, of each model by its name. */
		async newestByStage(workspace: WorkspaceRecord, names: readonly string[]): Promise<Map<string, ModelVersion[]>> {
			const keys: number[] = [];
			for (const name of names) keys.push((await find(workspace, name)).key);
			const newest = new Map<string, ModelVersion[]>(names.map((name) => [name, []]));
			for (const version of await presentVersions(workspace, await store.newestByStage(database.read, keys)))
				newest.get(version.name)?.push(version);
			return newest;
		},

		async versions(
			workspace: WorkspaceRecord,
			{ name, runId, tag, limit, cursor }: { name?: string; runId?: string; tag?: string; limit: number; cursor?: string },
		): Promise<{ versions: ModelVersion[]; nextCursor: string | null }> {
			const [offset] = cursor === undefined ? [0] : decodeCursor(cursor, ['integer']);
			if (offset < 0) throw new RunsteadError('invalid-cursor', {});
			if (name !== undefined) await find(workspace, name);
			const found = await searchVersions(workspace, {
				conditions: [
					...(name === undefined ? [] : [{ field: 'name', operator: '=', value: name } as const]),
					...(runId === undefined ? [] : [{ field: 'runId', operator: '=', value: runId } as const]),
					...tagConditions(tag),
				],
				order: [
					{ by: 'createdTime', descending: true },
					{ by: 'name', descending: false },
					{ by: 'version', descending: true },
				],
				limit: limit + 1,
				offset,
			});
			return { versions: found.slice(0, limit), nextCursor: found.length > limit ? encodeCursor([offset + limit]) : null };
		},

		/**
		 * Registers the next version.
		 * @throws {RunsteadError} not-found (no run, no datastore, no such file), invalid-name, invalid-path, limit-exceeded.
		 */
		async register(workspace: WorkspaceRecord, name: string, fields: NewModelVersion, actor: string): Promise<ModelVersion> {
			const { origin, mayBeEmpty = false, makesModel = true } = fields;
			const { model, version } = await database.write(async (unit) => {
				const existing = makesModel ? await store.modelByName(unit.db, workspace.key, name) : await find(workspace, name, unit.db);
				const of = existing ?? (await createModelIn(unit, workspace, { name }, actor, onChange));
				const runId = fields.runId ?? ('runId' in origin ? origin.runId : null);
				const files = await contentsOf(unit, workspace, origin, sources);
				if (files.length === 0 && !mayBeEmpty && 'path' in origin)
					throw new RunsteadError('not-found', { noun: 'file or folder', given: addressOf(origin, name, 0) });
				checkLimit('The number of files of the model', files.length, 'modelFiles');
				if (fields.version !== undefined && fields.version <= of.last_version)
					throw new RunsteadError('already-exists', { noun: `version of model ${name}`, given: fields.version });
				const number = await store.takeVersion(unit.db, of.key, fields.version ?? of.last_version + 1, unit.now);
				const made = await store.insertVersion(unit.db, {
					model_key: of.key,
					version: number,
					description: fields.description ?? null,
					stage: 'None',
					status: 'upload' in origin ? 'pending' : 'ready',
					status_message: null,
					source: fields.source ?? addressOf(origin, name, number),
					download_uri: fields.downloadUri ?? null,
					run_id: runId,
					run_link: fields.runLink ?? null,
					experiment_name: await experimentNameOf(unit, workspace, runId),
					logged_model_id: fields.loggedModelId ?? null,
					framework: fields.framework ?? null,
					framework_version: fields.frameworkVersion ?? null,
					properties: JSON.stringify(fields.properties ?? {}),
					details: JSON.stringify(fields.details ?? {}),
					file_count: files.length,
					size_bytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
					created_time: fields.createdTime ?? unit.now,
					modified_time: fields.createdTime ?? unit.now,
					created_by: actor,
				});
				for (const file of files) await fileSets.putIn(unit, setOf(made), file);
				await setTags(unit, of.key, number, { tags: fields.tags ?? {} });
				tell(unit, workspace, of, made, 'registered', actor);
				if (fields.createdTime === undefined) {
					const { description, source } = made;
					const change = { what: 'version', name, version: number, source, runId, tags: fields.tags ?? {}, description } as const;
					await onChange(unit, workspace.key, of.key, [change]);
				}
				return { model: of, version: made };
			});
			return presentVersion(workspace, model, version);
		},

		/** @throws {RunsteadError} not-found, model-property-changed, limit-exceeded. */
		async updateVersion(
			workspace: WorkspaceRecord,
			name: string,
			version: string,
			change: VersionChange,
			actor: string,
		): Promise<ModelVersion> {
			const { model, changed } = await changeVersion(workspace, name, version, async (unit, of, found) => {
				const { description, stage, archiveOthers = false, properties } = change;
				const next = {
					...(description === undefined ? {} : { description }),
					...(stage === undefined ? {} : { stage }),
					...(properties === undefined ? {} : { properties: JSON.stringify(withProperties(name, found, properties)) }),
				};
				const touched = Object.keys(next).length > 0 ? { ...next, modified_time: unit.now } : {};
				if (stage !== undefined) {
					await store.updateModel(unit.db, of.key, { modified_time: unit.now });
					if (archiveOthers) {
						for (const other of await store.versionsOf(unit.db, of.key))
							if (other.stage === stage && other.key !== found.key)
								await store.updateVersion(unit.db, other.key, { stage: 'Archived', modified_time: unit.now });
					}
				}
				if (Object.keys(touched).length > 0) await store.updateVersion(unit.db, found.key, touched);
				await setTags(unit, of.key, found.version, change);
				await onChange(unit, workspace.key, of.key, tagChanges(name, found.version, change));
				const after = { ...found, ...touched };
				tell(unit, workspace, of, after, 'changed', actor);
				return { model: of, changed: after };
			});
			return presentVersion(workspace, model, changed);
		},

		/** @throws {RunsteadError} not-found, model-not-pending. */
		async complete(workspace: WorkspaceRecord, name: string, version: string, actor: string): Promise<ModelVersion> {
			const { model, changed } = await changeVersion(workspace, name, version, async (unit, of, found) => {
				checkPending(name, found);
				const files = await fileSets.list(setOf(found), { limit: LIMITS.modelFiles.max + 1 }, unit.db);
				const next = {
					status: 'ready' as const,
					file_count: files.length,
					size_bytes: files.reduce((sum, { size_bytes }) => sum + size_bytes, 0),
					modified_time: unit.now,
				};
				await store.updateVersion(unit.db, found.key, next);
				tell(unit, workspace, of, found, 'changed', actor);
				return { model: of, changed: { ...found, ...next } };
			});
			return presentVersion(workspace, model, changed);
		},

		/** Its number is not given out again. @throws {RunsteadError} not-found. */
		async removeVersion(workspace: WorkspaceRecord, name: string, version: string, actor: string): Promise<void> {
			await changeVersion(workspace, name, version, async (unit, model, found) => {
				await fileSets.removeIn(unit, setOf(found));
				await store.deleteVersion(unit.db, found);
				await store.updateModel(unit.db, model.key, { modified_time: unit.now });
				tell(unit, workspace, model, found, 'deleted', actor);
			});
		},

		/** @throws {RunsteadError} not-found, invalid-name. */
		async setAlias(workspace: WorkspaceRecord, name: string, alias: string, version: number, actor: string): Promise<Model> {
			checkAlias(alias);
			const model = await changeVersion(workspace, name, String(version), async (unit, of, found) => {
				await store.putAlias(unit.db, { model_key: of.key, alias, version: found.version });
				await onChange(unit, workspace.key, of.key, [{ what: 'alias', name, alias, version: found.version }]);
				tell(unit, workspace, of, found, 'changed', actor);
				return of;
			});
			return (await presentModels(workspace, [model]))[0] as Model;
		},

		/** Whether there was one. @throws {RunsteadError} not-found for the model. */
		removeAlias: (workspace: WorkspaceRecord, name: string, alias: string, actor: string): Promise<boolean> =>
			database.write(async (unit) => {
				const model = await find(workspace, name, unit.db);
				const wasThere = await store.deleteAlias(unit.db, model.key, alias);
				if (wasThere) {
					await onChange(unit, workspace.key, model.key, [{ what: 'alias', name, alias, version: null }]);
					unit.emit({ workspaceKey: workspace.key, type: 'model.changed', subject: name, actor, data: { name, fields: ['aliases'] } });
				}
				return wasThere;
			}),
	};
}

function withProperties(model: string, { version, properties }: store.ModelVersionRecord, added: Readonly<Record<string, string>>) {
	const there = JSON.parse(properties) as Record<string, string>;
	for (const [key, given] of Object.entries(added)) {
		const value = there[key];
		if (value !== undefined && value !== given) throw new RunsteadError('model-property-changed', { key, model, version, value, given });
	}
	return { ...there, ...added };
}
