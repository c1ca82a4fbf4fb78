/** Runs: made, changed, ended, put away. Reading them is the search capability's. */
import { randomUUID } from 'node:crypto';
import {
	checkLimit,
	isTerminal,
	type Lifecycle,
	type Progress,
	type RunError,
	type RunEvent,
	type RunStatus,
	RunsteadError,
} from '@runstead/contract';
import { fromWireTime, toWireTime } from '../../http/time.ts';
import type { Database } from '../../storage/database.ts';
import { together, type UnitOfWork } from '../../storage/unit-of-work.ts';
import type { ExperimentRecord, ExperimentService } from '../experiments/service.ts';
import { type AttributeChange, changeAttributes, setFirstAttributes } from './attributes.ts';
import { type MovedRun, moveAllIn, moveIn, purgeIn, type RunHolder } from './lifecycle.ts';
import { type NewLoneRun, type NewRun, newRecord } from './new-run.ts';
import { checkError, columnsAfter, emitStatus, type StatusChange, changeStatus as writeStatus } from './status.ts';
import * as store from './store.ts';
import { hear, stateStatus } from './tracked.ts';

export type { MovedRun, RunHolder } from './lifecycle.ts';
export type { NewLoneRun, NewRun } from './new-run.ts';
export type { RunRecord } from './store.ts';

/** Nothing is heard of those who execute a run. */
export interface Silence {
	/** In words, such as "node a (rank 1)". */
	readonly who: string;
	readonly secondsMax: number;
}

/** What executes a run, where something does: it is asked to end the work before the run may end. */
export interface RunExecution {
	/**
	 * Ends the work of a run, in the caller's transaction. `none`: nothing executes it; `ended`: it had not begun and never will;
	 * `asked`: processes are being ended, and the end will be reported.
	 */
	end(unit: UnitOfWork, run: store.RunRecord, reason: string): Promise<'none' | 'ended' | 'asked'>;
	/** Who is silent, and how long until the work counts as lost; null where nothing executes the run. */
	silenceOrNull(unit: UnitOfWork, run: store.RunRecord): Promise<Silence | null>;
	/** Whether something executes a run, or is to. */
	executesIn(unit: UnitOfWork, runId: string): Promise<boolean>;
	/** The status of a run was changed, in the caller's transaction. */
	statusChangedIn(unit: UnitOfWork, run: store.RunRecord): Promise<void>;
	/** Gives all leases of those who execute something their whole length again: they stand still while the server is down. */
	restartLeasesIn(unit: UnitOfWork): Promise<void>;
	/** The work of a run is lost. Whether something else became of it than a failure: it is to be done again, or was cancelled. */
	lost(unit: UnitOfWork, run: store.RunRecord, reason: string): Promise<boolean>;
}

export interface RunChange extends AttributeChange {
	readonly displayName?: string;
	readonly description?: string;
	readonly progress?: Progress | null;
	readonly primaryMetric?: { readonly name: string; readonly direction: 'minimize' | 'maximize' } | null;
	readonly snapshotId?: string;
	/** What went wrong, of a run that goes on until its status says otherwise. */
	readonly error?: RunError;
}

/** What a client says of a run: how it stands, since when, and what else is to change. */
export interface StatedRun extends RunChange {
	readonly status?: RunStatus | ((current: RunStatus) => RunStatus | undefined);
	/** When it came to its status, or ended; in microseconds. */
	readonly time?: number;
}

export type RunService = ReturnType<typeof createRunService>;

export interface RunServiceOptions {
	readonly database: Database;
	readonly experiments: ExperimentService;
	/** Known after the runs: jobs are made of runs. */
	readonly execution: () => RunExecution;
	readonly holders: () => readonly RunHolder[];
}

export function createRunService({ database, experiments, execution, holders }: RunServiceOptions) {
	/** @throws {RunsteadError} not-found. */
	const find = async (id: string, db = database.read): Promise<store.RunRecord> => {
		const run = await store.runById(db, id);
		if (!run) throw new RunsteadError('not-found', { noun: 'run', given: id });
		return run;
	};

	const change = <T>(id: string, work: (unit: UnitOfWork, run: store.RunRecord) => Promise<T>): Promise<T> =>
		database.write(async (unit) => work(unit, await find(id, unit.db)));

	/** See {@link writeStatus}. */
	const changeStatus = async (unit: UnitOfWork, run: store.RunRecord, statusChange: StatusChange): Promise<store.RunRecord> => {
		const changed = writeStatus(unit, run, statusChange);
		if (changed.status !== run.status) await execution().statusChangedIn(unit, changed);
		return changed;
	};

	const createIn = async (unit: UnitOfWork, experiment: ExperimentRecord, fields: NewRun, actor: string): Promise<store.RunRecord> => {
		const id = fields.id ?? randomUUID();
		const existing = fields.id === undefined || fields.hasFreshId ? undefined : await store.runByIdIn(unit, id);
		if (existing) {
			const same = existing.experiment_key === experiment.key && existing.parent_key === (fields.parent?.key ?? null);
			if (!same) throw new RunsteadError('already-exists', { noun: 'run', given: id });
			return existing;
		}
		const depth = fields.parent ? fields.parent.depth + 1 : 0;
		checkLimit('The number of parents above this run', depth, 'childrenDepth');
		const [number, key] = await together([experiments.takeRunNumbers(unit, experiment.key, 1), unit.takeKey('run')]);
		const made = newRecord(unit, experiment, fields, { id, key, number, depth, actor });
		const { status = 'Running', startTime } = fields;
		const first = { to: status, actor, ...(startTime !== undefined && { time: fromWireTime(startTime, 'startTime') }) };
		const run = status === made.status ? made : { ...made, ...columnsAfter(unit, made, first) };
		store.insertRun(unit, run);
		setFirstAttributes(unit, run, { tags: fields.tags, properties: fields.properties });
		unit.emit({
			workspaceKey: run.workspace_key,
			type: 'run.created',
			subject: id,
			actor,
			data: {
				experimentId: experiment.id,
				parentId: fields.parent?.id ?? null,
				rootId: fields.parent ? (await store.runByKey(unit.db, run.root_key)).id : id,
				type: run.type,
			},
		});
		// Nothing executes it yet that would have to be told.
		if (run !== made) emitStatus(unit, made, first);
		return run;
	};

	const createLone = (experiment: ExperimentRecord, fields: NewLoneRun, origin: string, actor: string): Promise<store.RunRecord> =>
		database.write(async (unit) => {
			const parent = fields.parentId === undefined ? undefined : await find(fields.parentId, unit.db);
			return createIn(unit, experiment, { type: parent ? 'child' : 'interactive', ...fields, parent, origin }, actor);
		});

	const cancelOne = async (unit: UnitOfWork, run: store.RunRecord, actor: string, reason: string): Promise<store.RunRecord> => {
		if (isTerminal(run.status) || run.status === 'CancelRequested') return run;
		const asked = await changeStatus(unit, run, { to: 'CancelRequested', actor, reason });
		const work = await execution().end(unit, asked, reason);
		return work === 'asked' ? asked : changeStatus(unit, asked, { to: 'Canceled', actor, reason });
	};

	/** Changes a run in the caller's transaction. The run as it is then. */
	const updateIn = async (unit: UnitOfWork, run: store.RunRecord, fields: RunChange, actor: string): Promise<store.RunRecord> => {
		const { displayName, description, progress, primaryMetric, snapshotId, error } = fields;
		if (error !== undefined) checkError(error);
		const columns = {
			...(displayName === undefined ? {} : { display_name: displayName }),
			...(description === undefined ? {} : { description }),
			...(progress === undefined ? {} : { progress_done: progress?.done ?? null, progress_total: progress?.total ?? null }),
			...(primaryMetric === undefined
				? {}
				: { primary_metric: primaryMetric?.name ?? null, primary_direction: primaryMetric?.direction ?? null }),
			...(snapshotId === undefined ? {} : { snapshot_id: snapshotId }),
			...(error === undefined ? {} : { error: JSON.stringify(error) }),
		};
		if (Object.keys(columns).length > 0) store.updateRun(unit, run.key, columns);
		const touched = await changeAttributes(unit, run, fields);
		unit.emit({
			workspaceKey: run.workspace_key,
			type: 'run.changed',
			subject: run.id,
			actor,
			data: { fields: [...Object.keys(columns), ...touched] },
		});
		return { ...run, ...columns };
	};

	/** A run that takes what is logged to it, and is heard by it. @throws {RunsteadError} not-found, run-trashed. */
	const findHeard = async (unit: UnitOfWork, id: string, actor: string): Promise<store.RunRecord> => {
		const run = await store.runByIdIn(unit, id);
		if (!run) throw new RunsteadError('not-found', { noun: 'run', given: id });
		if (run.lifecycle === 'trashed') throw new RunsteadError('run-trashed', { run: id });
		return hear(unit, run, actor, changeStatus);
	};

	return {
		find,
		findHeardIn: findHeard,
		updateIn,
		findOrNull: async (id: string, db = database.read): Promise<store.RunRecord | null> => (await store.runById(db, id)) ?? null,
		/** Those of some ids that are there, in the caller's transaction. */
		someIn: (unit: UnitOfWork, ids: readonly string[]) => store.runsById(unit.db, ids),
		/** Runs that live, and those that ended after a time. */
		aliveSince: (time: number) => store.runsAliveSince(database.heavyRead, time),
		byKeyIn: (unit: UnitOfWork, key: number) => store.runByKey(unit.db, key),
		createIn,
		/** Changes the status in the caller's transaction: see {@link changeStatus}. */
		changeStatusIn: changeStatus,
		changeAttributesIn: (unit: UnitOfWork, run: store.RunRecord, attributes: AttributeChange) => changeAttributes(unit, run, attributes),
		renewLeaseIn: (unit: UnitOfWork, run: store.RunRecord, leaseSeconds: number, expiry = unit.now + leaseSeconds * 1_000_000) =>
			store.updateRun(unit, run.key, { lease_seconds: leaseSeconds, lease_expiry_time: expiry }),
		/** Nobody works on the run now: nothing is expected of it. The run as it is then. */
		dropLeaseIn: async (unit: UnitOfWork, run: store.RunRecord): Promise<store.RunRecord> => {
			const none = { lease_seconds: null, lease_expiry_time: null };
			store.updateRun(unit, run.key, none);
			return { ...run, ...none };
		},

		/** All that lies below a run, parents before their children, in the caller's transaction. */
		descendantsIn: (unit: UnitOfWork, run: store.RunRecord) => store.descendants(unit.db, run),

		async descendantIds(run: store.RunRecord): Promise<string[]> {
			return (await store.descendants(database.read, run)).map(({ id }) => id);
		},

		/** Ids of the run and of its ancestors, nearest first. */
		async lineageIds(run: store.RunRecord): Promise<string[]> {
			return (await store.lineage(database.read, run)).map(({ id }) => id);
		},

		/** @throws {RunsteadError} not-found, already-exists, limit-exceeded. */
		async create(experiment: ExperimentRecord, fields: NewLoneRun, origin: string, actor: string): Promise<string> {
			return (await createLone(experiment, fields, origin, actor)).id;
		},

		/** As `create`; the whole run as it is then. */
		createRecord: createLone,

		/** Makes children in one transaction: all or none. Their ids come back in order. */
		createChildren: (
			parentId: string,
			children: readonly Omit<NewRun, 'origin' | 'parent'>[],
			origin: string,
			actor: string,
		): Promise<string[]> =>
			change(parentId, async (unit, parent) => {
				const experiment = await experiments.byKey(parent.experiment_key);
				const ids: string[] = [];
				for (const child of children)
					ids.push(
						(await createIn(unit, experiment, { type: 'child', target: parent.target ?? undefined, ...child, parent, origin }, actor)).id,
					);
				return ids;
			}),

		update: (id: string, fields: RunChange, actor: string): Promise<void> =>
			change(id, async (unit, run) => {
				await updateIn(unit, run, fields, actor);
			}),

		/** For clients that state what a run is: see tracked.ts. @throws {RunsteadError} not-found, run-trashed. */
		state: (id: string, { status, time, ...fields }: StatedRun, actor: string): Promise<store.RunRecord> =>
			database.write(async (unit) => {
				const [run, isExecuted] = await together([findHeard(unit, id, actor), execution().executesIn(unit, id)]);
				const to = typeof status === 'function' ? status(run.status) : status;
				// How the work of a job ended is told by those who execute it: a script that says it is done may go on, or fail yet.
				const isToldByOthers =
					isExecuted && (to === 'Completed' || to === 'Failed') && (await execution().silenceOrNull(unit, run)) !== null;
				let stated = run;
				if (to !== undefined && !isToldByOthers)
					stated = await stateStatus(unit, run, { to, time, actor }, isExecuted ? changeStatus : writeStatus);
				if (to === undefined && time !== undefined && isTerminal(run.status)) {
					store.updateRun(unit, run.key, { end_time: time });
					stated = { ...run, end_time: time };
				}
				return Object.keys(fields).length > 0 ? updateIn(unit, stated, fields, actor) : stated;
			}),

		/** What was written of a run once, by key. */
		propertiesOf: (run: store.RunRecord): Promise<Record<string, string>> => store.propertiesOf(database.ask, run.key),

		changeStatus: (id: string, statusChange: StatusChange): Promise<void> =>
			change(id, async (unit, run) => {
				await changeStatus(unit, run, statusChange);
			}),

		/** Cancels a run and what lies below it. False if the run had ended before: then nothing is changed. */
		cancel: (id: string, actor: string, reason: string): Promise<boolean> =>
			change(id, async (unit, run) => {
				if (isTerminal(run.status)) return false;
				await cancelOne(unit, run, actor, reason);
				for (const child of await store.descendants(unit.db, run))
					await cancelOne(unit, child, actor, `Its parent ${run.id} was cancelled.`);
				return true;
			}),

		/** Marks a run as failed at once; the work of a live one is ended and cannot turn it back. */
		fail: (id: string, fields: { errorCode?: string; errorDetails?: string; reason?: string }, actor: string): Promise<void> =>
			change(id, async (unit, run) => {
				const { errorCode = 'UserError', errorDetails = '', reason = null } = fields;
				if (!isTerminal(run.status)) await execution().end(unit, run, 'It was marked as failed.');
				await changeStatus(unit, run, { to: 'Failed', actor, reason, error: { code: errorCode, message: errorDetails } });
			}),

		reopen: (id: string, actor: string, reason: string | null): Promise<void> =>
			change(id, async (unit, run) => {
				await changeStatus(unit, run, { to: 'Running', actor, reason, reopen: true });
			}),

		/** Renews the lease; a silent run speaks again. The run as it is then. */
		heartbeat: (id: string, leaseSeconds: number, actor: string): Promise<store.RunRecord> =>
			change(id, async (unit, run) => {
				if (isTerminal(run.status)) return run;
				const awake =
					run.status === 'NotResponding' ? await changeStatus(unit, run, { to: 'Running', actor, reason: 'It is heard again.' }) : run;
				const lease = { lease_seconds: leaseSeconds, lease_expiry_time: unit.now + leaseSeconds * 1_000_000 };
				store.updateRun(unit, run.key, lease);
				return { ...awake, ...lease };
			}),

		/**
		 * Archives, trashes or restores a run and what lies below it, unless it is meant alone. One that has not ended is not trashed, unless
		 * `evenActive`.
		 * @returns what was moved, with where it was.
		 * @throws {RunsteadError} run-is-active.
		 */
		changeLifecycle: (id: string, lifecycle: Lifecycle, actor: string, { alone = false, evenActive = false } = {}): Promise<MovedRun[]> =>
			change(id, (unit, run) => moveIn(unit, run, lifecycle, actor, { alone, evenActive })),

		moveAllIn,

		/** Deletes a trashed run and what lies below it, for good. @throws {RunsteadError} not-trashed, run-is-active. */
		purge: (id: string, actor: string): Promise<{ runs: number; freedBytes: number }> =>
			change(id, (unit, run) => purgeIn(unit, run, holders(), actor)),

		async events(id: string, after: number, limit: number): Promise<RunEvent[]> {
			await find(id);
			const events = await store.eventsOf(database.read, id, after, limit);
			return events.map(({ sequence, type, time, actor, data }) => ({
				sequence,
				type,
				time: toWireTime(time),
				actor,
				data: JSON.parse(data) as Record<string, unknown>,
			}));
		},
	};
}
