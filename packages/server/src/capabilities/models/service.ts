/** Models: registered by name in numbered versions, each with its files, tags, stage and the aliases that stand for it. */
import { LIMITS, type Model, type ModelFile, type ModelStage, type ModelVersion, RunsteadError } from '@runstead/contract';
import { decodeCursor, encodeCursor, pageOf } from '../../http/cursor.ts';
import type { AnnouncedChunk, Received } from '../../storage/announced-content.ts';
import type { Database } from '../../storage/database.ts';
import type { FileSetFile } from '../../storage/file-sets.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { ExperimentService } from '../experiments/service.ts';
import type { WorkspaceRecord } from '../workspaces/service.ts';
import { addressOf, type ContentSources, contentsOf, type ModelOrigin } from './model-contents.ts';
import { checkAlias, checkModelName, checkModelTag } from './model-rules.ts';
import { conditionSql, type ModelCondition, type ModelSearch, orderSql, type Sought } from './model-search.ts';
import { createModelPresenter } from './presented-model.ts';
import * as store from './store.ts';

export type { ModelOrigin } from './model-contents.ts';
export type { ModelCondition, ModelField, ModelOrder } from './model-search.ts';

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

export interface ModelChange {
	readonly name?: string;
	readonly description?: string | null;
	readonly tags?: Readonly<Record<string, string>>;
	readonly removeTags?: readonly string[];
}

export interface VersionChange extends Omit<ModelChange, 'name'> {
	readonly stage?: ModelStage;
	/** The other versions in that stage become Archived. */
	readonly archiveOthers?: boolean;
	readonly properties?: Readonly<Record<string, string>>;
}

export interface ModelServiceOptions extends ContentSources {
	readonly database: Database;
	readonly experiments: ExperimentService;
}

export type ModelService = ReturnType<typeof createModelService>;

const setOf = ({ key }: store.ModelVersionRecord): string => `model/${key}`;
const noVersion = (name: string, version: string | number) =>
	new RunsteadError('not-found', { noun: `version of model ${name}`, given: version });

export function createModelService({ database, experiments, ...sources }: ModelServiceOptions) {
	const { fileSets, runs } = sources;
	const { presentModels, presentVersions } = createModelPresenter(database);

	/** @throws {RunsteadError} not-found. */
	const find = async (workspace: WorkspaceRecord, name: string, db = database.read): Promise<store.ModelRecord> => {
		const model = await store.modelByName(db, workspace.key, name);
		if (!model) throw new RunsteadError('not-found', { noun: 'model', given: name });
		return model;
	};

	/** By number, alias or `latest`, the newest that is ready. @throws {RunsteadError} not-found. */
	const findVersion = async (
		workspace: WorkspaceRecord,
		name: string,
		version: string,
		db = database.read,
	): Promise<{ model: store.ModelRecord; found: store.ModelVersionRecord }> => {
		const model = await find(workspace, name, db);
		const number = await numberOf(model, version);
		const found = number === null || !Number.isSafeInteger(number) ? undefined : await store.versionOf(db, model.key, number);
		if (!found) throw noVersion(name, version);
		return { model, found };

		async function numberOf({ key }: store.ModelRecord, given: string): Promise<number | null> {
			if (/^\d+$/.test(given)) return Number(given);
			if (given.toLowerCase() === 'latest') return (await store.countsOf(db, [key])).get(key)?.latest ?? null;
			return (await store.aliasesOf(db, [key])).find(({ alias }) => alias === given)?.version ?? null;
		}
	};

	const presentOne = async (workspace: WorkspaceRecord, model: store.ModelRecord): Promise<Model> =>
		(await presentModels(workspace, [model]))[0] as Model;
	const presentVersion = async (workspace: WorkspaceRecord, model: store.ModelRecord, version: store.ModelVersionRecord) =>
		(await presentVersions(workspace, [{ ...version, name: model.name }]))[0] as ModelVersion;

	const setTags = async (unit: UnitOfWork, modelKey: number, version: number, { tags = {}, removeTags = [] }: ModelChange) => {
		for (const [key, value] of Object.entries(tags)) {
			checkModelTag(key, value);
			await store.putTag(unit.db, { model_key: modelKey, version, key, value });
		}
		for (const key of removeTags) await store.deleteTag(unit.db, modelKey, version, key);
	};

	const createIn = async (
		unit: UnitOfWork,
		workspace: WorkspaceRecord,
		fields: { name: string; description?: string | null; tags?: Readonly<Record<string, string>>; createdTime?: number },
		actor: string,
	): Promise<store.ModelRecord> => {
		const { name, description = null, tags, createdTime = unit.now } = fields;
		checkModelName(name);
		if (await store.modelByName(unit.db, workspace.key, name)) throw new RunsteadError('already-exists', { noun: 'model', given: name });
		const model = await store.insertModel(unit.db, {
			workspace_key: workspace.key,
			name,
			description,
			last_version: 0,
			created_time: createdTime,
			modified_time: createdTime,
			created_by: actor,
		});
		await setTags(unit, model.key, 0, { tags: tags ?? {} });
		unit.emit({ workspaceKey: workspace.key, type: 'model.created', subject: name, actor, data: { name } });
		return model;
	};

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

	const searchSql = (sought: Sought, { conditions = [], order = [], limit, offset = 0 }: ModelSearch) => ({
		where: conditions.map((condition) => conditionSql(sought, condition, database.engine)),
		order: orderSql(sought, order),
		limit,
		offset,
	});

	const searchVersions = async (workspace: WorkspaceRecord, search: ModelSearch): Promise<ModelVersion[]> =>
		presentVersions(workspace, await store.versionsWhere(database.read, workspace.key, searchSql('model_version', search)));

	/** The name of the experiment of the run that made it, where that run is of this workspace. */
	const experimentNameOf = async (unit: UnitOfWork, workspace: WorkspaceRecord, runId: string | null): Promise<string | null> => {
		const run = runId === null ? null : await runs.findOrNull(runId, unit.db);
		return run?.workspace_key === workspace.key ? (await experiments.byKey(run.experiment_key)).name : null;
	};

	return {
		get: async (workspace: WorkspaceRecord, name: string): Promise<Model> => presentOne(workspace, await find(workspace, name)),

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

		/** Conditions and order of any kind, by offset: for protocols that page so. */
		search: async (workspace: WorkspaceRecord, search: ModelSearch): Promise<Model[]> =>
			presentModels(workspace, await store.modelsWhere(database.read, workspace.key, searchSql('model', search))),
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

		async list(
			workspace: WorkspaceRecord,
			{ search, tag, limit, cursor }: { search?: string; tag?: string; limit: number; cursor?: string },
		): Promise<{ models: Model[]; nextCursor: string | null }> {
			const [after] = cursor === undefined ? [''] : decodeCursor(cursor, ['text']);
			const found = await store.modelsWhere(
				database.read,
				workspace.key,
				searchSql('model', {
					conditions: [
						{ field: 'name', operator: '>', value: after },
						...(search === undefined || search === '' ? [] : [{ field: 'name', operator: 'ilike', value: `%${search}%` } as const]),
						...tagConditions(tag),
					],
					order: [{ by: 'name', descending: false }],
					limit: limit + 1,
				}),
			);
			const page = pageOf(found, limit, (last) => [last.name]);
			return { models: await presentModels(workspace, page.rows), nextCursor: page.nextCursor };
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

		/** @throws {RunsteadError} already-exists, invalid-name, limit-exceeded. */
		async create(
			workspace: WorkspaceRecord,
			fields: { name: string; description?: string | null; tags?: Readonly<Record<string, string>>; createdTime?: number },
			actor: string,
		): Promise<Model> {
			return presentOne(workspace, await database.write((unit) => createIn(unit, workspace, fields, actor)));
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

		/**
		 * Registers the next version.
		 * @throws {RunsteadError} not-found (no run, no datastore, no such file), invalid-name, invalid-path, limit-exceeded.
		 */
		async register(workspace: WorkspaceRecord, name: string, fields: NewModelVersion, actor: string): Promise<ModelVersion> {
			const { origin, mayBeEmpty = false, makesModel = true } = fields;
			const { model, version } = await database.write(async (unit) => {
				const existing = makesModel ? await store.modelByName(unit.db, workspace.key, name) : await find(workspace, name, unit.db);
				const of = existing ?? (await createIn(unit, workspace, { name }, actor));
				const runId = fields.runId ?? ('runId' in origin ? origin.runId : null);
				const files = await contentsOf(unit, workspace, origin, sources);
				if (files.length === 0 && !mayBeEmpty && 'path' in origin)
					throw new RunsteadError('not-found', { noun: 'file or folder', given: addressOf(origin, name, 0) });
				const { max } = LIMITS.modelFiles;
				if (files.length > max)
					throw new RunsteadError('limit-exceeded', {
						what: 'The number of files of the model',
						given: files.length,
						limit: 'modelFiles',
						max,
					});
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
				tell(unit, workspace, of, found, 'changed', actor);
				return of;
			});
			return presentOne(workspace, model);
		},

		/** Whether there was one. @throws {RunsteadError} not-found for the model. */
		removeAlias: (workspace: WorkspaceRecord, name: string, alias: string, actor: string): Promise<boolean> =>
			database.write(async (unit) => {
				const model = await find(workspace, name, unit.db);
				const wasThere = await store.deleteAlias(unit.db, model.key, alias);
				if (wasThere)
					unit.emit({ workspaceKey: workspace.key, type: 'model.changed', subject: name, actor, data: { name, fields: ['aliases'] } });
				return wasThere;
			}),

		async files(
			workspace: WorkspaceRecord,
			name: string,
			version: string,
			{ prefix = '', limit, cursor }: { prefix?: string; limit: number; cursor?: string },
		): Promise<{ files: ModelFile[]; nextCursor: string | null }> {
			const { found } = await findVersion(workspace, name, version);
			const [after] = cursor === undefined ? [''] : decodeCursor(cursor, ['text']);
			const page = pageOf(await fileSets.list(setOf(found), { prefix, after, limit: limit + 1 }), limit, (last) => [last.path]);
			return { files: page.rows.map(presentFile), nextCursor: page.nextCursor };
		},

		/** @throws {RunsteadError} not-found, invalid-path. */
		async file(workspace: WorkspaceRecord, name: string, version: string, path: string): Promise<FileSetFile> {
			const { found } = await findVersion(workspace, name, version);
			return fileSets.find(setOf(found), path);
		},

		read: fileSets.read,

		/** @throws {RunsteadError} not-found, model-not-pending, invalid-path, checksum-mismatch, storage-full. */
		async putFile(
			workspace: WorkspaceRecord,
			name: string,
			version: string,
			given: { readonly path: string; readonly sha256?: string | undefined },
			bytes: AsyncIterable<Uint8Array>,
		): Promise<ModelFile> {
			// Before the body is read: one that takes no files reads none.
			const { found } = await findVersion(workspace, name, version);
			checkPending(name, found);
			const file = await fileSets.put(setOf(found), given, bytes, async (unit) => {
				checkPending(name, (await findVersion(workspace, name, String(found.version), unit.db)).found);
			});
			return presentFile(file);
		},

		/** Adds a chunk of a file. @throws {RunsteadError} as `putFile`, and upload-gap, invalid-request (more bytes than announced). */
		async appendFile(
			workspace: WorkspaceRecord,
			name: string,
			version: string,
			chunk: AnnouncedChunk,
			bytes: AsyncIterable<Uint8Array>,
		): Promise<Received<ModelFile>> {
			const { found } = await findVersion(workspace, name, version);
			checkPending(name, found);
			// Whoever registers again after a file was broken off has another version.
			const place = { setId: setOf(found), collection: `model/${found.model_key}` };
			const { receivedBytes, file } = await fileSets.append(place, chunk, bytes, async (unit) => {
				checkPending(name, (await findVersion(workspace, name, String(found.version), unit.db)).found);
			});
			return { receivedBytes, file: file && presentFile(file) };
		},
	};
}

function presentFile({ path, size_bytes, sha256 }: FileSetFile): ModelFile {
	return { path, sizeBytes: size_bytes, sha256 };
}

function checkPending(model: string, { version, status }: store.ModelVersionRecord): void {
	if (status !== 'pending') throw new RunsteadError('model-not-pending', { model, version, status });
}

function withProperties(model: string, { version, properties }: store.ModelVersionRecord, added: Readonly<Record<string, string>>) {
	const there = JSON.parse(properties) as Record<string, string>;
	for (const [key, given] of Object.entries(added)) {
		const value = there[key];
		if (value !== undefined && value !== given) throw new RunsteadError('model-property-changed', { key, model, version, value, given });
	}
	return { ...there, ...added };
}

function tagConditions(tag: string | undefined): ModelCondition[] {
	if (tag === undefined || tag === '') return [];
	const [key = '', ...value] = tag.split('=');
	return [value.length === 0 ? { tag: key, operator: 'like', value: '%' } : { tag: key, operator: '=', value: value.join('=') }];
}
