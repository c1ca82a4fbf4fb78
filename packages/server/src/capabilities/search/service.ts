/** Reading runs: one by its id, or those that match a filter, in any order, page by page. */
import {
	type Filter,
	isTerminal,
	type JobDefinition,
	LIMITS,
	type Lifecycle,
	type OrderBy,
	parseFilter,
	parseOrder,
	type Run,
	type RunError,
	RunsteadError,
} from '@runstead/contract';
import { sql } from 'kysely';
import { decodeCursor, encodeCursor } from '../../http/cursor.ts';
import { toWireTime, toWireTimeOrNull } from '../../http/time.ts';
import type { Database } from '../../storage/database.ts';
import type { Clock } from '../../storage/unit-of-work.ts';
import type { WorkspaceRecord } from '../workspaces/service.ts';
import { type Condition, type FilterContext, type FilterLeaf, filterCondition, rowsOfLeaf } from './filter-sql.ts';
import { type Segment, segmentsOf } from './order-sql.ts';
import * as store from './store.ts';

export interface RunQuery {
	readonly filter?: string;
	readonly experimentIds?: readonly string[];
	readonly orderBy?: OrderBy;
	readonly lifecycle?: Lifecycle | 'all';
	readonly limit: number;
	readonly cursor?: string;
}

/** A condition that fewer runs than this fulfil decides where the search begins. */
const FEW_RUNS = 2_000;

const NEWEST_FIRST: OrderBy = { by: 'createdTime', direction: 'descending' };

export type SearchService = ReturnType<typeof createSearchService>;

export function createSearchService(database: Database, clock: Clock) {
	const present = async (rows: readonly store.RunRow[]): Promise<Run[]> => {
		if (rows.length === 0) return [];
		const keys = rows.map(({ key }) => key);
		const [attributes, metrics] = await Promise.all([
			store.attributesOf(database.read, keys),
			store.metricSummariesOf(database.read, keys),
		]);
		const now = clock();
		return rows.map((row) => ({
			...presentRow(row, now),
			...(attributes.get(row.key) as store.Attributes),
			metrics: metrics.get(row.key) ?? {},
		}));
	};

	/** The runs that the most selective condition leaves, if they are few; null: walk along the order. */
	const candidatesOrNull = async (filter: Filter | null, context: FilterContext): Promise<number[] | null> => {
		for (const operand of filter === null ? [] : filter.type === 'and' ? filter.operands : [filter]) {
			if (operand.type === 'and' || operand.type === 'or' || operand.type === 'not') continue;
			const rows = rowsOfLeaf(operand as FilterLeaf, context);
			const few = rows && (await store.fewRunKeysOrNull(database.heavyRead, rows, FEW_RUNS));
			if (few) return few;
		}
		return null;
	};

	return {
		/** @throws {RunsteadError} not-found. */
		async run(id: string): Promise<Run> {
			const [run] = await present(await store.runRows(database.read, { ids: [id] }));
			if (!run) throw new RunsteadError('not-found', { noun: 'run', given: id });
			return run;
		},

		/** Runs by id, in the order given; those that are not there are left out. */
		async runs(ids: readonly string[]): Promise<Run[]> {
			if (ids.length === 0) return [];
			const byId = new Map((await present(await store.runRows(database.read, { ids }))).map((run) => [run.id, run]));
			return ids.flatMap((id) => byId.get(id) ?? []);
		},

		/** @throws {RunsteadError} invalid-filter, invalid-order, invalid-cursor. */
		async search(workspace: WorkspaceRecord, query: RunQuery): Promise<{ runs: Run[]; nextCursor: string | null }> {
			const { orderBy = NEWEST_FIRST, lifecycle = 'active', limit } = query;
			const context: FilterContext = { workspaceKey: workspace.key, now: clock(), engine: database.engine };
			const filter = query.filter?.trim() ? parseFilter(query.filter) : null;
			const segments = segmentsOf(parseOrder(orderBy.by), context);
			const start = query.cursor === undefined ? { segment: 0, after: null } : placeOfCursor(query.cursor, segments);
			const conditions = conditionsOf(workspace, query.experimentIds, lifecycle, filter, context);
			const candidates = await candidatesOrNull(filter, context);
			if (candidates?.length === 0) return { runs: [], nextCursor: null };

			const found: { segment: number; place: store.PlaceInOrder }[] = [];
			for (let index = start.segment; index < segments.length && found.length <= limit; index++) {
				const segment = segments[index] as (typeof segments)[number];
				const after = index === start.segment ? start.after : null;
				const places = await store.keysOfSegment(database.heavyRead, {
					segment,
					conditions,
					candidates,
					descending: orderBy.direction === 'descending',
					after,
					limit: limit + 1 - found.length,
				});
				found.push(...places.map((place) => ({ segment: index, place })));
			}
			const page = found.slice(0, limit);
			const last = page.at(-1);
			const rows = page.length === 0 ? [] : await store.runRows(database.read, { keys: page.map(({ place }) => place.key) });
			const byKey = new Map(rows.map((row) => [row.key, row]));
			return {
				runs: await present(page.flatMap(({ place }) => byKey.get(place.key) ?? [])),
				nextCursor: found.length > limit && last ? encodeCursor([last.segment, last.place.value, last.place.key]) : null,
			};
		},
	};
}

function conditionsOf(
	workspace: WorkspaceRecord,
	experimentIds: readonly string[] | undefined,
	lifecycle: Lifecycle | 'all',
	filter: Filter | null,
	context: FilterContext,
): Condition[] {
	const conditions: Condition[] = [sql`run.workspace_key = ${workspace.key}`, store.lifecycleCondition(lifecycle)];
	if (experimentIds) {
		if (experimentIds.length > LIMITS.pageSize.max)
			throw new RunsteadError('limit-exceeded', {
				what: 'The number of experimentIds',
				given: experimentIds.length,
				limit: 'pageSize',
				max: LIMITS.pageSize.max,
			});
		conditions.push(
			experimentIds.length === 0
				? sql`1 = 0`
				: sql`run.experiment_key in (select e.key from experiment e where e.id in (${sql.join(experimentIds)}))`,
		);
	}
	if (filter) conditions.push(filterCondition(filter, context));
	return conditions;
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
		job: row.job_definition === null ? null : (JSON.parse(row.job_definition) as JobDefinition),
		leaseExpiryTime: toWireTimeOrNull(row.lease_expiry_time),
		childCount: Number(row.child_count),
	};
}
