/** Reading runs: one by its id, or those that match a filter, in any order, page by page. */
import {
	checkLimit,
	coverSecrets,
	type Filter,
	isTerminal,
	type JobDefinition,
	type Lifecycle,
	type OrderBy,
	parseFields,
	parseFilter,
	parseOrder,
	type Run,
	type RunError,
	type RunSummary,
	RunsteadError,
} from '@runstead/contract';
import { sql } from 'kysely';
import { decodeCursor, encodeCursor } from '../../http/cursor.ts';
import { toWireTime, toWireTimeOrNull } from '../../http/time.ts';
import type { Database } from '../../storage/database.ts';
import type { Clock } from '../../storage/unit-of-work.ts';
import type { WorkspaceRecord } from '../workspaces/service.ts';
import { csvLine, csvLineOf, fieldText } from './csv.ts';
import { type Estimate, estimate, restOf } from './estimate.ts';
import { EVERYTHING, type Selection, selectionOf, selectionOfFields } from './field-selection.ts';
import { columnsOfExport, commonNames, namesInUse } from './fields.ts';
import { type Condition, conditionsOnField, type FilterContext, filterCondition } from './filter-sql.ts';
import { readGroups, readSummary } from './groups.ts';
import { orderBySeveral, type RunOrder, type Segment, segmentsOf } from './order-sql.ts';
import * as store from './store.ts';

export interface RunQuery {
	readonly filter?: string;
	readonly experimentIds?: readonly string[];
	readonly orderBy?: OrderBy;
	readonly lifecycle?: Lifecycle | 'all';
	readonly limit: number;
	readonly cursor?: string;
	/** What the runs bring along; everything if absent. */
	readonly fields?: string;
}

/** A search whose filter and order are read already. */
export interface ParsedRunQuery {
	readonly filter: Filter | null;
	/** The newest first where these leave it open. */
	readonly order: readonly RunOrder[];
	readonly experimentIds: readonly string[];
	readonly lifecycle: Lifecycle | 'all';
	readonly limit: number;
	readonly cursor?: string;
}

/** Where one page ends and the next begins; the same filter and order are expected again. */
interface KeyPage {
	readonly keys: readonly number[];
	readonly nextCursor: string | null;
}

/** Runs that are counted or listed, in the words of a search. */
export type RunScope = Pick<RunQuery, 'filter' | 'experimentIds' | 'lifecycle'>;

/** Rows of a condition are counted no further than this: more are no shorter way. */
const COUNTED_ROWS_MAX = 20_000;
/** A search that walks along an order goes at least this far, and this many times further than was estimated, before it takes another way. */
const STEPS_MIN = 2_000;
const STEPS_OVER_ESTIMATE = 4;
/** Estimates are not better than this. */
const LEAST_PART = 1e-6;
/** How old the number of runs of a workspace may be that estimates are made with. */
const RUN_COUNT_AGE_MAX_MICROS = 60_000_000;

/** What is looked for, before it is decided how. */
type SegmentSearch = Omit<store.SegmentQuery, 'filter' | 'start' | 'stepsMax'>;

/** What is estimated where there is no filter. */
const UNFILTERED: Estimate = { part: 1, start: null };

/** Columns of a CSV file where none are named. */
const CSV_FIELDS = 'id, number, displayName, experimentName, status, createdTime, startTime, endTime, durationMs, submittedBy, target';
const CSV_PAGE_RUNS = 500;

/** Runs that are read with one statement: it takes no endless number of keys. */
const PRESENTED_AT_ONCE = 2_000;

const NEWEST: RunOrder = { field: { kind: 'attribute', name: 'createdTime' }, descending: true };
const NEWEST_FIRST: OrderBy = { by: 'createdTime', direction: 'descending' };

export type { RunOrder } from './order-sql.ts';

export type SearchService = ReturnType<typeof createSearchService>;

export function createSearchService(database: Database, clock: Clock) {
	const present = async (rows: readonly store.RunRow[], selection: Selection = EVERYTHING): Promise<Run[]> => {
		if (rows.length === 0) return [];
		const keys = rows.map(({ key }) => key);
		const [attributes, metrics] = await Promise.all([
			store.attributesOf(database.read, keys, selection),
			store.metricSummariesOf(database.read, keys, selection),
		]);
		const now = clock();
		return rows.map((row) => ({
			...presentRow(row, now),
			...(attributes.get(row.key) as store.Attributes),
			metrics: metrics.get(row.key) ?? {},
		}));
	};

	const runCounts = new Map<number, { readonly count: number; readonly time: number }>();

	const countRuns = async (workspaceKey: number): Promise<number> => {
		const known = runCounts.get(workspaceKey);
		if (known && clock() - known.time < RUN_COUNT_AGE_MAX_MICROS) return known.count;
		const count = await store.countRuns(database.heavyRead, workspaceKey);
		runCounts.set(workspaceKey, { count, time: clock() });
		return count;
	};

	const estimateOf = async (filter: Filter, context: FilterContext): Promise<Estimate> =>
		estimate(filter, context, {
			runs: await countRuns(context.workspaceKey),
			rowsOf: (source) => store.countRows(database.heavyRead, source, COUNTED_ROWS_MAX),
		});

	/** The places of a segment: along its order where a page should be full soon, else from the fewest rows that name all runs which can match. */
	const placesOf = async (
		query: SegmentSearch,
		filter: Filter | null,
		context: FilterContext,
		{ part, start }: Estimate,
	): Promise<store.PlaceInOrder[]> => {
		const find = (way: Pick<store.SegmentQuery, 'start' | 'stepsMax'>, asked: Filter | null) =>
			store.keysOfSegment(database.heavyRead, { ...query, ...way, filter: asked && filterCondition(asked, context) });
		// Where nothing is expected to pass, the walk is as long as it gets.
		const steps = query.limit / Math.max(part, LEAST_PART);
		const walks = filter !== null && query.segment.isIndexed && (start === null || steps < start.count);
		if (walks) {
			const places = await find({ start: null, stepsMax: Math.max(STEPS_MIN, Math.ceil(steps * STEPS_OVER_ESTIMATE)) }, filter);
			if (places.length >= query.limit) return places;
		}
		return find({ start: start?.rows ?? null, stepsMax: null }, filter && start ? restOf(filter, start) : filter);
	};

	const contextOf = (workspace: WorkspaceRecord): FilterContext => ({
		workspaceKey: workspace.key,
		now: clock(),
		engine: database.engine,
	});

	/** Every condition of a scope as one. */
	const whereOf = (workspace: WorkspaceRecord, scope: RunScope, context: FilterContext): Condition => {
		const filter = scope.filter?.trim() ? [filterCondition(parseFilter(scope.filter), context)] : [];
		return allOf([...conditionsOf(workspace, scope.experimentIds, scope.lifecycle ?? 'active'), ...filter]);
	};

	/** @throws {RunsteadError} invalid-filter, invalid-order, invalid-cursor. */
	const page = async (
		workspace: WorkspaceRecord,
		query: RunQuery,
		selection: Selection,
	): Promise<{ runs: Run[]; nextCursor: string | null }> => {
		const { orderBy = NEWEST_FIRST, lifecycle = 'active', limit, experimentIds, cursor } = query;
		const filter = query.filter?.trim() ? parseFilter(query.filter) : null;
		const order = { field: parseOrder(orderBy.by), descending: orderBy.direction === 'descending' };
		const { keys, nextCursor } = await keysByOne(
			workspace,
			{ filter, experimentIds, lifecycle, limit, cursor },
			order,
			order.descending ? 'newest' : 'oldest',
		);
		return { runs: await runsByKey(keys, selection), nextCursor };
	};

	/** Runs in the order of their keys. */
	const runsByKey = async (keys: readonly number[], selection: Selection): Promise<Run[]> => {
		const runs: Run[] = [];
		for (let at = 0; at < keys.length; at += PRESENTED_AT_ONCE) {
			const some = keys.slice(at, at + PRESENTED_AT_ONCE);
			const byKey = new Map((await store.runRows(database.read, { keys: some })).map((row) => [row.key, row]));
			runs.push(
				...(await present(
					some.flatMap((key) => byKey.get(key) ?? []),
					selection,
				)),
			);
		}
		return runs;
	};

	/** A page ordered by several fields: its cursor counts what was given out before. */
	const keysBySeveral = async (workspace: WorkspaceRecord, query: ParsedRunQuery): Promise<KeyPage> => {
		const { filter, order, experimentIds, lifecycle, limit, cursor } = query;
		const context = contextOf(workspace);
		const [offset] = cursor === undefined ? [0] : decodeCursor(cursor, ['integer']);
		const where = allOf([...conditionsOf(workspace, experimentIds, lifecycle), ...(filter ? [filterCondition(filter, context)] : [])]);
		const found = await store.keysSorted(database.heavyRead, { where, order: orderBySeveral(order, context), offset, limit: limit + 1 });
		return { keys: found.slice(0, limit), nextCursor: found.length > limit ? encodeCursor([offset + limit]) : null };
	};

	/** A page ordered by one field. */
	const keysByOne = async (
		workspace: WorkspaceRecord,
		query: Omit<ParsedRunQuery, 'order' | 'experimentIds'> & { readonly experimentIds: readonly string[] | undefined },
		order: RunOrder,
		ties: store.Ties,
	): Promise<KeyPage> => {
		const { filter, lifecycle, limit } = query;
		const context = contextOf(workspace);
		const asked = filter ? conditionsOnField(filter, order.field, context) : [];
		const segments = segmentsOf(order, context).map((segment) =>
			segment.source ? { ...segment, where: allOf([segment.where, ...asked]) } : segment,
		);
		const start = query.cursor === undefined ? { segment: 0, after: null } : placeOfCursor(query.cursor, segments);
		const conditions = conditionsOf(workspace, query.experimentIds, lifecycle);
		const estimated = filter ? await estimateOf(filter, context) : UNFILTERED;
		if (estimated.start?.count === 0) return { keys: [], nextCursor: null };

		const found: { segment: number; place: store.PlaceInOrder }[] = [];
		for (let index = start.segment; index < segments.length && found.length <= limit; index++) {
			const segmentSearch: SegmentSearch = {
				engine: database.engine,
				segment: segments[index] as Segment,
				conditions,
				descending: order.descending,
				ties,
				after: index === start.segment ? start.after : null,
				limit: limit + 1 - found.length,
			};
			found.push(...(await placesOf(segmentSearch, filter, context, estimated)).map((place) => ({ segment: index, place })));
		}
		const places = found.slice(0, limit);
		const last = places.at(-1);
		return {
			keys: places.map(({ place }) => place.key),
			nextCursor: found.length > limit && last ? encodeCursor([last.segment, last.place.value, last.place.key]) : null,
		};
	};

	return {
		/** @throws {RunsteadError} not-found, invalid-fields. */
		async run(id: string, fields?: string): Promise<Run> {
			const [run] = await present(await store.runRows(database.read, { ids: [id] }), selectionOf(fields));
			if (!run) throw new RunsteadError('not-found', { noun: 'run', given: id });
			return run;
		},

		/** Runs by id, in the order given; those that are not there are left out. */
		async runs(ids: readonly string[]): Promise<Run[]> {
			if (ids.length === 0) return [];
			const byId = new Map((await present(await store.runRows(database.read, { ids }))).map((run) => [run.id, run]));
			return ids.flatMap((id) => byId.get(id) ?? []);
		},

		/** @throws {RunsteadError} invalid-filter, invalid-order, invalid-cursor, invalid-fields. */
		search: (workspace: WorkspaceRecord, query: RunQuery) => page(workspace, query, selectionOf(query.fields)),

		/** @throws {RunsteadError} limit-exceeded, invalid-cursor. */
		async find(workspace: WorkspaceRecord, query: ParsedRunQuery): Promise<{ runs: Run[]; nextCursor: string | null }> {
			const [only = NEWEST, ...more] = query.order;
			// Without an index a page is sorted in any case, and then by all that sets runs apart.
			const isIndexed = only.field.kind === 'attribute' ? only.field.name === 'createdTime' : !only.otherwise;
			const { keys, nextCursor } =
				more.length === 0 && isIndexed ? await keysByOne(workspace, query, only, 'id') : await keysBySeveral(workspace, query);
			return { runs: await runsByKey(keys, EVERYTHING), nextCursor };
		},

		/** Names that searches may use, and those that runs of this kind mostly have. */
		async fields(workspace: WorkspaceRecord, query: { contains: string; limit: number; experimentId?: string; rootsOnly: boolean }) {
			const { contains, limit, experimentId, rootsOnly } = query;
			const inScope = conditionsOf(workspace, experimentId === undefined ? undefined : [experimentId], 'active');
			const runsWhere = allOf(rootsOnly ? [...inScope, sql`run.parent_key is null`] : inScope);
			const [inUse, common] = await Promise.all([
				namesInUse(database.heavyRead, { workspaceKey: workspace.key, contains, limit }),
				commonNames(database.heavyRead, runsWhere),
			]);
			return { ...inUse, common };
		},

		/** @throws {RunsteadError} invalid-filter, invalid-order, invalid-request. */
		async groups(workspace: WorkspaceRecord, query: RunScope & { by: string; aggregates: readonly string[]; limit: number }) {
			const context = contextOf(workspace);
			const groups = await readGroups(database.totalRead, {
				by: parseOrder(query.by),
				aggregates: query.aggregates.map(parseOrder),
				where: whereOf(workspace, query, context),
				limit: query.limit,
				context,
			});
			return { groups: groups.slice(0, query.limit), truncated: groups.length > query.limit };
		},

		/** @throws {RunsteadError} invalid-filter. */
		async summary(workspace: WorkspaceRecord, scope: RunScope): Promise<RunSummary> {
			const context = contextOf(workspace);
			return readSummary(database.totalRead, whereOf(workspace, scope, context), context);
		},

		/**
		 * The lines of a CSV file, the head first, some hundred runs at a time: never more is in memory, however many there are.
		 * What is wrong with the query is thrown before the first line.
		 * @throws {RunsteadError} invalid-filter, invalid-order, invalid-fields, limit-exceeded.
		 */
		async csv(workspace: WorkspaceRecord, query: Omit<RunQuery, 'limit' | 'cursor'>): Promise<AsyncIterable<string>> {
			const fields = await columnsOfExport(database.heavyRead, workspace.key, parseFields(query.fields ?? CSV_FIELDS));
			const selection = selectionOfFields(fields);
			let next = await page(workspace, { ...query, limit: CSV_PAGE_RUNS }, selection);
			return (async function* () {
				yield csvLine(fields.map(fieldText));
				while (true) {
					if (next.runs.length > 0) yield next.runs.map((run) => csvLineOf(run, fields)).join('');
					if (next.nextCursor === null) return;
					next = await page(workspace, { ...query, limit: CSV_PAGE_RUNS, cursor: next.nextCursor }, selection);
				}
			})();
		},
	};
}

function allOf(conditions: readonly Condition[]): Condition {
	return sql`${sql.join(conditions, sql` and `)}`;
}

function conditionsOf(workspace: WorkspaceRecord, experimentIds: readonly string[] | undefined, lifecycle: Lifecycle | 'all'): Condition[] {
	const life = store.lifecycleCondition(lifecycle);
	if (!experimentIds) return [sql`run.workspace_key = ${workspace.key}`, life];
	checkLimit('The number of experimentIds', experimentIds.length, 'experimentsPerSearch');
	if (experimentIds.length === 0) return [sql`1 = 0`];
	const keys = sql`select e.key from experiment e where e.workspace_key = ${workspace.key} and e.id in (${sql.join(experimentIds)})`;
	// Of one experiment an index has the runs by time; it is not to be passed over for that of the workspace.
	if (experimentIds.length === 1) return [sql`run.experiment_key = (${keys})`, life];
	return [sql`run.workspace_key = ${workspace.key}`, life, sql`run.experiment_key in (${keys})`];
}

function placeOfCursor(cursor: string, segments: readonly Segment[]): { segment: number; after: store.PlaceInOrder } {
	const [segment] = decodeCursor(cursor, ['integer', 'any', 'integer']);
	const type = segments[segment]?.valueType;
	if (type === undefined) throw new RunsteadError('invalid-cursor', {});
	const [, value, key] = decodeCursor(cursor, ['integer', type, 'integer']);
	return { segment, after: { value, key } };
}

function presentRow(row: store.RunRow, now: number): Omit<Run, 'tags' | 'properties' | 'params' | 'metrics'> {
	const until = row.end_time ?? (isTerminal(row.status) ? row.start_time : now);
	const progress =
		row.progress_done !== null && row.progress_total !== null ? { done: row.progress_done, total: row.progress_total } : null;
	return {
		id: row.id,
		number: row.number,
		workspaceId: row.workspace_id,
		workspaceName: row.workspace_name,
		experimentId: row.experiment_id,
		experimentName: row.experiment_name,
		parentId: row.parent_id,
		rootId: row.root_id,
		name: row.name,
		displayName: row.display_name,
		description: row.description,
		type: row.type,
		origin: row.origin,
		submittedBy: row.submitted_by,
		target: row.target,
		status: row.status,
		statusReason: row.status_reason,
		statusActor: row.status_actor,
		error: row.error === null ? null : (JSON.parse(row.error) as RunError),
		lifecycle: row.lifecycle,
		createdTime: toWireTime(row.created_time),
		startTime: toWireTimeOrNull(row.start_time),
		endTime: toWireTimeOrNull(row.end_time),
		durationMs: row.start_time === null || until === null ? null : (until - row.start_time) / 1000,
		progress,
		primaryMetric:
			row.primary_metric !== null && row.primary_direction !== null ? { name: row.primary_metric, direction: row.primary_direction } : null,
		dataContainerId: row.data_container_id,
		snapshotId: row.snapshot_id,
		job: row.job_definition === null ? null : coverSecrets(JSON.parse(row.job_definition) as JobDefinition),
		leaseExpiryTime: toWireTimeOrNull(row.lease_expiry_time),
		childCount: Number(row.child_count),
	};
}
