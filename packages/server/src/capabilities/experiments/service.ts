/** Experiments: named groups of runs, and the numbers of the runs within. */
import { randomBytes } from 'node:crypto';
import { checkLimit, type Experiment, type Lifecycle, RunsteadError, type Tags } from '@runstead/contract';
import { decodeCursor, pageOf } from '../../http/cursor.ts';
import { toWireTime } from '../../http/time.ts';
import type { Database } from '../../storage/database.ts';
import type { UnitOfWork } from '../../storage/unit-of-work.ts';
import type { WorkspaceRecord, WorkspaceService } from '../workspaces/service.ts';
import { type ExperimentSearch, searchExperiments } from './search.ts';
import * as store from './store.ts';

export type { ExperimentCondition, ExperimentField, ExperimentOrder } from './search.ts';
export type { ExperimentRecord } from './store.ts';

/** MLflow's id of the experiment that is there from the beginning. */
const DEFAULT_EXPERIMENT_ID = '0';
const DEFAULT_EXPERIMENT_NAME = 'Default';

export interface ExperimentChange {
	readonly name?: string;
	readonly description?: string;
	/** Merged into those there are. */
	readonly tags?: Tags;
	readonly removeTags?: readonly string[];
	readonly lifecycle?: Lifecycle;
	readonly silenceSeconds?: number;
}

/** Moves all runs of an experiment with it, in the caller's transaction. */
export type MoveRuns = (unit: UnitOfWork, experiment: store.ExperimentRecord, lifecycle: Lifecycle, actor: string) => Promise<void>;

/** How long a run without heartbeats may be silent, unless its experiment says otherwise. */
const SILENCE_SECONDS = 2 * 3_600;

/** Of more experiments than most servers ever have. */
const KNOWN_IDS_MAX = 10_000;

export type ExperimentService = ReturnType<typeof createExperimentService>;

/** 18 digits, as MLflow's own ids are: some clients read them as numbers of 64 bits. */
function makeId(): string {
	return String(100_000_000_000_000_000n + (randomBytes(8).readBigUInt64LE() % 899_999_999_999_999_999n));
}

export function createExperimentService(database: Database, workspaces: WorkspaceService, moveRuns: MoveRuns) {
	/** @throws {RunsteadError} not-found. */
	const find = async (id: string): Promise<store.ExperimentRecord> => {
		const experiment = await store.experimentById(database.ask, id);
		if (!experiment) throw new RunsteadError('not-found', { noun: 'experiment', given: id });
		return experiment;
	};

	const present = async (records: readonly store.ExperimentRecord[]): Promise<Experiment[]> => {
		const counts = await store.countRuns(
			database.read,
			records.map((record) => record.key),
		);
		return Promise.all(
			records.map(async (record) => ({
				id: record.id,
				workspaceId: (await workspaces.byKey(record.workspace_key)).id,
				name: record.name,
				description: record.description,
				tags: JSON.parse(record.tags) as Tags,
				lifecycle: record.lifecycle,
				createdTime: toWireTime(record.created_time),
				silenceSeconds: silenceSecondsOf(record),
				runCount: counts.get(record.key)?.all ?? 0,
				activeRunCount: counts.get(record.key)?.active ?? 0,
			})),
		);
	};

	const insert = async (
		unit: UnitOfWork,
		workspaceKey: number,
		id: string,
		fields: { name: string; description: string; tags: Tags; artifactLocation?: string },
		actor: string,
	) => {
		const { name, description, tags } = fields;
		const record = await store.insertExperiment(unit.db, {
			id,
			workspace_key: workspaceKey,
			name,
			description,
			tags: JSON.stringify(tags),
			lifecycle: 'active',
			created_time: unit.now,
			last_run_number: 0,
			silence_seconds: null,
			artifact_location: fields.artifactLocation ?? null,
			modified_time: unit.now,
		});
		unit.emit({ workspaceKey, type: 'experiment.created', subject: id, actor, data: { name } });
		return record;
	};

	const idsByKey = new Map<number, string>();

	return {
		find,
		byKey: (key: number) => store.experimentByKey(database.read, key),

		/** The id of an experiment that is there: that of a key never changes. */
		async idOf(key: number): Promise<string> {
			const known = idsByKey.get(key);
			if (known !== undefined) return known;
			const { id } = await store.experimentByKey(database.read, key);
			if (idsByKey.size >= KNOWN_IDS_MAX) idsByKey.clear();
			idsByKey.set(key, id);
			return id;
		},

		present: async (record: store.ExperimentRecord): Promise<Experiment> => (await present([record]))[0] as Experiment,

		/** Takes `count` run numbers, in the caller's transaction; the first is returned. */
		takeRunNumbers: (unit: UnitOfWork, experimentKey: number, count: number) => store.nextRunNumbers(unit, experimentKey, count),

		/** Gives the first workspace its Default experiment. */
		async furnish(unit: UnitOfWork, workspace: WorkspaceRecord, actor: string): Promise<void> {
			const id = (await store.experimentById(unit.execute, DEFAULT_EXPERIMENT_ID)) ? makeId() : DEFAULT_EXPERIMENT_ID;
			await insert(unit, workspace.key, id, { name: DEFAULT_EXPERIMENT_NAME, description: '', tags: {} }, actor);
		},

		/**
		 * Creates an experiment; of two that come at once, one creates it.
		 * @throws {RunsteadError} invalid-name; already-exists unless `existOk`.
		 */
		async create(
			workspace: WorkspaceRecord,
			fields: { name: string; description?: string; tags?: Tags; existOk?: boolean; artifactLocation?: string },
			actor: string,
		): Promise<{ record: store.ExperimentRecord; created: boolean }> {
			const { name, description = '', tags = {}, existOk = false, artifactLocation } = fields;
			checkName(name);
			checkTags(tags);
			return database.write(async (unit) => {
				const existing = await store.experimentByName(unit.db, workspace.key, name);
				if (existing && !existOk) throw new RunsteadError('already-exists', { noun: 'experiment', given: name });
				if (existing) return { record: existing, created: false };
				return { record: await insert(unit, workspace.key, makeId(), { name, description, tags, artifactLocation }, actor), created: true };
			});
		},

		/** The one of exactly this name, whatever its lifecycle. */
		byName: (workspace: WorkspaceRecord, name: string) => store.experimentByName(database.read, workspace.key, name),

		/** All experiments of a workspace that fulfil the conditions, in order, from one place to another. */
		search: (workspace: WorkspaceRecord, search: ExperimentSearch) => searchExperiments(database.heavyRead, workspace.key, search),

		silenceSeconds: silenceSecondsOf,

		async list(
			workspace: WorkspaceRecord,
			query: { name?: string; lifecycle?: Lifecycle | 'all'; limit: number; cursor?: string },
		): Promise<{ experiments: Experiment[]; nextCursor: string | null }> {
			const { name, lifecycle = 'active', limit, cursor } = query;
			const [beforeKey] = cursor ? decodeCursor(cursor, ['integer']) : [null];
			const rows = await store.experimentsNewestFirst(database.read, {
				workspaceKey: workspace.key,
				name,
				lifecycle,
				beforeKey,
				limit: limit + 1,
			});
			const page = pageOf(rows, limit, (last) => [last.key]);
			return { experiments: await present(page.rows), nextCursor: page.nextCursor };
		},

		/** @throws {RunsteadError} not-found, invalid-name, already-exists. */
		async update(id: string, change: ExperimentChange, actor: string): Promise<Experiment> {
			if (change.name !== undefined) checkName(change.name);
			checkTags(change.tags ?? {});
			const record = await database.write(async (unit) => {
				const current = await store.experimentById(unit.execute, id);
				if (!current) throw new RunsteadError('not-found', { noun: 'experiment', given: id });
				const sameName = change.name === undefined ? undefined : await store.experimentByName(unit.db, current.workspace_key, change.name);
				if (sameName && sameName.key !== current.key)
					throw new RunsteadError('already-exists', { noun: 'experiment', given: sameName.name });
				const tags: Tags = { ...(JSON.parse(current.tags) as Tags), ...change.tags };
				for (const key of change.removeTags ?? []) delete tags[key];
				const next = {
					name: change.name ?? current.name,
					description: change.description ?? current.description,
					tags: JSON.stringify(tags),
					lifecycle: change.lifecycle ?? current.lifecycle,
					silence_seconds: change.silenceSeconds ?? current.silence_seconds,
					modified_time: unit.now,
				};
				await store.updateExperiment(unit.db, current.key, next);
				unit.emit({
					workspaceKey: current.workspace_key,
					type: 'experiment.changed',
					subject: id,
					actor,
					data: { name: next.name, lifecycle: next.lifecycle },
				});
				const isTrashed = (lifecycle: Lifecycle): boolean => lifecycle === 'trashed';
				// What lies in the trash lies there with all that it holds.
				if (isTrashed(next.lifecycle) !== isTrashed(current.lifecycle)) await moveRuns(unit, current, next.lifecycle, actor);
				return { ...current, ...next };
			});
			return (await present([record]))[0] as Experiment;
		},
	};
}

function silenceSecondsOf(experiment: store.ExperimentRecord): number {
	return experiment.silence_seconds ?? SILENCE_SECONDS;
}

function checkTags(tags: Tags): void {
	for (const [key, value] of Object.entries(tags)) {
		checkLimit(() => `The length of the tag key ${JSON.stringify(key.slice(0, 40))}…`, key.length, 'attributeKeyCharacters');
		checkLimit(() => `The length of the value of tag ${JSON.stringify(key)}`, value?.length ?? 0, 'experimentTagValueCharacters');
	}
}

function checkName(name: string): void {
	if (name.trim() === '')
		throw new RunsteadError('invalid-name', { noun: 'experiment', given: JSON.stringify(name), reason: 'it is empty' });
	checkLimit('The length of the experiment name', name.length, 'experimentNameCharacters');
	if (/\p{Cc}/u.test(name))
		throw new RunsteadError('invalid-name', { noun: 'experiment', given: JSON.stringify(name), reason: 'it holds control characters' });
}
