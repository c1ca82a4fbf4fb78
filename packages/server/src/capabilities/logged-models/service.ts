/** Logged models: models as runs log them, with params, tags, files and metrics of their own, before anybody registers one. */
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { checkText, type LoggedModel, type LoggedModelStatus, RunsteadError } from '@runstead/contract';
import { toWireTime } from '../../http/time.ts';
import type { ByteRange } from '../../storage/blobs.ts';
import type { Database } from '../../storage/database.ts';
import type { FileSetFile, FileSets } from '../../storage/file-sets.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { ExperimentRecord, ExperimentService } from '../experiments/service.ts';
import type { RunRecord, RunService } from '../runs/service.ts';
import { conditionsSql, type LoggedModelSearch, orderSql } from './logged-model-search.ts';
import * as store from './store.ts';

export type { LoggedModelCondition, LoggedModelOrder, LoggedModelSearch } from './logged-model-search.ts';

export interface NewLoggedModel {
	/** Made by the server if absent. */
	readonly id?: string;
	readonly name: string;
	readonly modelType?: string | null;
	readonly sourceRunId?: string | null;
	readonly tags?: Readonly<Record<string, string>>;
	readonly params?: Readonly<Record<string, string>>;
	readonly createdTime?: number;
}

/** A logged model as it was elsewhere. */
export interface KeptLoggedModel {
	readonly id: string;
	readonly name: string;
	readonly modelType: string | null;
	readonly sourceRunId: string | null;
	readonly status: LoggedModelStatus;
	readonly statusMessage: string | null;
	readonly tags: Readonly<Record<string, string>>;
	readonly params: Readonly<Record<string, string>>;
	/** Microseconds since 1970; so are the times of metrics. */
	readonly createdTime: number;
	readonly modifiedTime: number;
	readonly metrics: readonly (Omit<LoggedModelPoint, 'modelId' | 'value'> & { readonly value: number | null; readonly runId: string })[];
}

export interface LoggedModelPoint {
	readonly modelId: string;
	readonly name: string;
	readonly value: number;
	/** Microseconds since 1970. */
	readonly time: number;
	readonly step: number;
	readonly datasetName: string | null;
	readonly datasetDigest: string | null;
}

/** Logged models that a run read, or made at a step. */
export interface RunModels {
	readonly inputs: readonly string[];
	readonly outputs: readonly { readonly modelId: string; readonly step: number }[];
}

export interface LoggedModelServiceOptions {
	readonly database: Database;
	readonly experiments: ExperimentService;
	readonly runs: RunService;
	readonly fileSets: FileSets;
}

export type LoggedModelService = ReturnType<typeof createLoggedModelService>;

export function createLoggedModelService({ database, experiments, runs, fileSets }: LoggedModelServiceOptions) {
	/** One that was deleted is as if it were not there, unless it is asked for. @throws {RunsteadError} not-found. */
	const find = async (id: string, { deleted = false, db = database.read } = {}): Promise<store.LoggedModelRecord> => {
		const model = await store.modelById(db, id);
		if (!model || (model.deleted === 1 && !deleted)) throw new RunsteadError('not-found', { noun: 'logged model', given: id });
		return model;
	};

	const change = <T>(id: string, work: (unit: UnitOfWork, model: store.LoggedModelRecord) => Promise<T>): Promise<T> =>
		database.write(async (unit) => work(unit, await find(id, { deleted: true, db: unit.db })));

	const present = async (models: readonly store.LoggedModelRecord[]): Promise<LoggedModel[]> => {
		const keys = models.map(({ key }) => key);
		const attributes = Map.groupBy(await store.attributesOf(database.read, keys), ({ model_key }) => model_key);
		const metrics = Map.groupBy(await store.metricsOf(database.read, keys), ({ model_key }) => model_key);
		const presented: LoggedModel[] = [];
		for (const model of models) {
			const ofKind = (kind: 'tag' | 'param') =>
				Object.fromEntries((attributes.get(model.key) ?? []).flatMap((one) => (one.kind === kind ? [[one.key, one.value]] : [])));
			presented.push({
				id: model.id,
				experimentId: (await experiments.byKey(model.experiment_key)).id,
				name: model.name,
				modelType: model.model_type,
				sourceRunId: model.source_run_id,
				status: model.status,
				statusMessage: model.status_message,
				deleted: model.deleted === 1,
				tags: ofKind('tag'),
				params: ofKind('param'),
				metrics: (metrics.get(model.key) ?? []).map((metric) => ({
					name: metric.name,
					value: metric.value,
					time: toWireTime(metric.time),
					step: metric.step,
					runId: metric.run_id,
					datasetName: metric.dataset_name,
					datasetDigest: metric.dataset_digest,
				})),
				createdTime: toWireTime(model.created_time),
				modifiedTime: toWireTime(model.modified_time),
			});
		}
		return presented;
	};

	const presentOne = async (model: store.LoggedModelRecord): Promise<LoggedModel> => (await present([model]))[0] as LoggedModel;

	const putAttributes = async (unit: UnitOfWork, modelKey: number, kind: 'tag' | 'param', values: Readonly<Record<string, string>>) => {
		for (const [key, value] of Object.entries(values)) {
			checkText(`The ${kind} key`, key, 'attributeKeyCharacters');
			checkText(`The value of ${kind} ${key}`, value, 'modelTagValueCharacters');
			await store.putAttribute(unit.db, { model_key: modelKey, kind, key, value });
		}
	};

	const insertKept = async (
		unit: UnitOfWork,
		experiment: ExperimentRecord,
		given: Omit<KeptLoggedModel, 'metrics'>,
	): Promise<store.LoggedModelRecord> => {
		const model = await store.insertModel(unit.db, {
			id: given.id,
			experiment_key: experiment.key,
			name: given.name,
			model_type: given.modelType,
			source_run_id: given.sourceRunId,
			status: given.status,
			status_message: given.statusMessage,
			deleted: 0,
			created_time: given.createdTime,
			modified_time: given.modifiedTime,
		});
		await putAttributes(unit, model.key, 'tag', given.tags);
		await putAttributes(unit, model.key, 'param', given.params);
		return model;
	};

	return {
		/** The experiment of a logged model, whether it was deleted or not: for deciding who may. @throws {RunsteadError} not-found. */
		experimentOf: async (id: string): Promise<ExperimentRecord> => experiments.byKey((await find(id, { deleted: true })).experiment_key),

		get: async (id: string, options: { deleted?: boolean } = {}): Promise<LoggedModel> => presentOne(await find(id, options)),

		search: async (experimentKeys: readonly number[], search: LoggedModelSearch): Promise<LoggedModel[]> =>
			present(
				await store.modelsWhere(database.read, experimentKeys, {
					where: conditionsSql(search, database.engine),
					order: orderSql(search.order ?? []),
					limit: search.limit,
					offset: search.offset ?? 0,
				}),
			),

		/** @throws {RunsteadError} limit-exceeded, invalid-request, already-exists for an id that is there. */
		async create(experiment: ExperimentRecord, fields: NewLoggedModel): Promise<LoggedModel> {
			const { id = `m-${randomUUID().replaceAll('-', '')}`, name, modelType = null, sourceRunId = null, tags = {}, params = {} } = fields;
			checkSaid({ name, modelType, sourceRunId });
			const made = await database.write(async (unit) => {
				if (await store.modelById(unit.db, id)) throw new RunsteadError('already-exists', { noun: 'logged model', given: id });
				const model = await store.insertModel(unit.db, {
					id,
					experiment_key: experiment.key,
					name,
					model_type: modelType,
					source_run_id: sourceRunId,
					status: 'pending',
					status_message: null,
					deleted: 0,
					created_time: fields.createdTime ?? unit.now,
					modified_time: fields.createdTime ?? unit.now,
				});
				await putAttributes(unit, model.key, 'tag', tags);
				await putAttributes(unit, model.key, 'param', params);
				return model;
			});
			return presentOne(made);
		},

		/** Puts one with its own id and times; of one of the experiment that is there, only metrics that it has not are taken. @throws {RunsteadError} as `create`. */
		async put(experiment: ExperimentRecord, { id, metrics, ...given }: KeptLoggedModel): Promise<LoggedModel> {
			checkText('The id of the logged model', id, 'loggedModelNameCharacters');
			checkSaid(given);
			const kept = await database.write(async (unit) => {
				const there = await store.modelById(unit.db, id);
				if (there && there.experiment_key !== experiment.key)
					throw new RunsteadError('already-exists', { noun: 'logged model', given: id });
				const model = there ?? (await insertKept(unit, experiment, { id, ...given }));
				for (const metric of metrics) await store.insertMetric(unit.db, metricRecord(model, metric.runId, metric));
				return model;
			});
			return presentOne(kept);
		},

		finalize: async (id: string, status: LoggedModelStatus): Promise<LoggedModel> =>
			presentOne(
				await change(id, async (unit, model) => {
					const next = { status, modified_time: unit.now };
					await store.updateModel(unit.db, model.key, next);
					return { ...model, ...next };
				}),
			),

		setTags: (id: string, tags: Readonly<Record<string, string>>): Promise<void> =>
			change(id, (unit, model) => putAttributes(unit, model.key, 'tag', tags)),

		/** Whether it was there. */
		removeTag: (id: string, key: string): Promise<boolean> => change(id, (unit, model) => store.deleteTag(unit.db, model.key, key)),

		logParams: (id: string, params: Readonly<Record<string, string>>): Promise<void> =>
			change(id, (unit, model) => putAttributes(unit, model.key, 'param', params)),

		/** It is gone from searches; its files stay for those who have registered it. */
		remove: (id: string): Promise<void> =>
			change(id, (unit, model) => store.updateModel(unit.db, model.key, { deleted: 1, modified_time: unit.now })),

		/** Points that a run logged of logged models, in the caller's transaction. @throws {RunsteadError} not-found. */
		async logMetricsIn(unit: UnitOfWork, run: RunRecord, points: readonly LoggedModelPoint[]): Promise<void> {
			for (const { modelId, ...point } of points) {
				const model = await find(modelId, { deleted: true, db: unit.db });
				await store.insertMetric(unit.db, metricRecord(model, run.id, point));
			}
		},

		/** Says that a run read logged models. @throws {RunsteadError} not-found for the run. */
		logInputs: (runId: string, modelIds: readonly string[]): Promise<void> =>
			database.write(async (unit) => {
				const run = await runs.find(runId, unit.db);
				for (const model_id of modelIds) await store.putRunModel(unit.db, { run_key: run.key, role: 'input', model_id, step: 0 });
			}),

		/** Says that a run made logged models, each at a step. @throws {RunsteadError} not-found for the run. */
		logOutputs: (runId: string, outputs: RunModels['outputs']): Promise<void> =>
			database.write(async (unit) => {
				const run = await runs.find(runId, unit.db);
				for (const { modelId, step } of outputs)
					await store.putRunModel(unit.db, { run_key: run.key, role: 'output', model_id: modelId, step });
			}),

		/** What each of the runs read and made, by its id. */
		async ofRuns(runIds: readonly string[]): Promise<Map<string, RunModels>> {
			const rows = Map.groupBy(await store.runModels(database.read, runIds), ({ run_id }) => run_id);
			return new Map(
				[...rows].map(([key, models]) => [
					key,
					{
						inputs: models.flatMap(({ role, model_id }) => (role === 'input' ? [model_id] : [])),
						outputs: models.flatMap(({ role, model_id, step }) => (role === 'output' ? [{ modelId: model_id, step }] : [])),
					},
				]),
			);
		},

		fileSetOf,

		/** @throws {RunsteadError} not-found, invalid-path, checksum-mismatch, storage-full. */
		async putFile(
			id: string,
			given: { readonly path: string; readonly sha256?: string | undefined },
			bytes: AsyncIterable<Uint8Array>,
		): Promise<FileSetFile> {
			// Before the body is read.
			await find(id);
			return fileSets.put(fileSetOf(id), given, bytes, async (unit) => {
				await find(id, { db: unit.db });
			});
		},

		/** Of a deleted one as well: somebody may have registered it. @throws {RunsteadError} not-found, invalid-path. */
		async file(id: string, path: string): Promise<FileSetFile> {
			await find(id, { deleted: true });
			return fileSets.find(fileSetOf(id), path);
		},

		read: (file: FileSetFile, range: ByteRange): Readable => fileSets.read(file, range),

		/** @throws {RunsteadError} not-found. */
		async files(id: string, query: { prefix?: string; after?: string; limit: number }): Promise<FileSetFile[]> {
			await find(id, { deleted: true });
			return fileSets.list(fileSetOf(id), query);
		},

		/** The file at a path, and what lies below it. How many those were. @throws {RunsteadError} not-found. */
		removeFiles: (id: string, path: string): Promise<number> => change(id, (unit) => fileSets.removeIn(unit, fileSetOf(id), path)),
	};
}

function metricRecord(
	model: store.LoggedModelRecord,
	runId: string,
	{ name, value, time, step, datasetName, datasetDigest }: Omit<KeptLoggedModel['metrics'][number], 'runId'>,
): store.LoggedMetric {
	return {
		model_key: model.key,
		name,
		time,
		step,
		run_id: runId,
		value: Number.isNaN(value) ? null : value,
		dataset_name: datasetName,
		dataset_digest: datasetDigest,
	};
}

function checkSaid({ name, modelType, sourceRunId }: Pick<KeptLoggedModel, 'name' | 'modelType' | 'sourceRunId'>): void {
	checkText('The name of the logged model', name, 'loggedModelNameCharacters');
	for (const text of [modelType, sourceRunId]) if (text !== null) checkText('A text of the logged model', text, 'descriptionCharacters');
}

function fileSetOf(id: string): string {
	return `logged-model/${id}`;
}
